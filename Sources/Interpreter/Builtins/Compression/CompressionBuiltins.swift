import Catalog
import Compression
import Encodings
import Networks
import Tensors

/// The verbs that make models small, and every criterion, format and option that they take.
///
/// Names that are built-ins already (`tensor`) are one value with one card, read by every place.
let compressionBuiltins: [Builtin] =
  compressionLines.flatMap { line -> [Builtin] in
    switch line {
    case .verb(let verb): [verbBuiltin(verb)]
    case .criterion(let criterion): [criterionBuiltin(criterion)]
    case .format(let family):
      [optionBuiltin(family.card) { _ = try family.init($0) }]
        + family.named.map { optionBuiltin($0.card) }
    case .structure(let structure):
      [optionBuiltin(structure.card) { _ = try structure.init($0) }]
    case .storage(let option): [optionBuiltin(option.card) { _ = try option.request($0) }]
    case .device(let family): [optionBuiltin(family.card) { _ = try family.device($0) }]
    case .preparation(let preparation): [preparationBuiltin(preparation)]
    case .range(let rule): [optionBuiltin(rule.card) { _ = try rule.init($0) }]
    case .rounding(let method): [optionBuiltin(method.card) { _ = try method.init($0) }]
    // A layer shares the name: `linearBuiltin`.
    case .schedule(is LinearSchedule.Type): []
    case .schedule(let schedule): [scheduleBuiltin(schedule)]
    case .convention, .activation: [optionBuiltin(line.type.card)]
    case .single(let type): singleBuiltins(type)
    }
  }

/// What belongs to no family.
private func singleBuiltins(_ type: any Cataloged.Type) -> [Builtin] {
  switch type {
  case is GroupSlices.Type:
    [optionBuiltin(type.card) { _ = try GroupSlices.partition($0) }]
  case is TwoLevelScales.Type:
    [optionBuiltin(type.card) { _ = try TwoLevelScales.coding($0) }]
  case let step as LearnedStepQuantization.Type:
    [optionBuiltin(step.card) { _ = try step.hook($0) }]
  case is Distill.Type: [distillBuiltin]
  case is DistillationLoss.Type: [distillationLossBuiltin]
  default: [optionBuiltin(type.card)]
  }
}

/// A preparation is an option; one whose card begins with `x` is a function of a model as well.
private func preparationBuiltin(_ type: any Preparation.Type) -> Builtin {
  guard type.card.parameters?.first?.name == "x" else {
    return optionBuiltin(type.card) { _ = try type.init($0) }
  }
  return Builtin(
    type.card,
    explain: { call in
      let model = try call.model("x")
      let account = try call.placed {
        try ModelAccount(from: model, to: call.prepared(model, by: type))
      }
      return Explanation(account, pointer: "where their numbers differ: diff of both")
    }
  ) { call in
    guard call.has("x") else { return .option(try call.asOption()) }
    let model = try call.model("x")
    var prepared = try call.prepared(model, by: type)
    prepared.steps = model.steps + [call.step]
    return .model(prepared)
  }
}

extension Call {
  fileprivate func prepared(_ model: Model, by type: any Preparation.Type) throws -> Model {
    let names = (card.parameters ?? []).dropFirst().map(\.name)
    let preparation = try placed { try type.init(settings(for: names)) }
    return try placed { try preparation.prepared(model, on: nil) }
  }
}

/// A verb on a tensor or a model, with its derivation.
private func verbBuiltin(_ type: any WeightVerb.Type) -> Builtin {
  var card = type.card
  card.parameters?.append(.layers)
  return Builtin(
    card,
    explain: { call in
      if let model = try call.value("x").model {
        return Explanation(
          try call.account(type, of: model), pointer: call.pointer(to: model.weights.first?.path))
      }
      let encoded = try call.encoded("x")
      let verb = try call.verb(type)
      let statistics = try call.statistics()
      try call.refuseOtherRows(than: encoded.shape)
      let random = call.context.random
      return Explanation(
        try call.placed { try verb.derivation(encoded, statistics, random: random) })
    }
  ) { call in
    let context = call.context
    if let model = try call.value("x").model {
      try call.refuseStatistics(because: "it goes with a tensor, and `x` is a model")
      let verb = try call.verb(type)
      let resources = try call.resources()
      let layers = try call.layerChoice()
      var changed = try call.placed(on: model) {
        guard let layers else { return try verb(model, resources, random: &context.random) }
        return try layers.apply(to: model, biases: verb.worksOnBiases) {
          try verb($0, resources, random: &context.random)
        }
      }
      changed.steps = model.steps + [call.step]
      return .model(changed)
    }
    try call.refuseData()
    try call.refuse("layers", because: "it names layers of a model, and `x` is a tensor")
    try call.refuse("activations", because: "a model runs in integers, and `x` is a tensor")
    let encoded = try call.encoded("x")
    let verb = try call.verb(type)
    let statistics = try call.statistics()
    try call.refuseOtherRows(than: encoded.shape)
    return .object(
      EncodedObject(
        try call.placed {
          let result = try verb(encoded, statistics, random: &context.random)
          return type.choosesLayout ? result : try result.stored(like: encoded)
        }))
  }
}

extension Explanation {
  /// - Parameter pointer: how to see one tensor's numbers.
  fileprivate init(_ account: ModelAccount, pointer: String) {
    let tables = account.tables.filter { !$0.rows.isEmpty }.map { table in
      Report.Block.table(
        Report.Table(
          columns: table.columns,
          rows: table.rows.map { row in
            row.map { cell in
              switch cell {
              case .text(let text): .text(text)
              case .number(let number): .number(number)
              }
            }
          }))
    }
    self.init(Report(account.title, blocks: tables + [.text(pointer)]))
  }

  fileprivate init(_ worked: WorkedDerivation) {
    self.init(worked.derivation, inputs: worked.inputs.map { ($0.name, .tensor($0.value)) })
  }
}

/// A criterion is a function of the weights; called without them it is an option with settings.
private func criterionBuiltin(_ type: any CatalogedCriterion.Type) -> Builtin {
  var card = type.card
  if (card.parameters?.count ?? 0) > 1 { card.parameters?[0].standIn = "" }
  return Builtin(
    card,
    explain: { call in
      let criterion = try call.criterion(type)
      let weight = try call.tensor("weight")
      let statistics = try call.statistics()
      let (answer, isMask) = try call.judged(weight, by: criterion, statistics)
      return Explanation(
        criterion.derivation(weight, statistics, answer: answer, isMask: isMask))
    }
  ) { call in
    let criterion = try call.criterion(type)
    guard call.has("weight") else {
      try call.refuseStatistics(because: "it goes with `weight`, which is not here")
      return .option(try call.asOption())
    }
    let (answer, isMask) = try call.judged(
      call.criterionWeight(), by: criterion, call.statistics())
    return isMask ? .mask(answer) : .tensor(answer)
  }
}

extension Call {
  fileprivate func criterion(
    _ type: any CatalogedCriterion.Type
  ) throws -> any CatalogedCriterion {
    let names = (card.parameters ?? []).dropFirst().map(\.name)
      .filter { Statistic(rawValue: $0) == nil }
    return try placed { try type.init(settings(for: names)) }
  }

  /// The weights that a criterion is called on; a number was meant for one of its settings.
  fileprivate func criterionWeight() throws -> Tensor {
    let settings = (card.parameters ?? []).dropFirst().filter {
      $0.passing == .label && Statistic(rawValue: $0.name) == nil
    }
    if case .number? = given("weight"), let setting = settings.first,
      let text = sourceText(of: "weight")
    {
      throw error(
        "E0202", "`\(card.name)` wants a tensor by position; this is a number", at: "weight",
        help: ["`\(card.name)(\(setting.name): \(text))`"])
    }
    return try tensor("weight")
  }

  /// The scores or, when the second is true, a mask of what goes.
  fileprivate func judged(
    _ weight: Tensor, by criterion: any CatalogedCriterion, _ statistics: [Statistic: Tensor]
  ) throws -> (Tensor, isMask: Bool) {
    let own = criterion.isRandom ? context.random.split() : context.random
    return try placed {
      switch try criterion.judge(Statistics(weight: weight, statistics, random: own)) {
      case .scores(let scores): (scores, false)
      case .magnitudes: (try weight.mapped(.absolute), false)
      case .pruned(let mask), .revised(let mask, _): (mask, true)
      }
    }
  }
}

extension Call {
  /// The verb with the call's arguments; a function given as `by:` becomes a criterion.
  fileprivate func verb(_ type: any WeightVerb.Type) throws -> any WeightVerb {
    var names = (card.parameters ?? []).dropFirst().map(\.name)
      .filter {
        Statistic(rawValue: $0) == nil && !Self.dataParameters.contains($0)
          && !["layers", "rewind"].contains($0)
      }
    if type is any FormatVerb.Type, case .function(let function)? = given("format") {
      names.removeAll { $0 == "format" }
      let settings = try settings(for: names)
      guard var verb = try placed({ try type.init(settings) }) as? any FormatVerb else {
        throw wrongKind("format")
      }
      verb.format = try userFormat(function)
      return verb
    }
    guard type is any CriterionVerb.Type, case .function(let function)? = given("by") else {
      let settings = try settings(for: names)
      return try placed { try type.init(settings) }
    }
    names.removeAll { $0 == "by" }
    let settings = try settings(for: names)
    let verb = try placed { try type.init(settings) }
    guard var ranking = verb as? any CriterionVerb else { return verb }
    ranking.criterion = try userCriterion(function)
    return ranking
  }

  /// Parameters that name the examples a verb looks at; they are no settings.
  static let dataParameters = ["on", "calibrate"]

  /// What the call gives a verb on a model: the examples, and a line of progress.
  fileprivate func resources() throws -> Resources {
    var resources = Resources()
    let given = Self.dataParameters.filter { has($0) }
    if given.count > 1 { try refuse(given[1], because: "`\(given[0])` gives the examples already") }
    resources.data = try given.first.map { try labeledData($0) }
    if has("rewind") { resources.rewind = try model("rewind") }
    let context = context
    resources.progress = { step in
      context.report(Progress(step.title, fraction: step.fraction, isFinal: step.isFinal))
    }
    return resources
  }

  /// The layers that `layers:` names, or `nil` for all.
  fileprivate func layerChoice() throws -> LayerChoice? {
    switch given("layers") {
    case nil: return nil
    case .text(let name)?: return LayerChoice([name.string])
    case .list(let list)?:
      return LayerChoice(
        try list.items.map {
          guard case .text(let name) = $0 else { throw wrongKind("layers") }
          return name.string
        })
    default: throw wrongKind("layers")
    }
  }

  /// What the verb does to a model, layer by layer or unit by unit.
  fileprivate func account(_ type: any WeightVerb.Type, of model: Model) throws -> ModelAccount {
    let verb = try verb(type)
    let resources = try resources()
    let random = context.random
    guard let layers = try layerChoice() else {
      return try placed { try verb.account(of: model, resources, random: random) }
    }
    var account: ModelAccount?
    _ = try placed {
      try layers.apply(to: model, biases: verb.worksOnBiases) {
        account = try verb.account(of: $0, resources, random: random)
        return $0
      }
    }
    return account ?? ModelAccount("", [])
  }

  /// How the numbers of one tensor of a model are explained.
  fileprivate func pointer(to path: String?) -> String {
    let text = sourceText(of: "x") ?? "net"
    // Behind a longer expression a member would be one of its last part.
    let isName = text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
    let isShort = text.count <= 40 && !text.contains("\n")
    let model = isName ? text : isShort ? "(\(text))" : "net"
    let tensor = "\(model).\(path ?? "linear1.weight")"
    let needsModel = (Self.dataParameters + ["layers", "rewind"]).contains { has($0) }
    return "one tensor's numbers: `explain \(tensor) |> "
      + (needsModel ? "\(card.name)(…)`" : "\(step)`")
  }

  /// Statistics that the card takes beside the weights.
  var takenStatistics: [Statistic] {
    (card.parameters ?? []).compactMap { Statistic(rawValue: $0.name) }
      .filter { $0 != .weight }
  }

  /// Statistics that the call gives beside the weights: `gradient: g`.
  fileprivate func statistics() throws -> [Statistic: Tensor] {
    var statistics: [Statistic: Tensor] = [:]
    for statistic in takenStatistics {
      statistics[statistic] = try optionalTensor(statistic.rawValue)
    }
    return statistics
  }

  /// The student's function as a criterion: its parameter names say what it needs.
  ///
  /// - Parameter argument: where it was given, for errors.
  func userCriterion(
    _ function: UserFunction, at argument: String = "by"
  ) throws -> UserCriterion {
    let needs = try function.positional.map { name in
      guard let statistic = Statistic(rawValue: name) else {
        throw unknownNeed(name, of: function, at: argument)
      }
      return statistic
    }
    guard !needs.isEmpty else {
      throw error(
        "E0140", "a criterion asks for `weight`; this function asks for nothing", at: argument,
        help: ["`weight => abs(weight)`"])
    }
    let work = Confined(call: self)
    return UserCriterion(needs: needs, text: function.name ?? function.sourceText) { statistics in
      let arguments = try needs.map { Value.tensor(try statistics.value($0)) }
      let answer = try work.call.invoke(.function(function), arguments)
      if case .mask(let mask) = answer { return .pruned(mask) }
      guard let scores = try answer.tensorOrList() else {
        throw work.call.error(
          "E0142",
          "a criterion gives a score for each weight, or a mask; this one gave "
            + answer.kind, at: argument)
      }
      return .scores(scores)
    }
  }

  private func unknownNeed(
    _ name: String, of function: UserFunction, at argument: String
  ) -> any Error {
    let known = Statistic.allCases.map(\.rawValue)
    let near = nearestNames(to: name, among: known)
    var help: [String] = []
    if function.name == nil, function.positional.count == 1 {
      help = ["`\(function.sourceText.renaming(name, to: near.first ?? "weight"))`"]
    }
    return error(
      "E0140", "a criterion asks for what it needs by name, and nothing is called `\(name)`",
      at: argument, notes: ["it can ask for " + known.joined(separator: ", ")], help: help)
  }
}

/// A call that a `@Sendable` closure may hold: the closure runs only during the call, on its thread.
private struct Confined: @unchecked Sendable {
  let call: Call
}

extension String {
  /// The text with every whole-word occurrence of a name replaced by another.
  fileprivate func renaming(_ name: String, to other: String) -> String {
    var result = ""
    var word = ""
    func flush() {
      result += word == name ? other : word
      word = ""
    }
    for character in self {
      if character.isLetter || character.isNumber || character == "_" {
        word.append(character)
      } else {
        flush()
        result.append(character)
      }
    }
    flush()
    return result
  }
}
