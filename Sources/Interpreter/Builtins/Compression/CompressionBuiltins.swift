import Catalog
import Compression
import Encodings
import Networks
import Tensors

/// The verbs that make models small, and every criterion, format and option that they take.
///
/// Names that are built-ins already (`tensor`) are one value with one card, read by every place.
let compressionBuiltins: [Builtin] =
  compressionCatalog.flatMap { type -> [Builtin] in
    switch type {
    case is Prune.Type: [pruneBuiltin]
    case is Quantize.Type: [quantizeBuiltin]
    case let criterion as any CatalogedCriterion.Type: [criterionBuiltin(criterion)]
    case let family as any FormatFamily.Type:
      [optionBuiltin(family.card) { _ = try family.format($0) }]
        + family.namedWidths.map { optionBuiltin($0) }
    default: [optionBuiltin(type.card)]
    }
  }

private let pruneBuiltin = Builtin(Prune.card) { call in
  let settings = try call.settings(for: ["amount", "scope", "seed"])
  let random = call.context
  if let model = try call.value("x").model {
    try call.refuseStatistics()
    let prune = try call.prune(settings)
    var pruned = try call.placed { try prune(model, random: &random.random) }
    pruned.steps = model.steps + [call.step]
    return .model(pruned)
  }
  let encoded = try call.encoded("x")
  var statistics: [Statistic: Tensor] = [:]
  for statistic in Statistic.allCases.dropFirst() {
    statistics[statistic] = try call.optionalTensor(statistic.rawValue)
  }
  let prune = try call.prune(settings)
  return .object(
    EncodedObject(
      try call.placed { try prune(encoded, statistics, random: &random.random) }))
}

private let quantizeBuiltin = Builtin(Quantize.card) { call in
  let names = (Quantize.card.parameters ?? []).dropFirst().map(\.name)
  let settings = try call.settings(for: names)
  let quantize = try call.placed { try Quantize(settings) }
  if let model = try call.value("x").model {
    var quantized = try call.placed { try quantize(model) }
    quantized.steps = model.steps + [call.step]
    return .model(quantized)
  }
  let encoded = try call.encoded("x")
  return .object(EncodedObject(try call.placed { try quantize(encoded) }))
}

/// A criterion is a function of the weights; called without them it is an option with settings.
private func criterionBuiltin(_ type: any CatalogedCriterion.Type) -> Builtin {
  var card = type.card
  if (card.parameters?.count ?? 0) > 1 { card.parameters?[0].standIn = "" }
  return Builtin(card) { call in
    guard call.has("weight") else { return .option(try call.asOption()) }
    let names = (call.card.parameters ?? []).dropFirst().map(\.name)
    let criterion = try call.placed { try type.init(call.settings(for: names)) }
    let weight = try call.tensor("weight")
    let own = call.context.random.split()
    return try call.placed {
      switch try criterion.judge(Statistics(weight: weight, random: own)) {
      case .scores(let scores): .tensor(scores)
      case .pruned(let mask): .mask(mask)
      }
    }
  }
}

extension Call {
  /// `prune` with the call's arguments; a function given as `by:` becomes a criterion.
  fileprivate func prune(_ settings: Settings) throws -> Prune {
    var settings = settings
    if case .function(let function)? = given("by") {
      let criterion = try userCriterion(function)
      return try placed { try Prune(settings, by: criterion) }
    }
    if has("by") {
      let option = try self.option("by")
      settings["by"] = .option(option.name, option.settings)
    }
    return try placed(at: settings["by"] != nil ? "by" : nil) { try Prune(settings) }
  }

  fileprivate func refuseStatistics() throws {
    for statistic in Statistic.allCases.dropFirst() {
      try refuse(
        statistic.rawValue, because: "it goes with a tensor, and `x` is a model")
    }
  }

  /// The student's function as a criterion: its parameter names say what it needs (rule 21).
  private func userCriterion(_ function: UserFunction) throws -> UserCriterion {
    let needs = try function.positional.map { name in
      guard let statistic = Statistic(rawValue: name) else {
        throw unknownNeed(name, of: function)
      }
      return statistic
    }
    guard !needs.isEmpty else {
      throw error(
        "E0140", "a criterion asks for `weight`; this function asks for nothing", at: "by",
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
            + answer.kind, at: "by")
      }
      return .scores(scores)
    }
  }

  private func unknownNeed(_ name: String, of function: UserFunction) -> any Error {
    let known = Statistic.allCases.map(\.rawValue)
    let near = nearestNames(to: name, among: known)
    var help: [String] = []
    if function.name == nil, function.positional.count == 1 {
      help = ["`\(function.sourceText.renaming(name, to: near.first ?? "weight"))`"]
    }
    return error(
      "E0140", "a criterion asks for what it needs by name, and nothing is called `\(name)`",
      at: "by", notes: ["it can ask for " + known.joined(separator: ", ")], help: help)
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
