import Catalog
import Language
import Tensors

extension Context {
  /// Calls any value with arguments that are already evaluated.
  func apply(
    _ callee: Value, _ values: [Value], labels: [(name: String, value: Value)],
    _ written: WrittenCall
  ) throws -> Value {
    switch callee {
    case .function(let function):
      return try apply(function, values, labels: labels, written)
    case .builtin(let builtin) where builtin.isCallable:
      let match = try CardMatch(builtin.card, written)
      return try run(builtin, match, values + labels.map(\.value))
    case .object(let object):
      guard let card = object.callCard else { break }
      let match = try CardMatch(card, written)
      let builtin = Builtin(card) { call in try object.call(call) ?? .nothing }
      return try run(builtin, match, values + labels.map(\.value))
    default: break
    }
    throw notCallable(callee, written)
  }

  /// Runs a built-in on values in the order they were written.
  func run(_ builtin: Builtin, _ match: CardMatch, _ values: [Value]) throws -> Value {
    let call = call(builtin, match, values)
    guard let run = builtin.run else { return .builtin(builtin) }
    do {
      try state.charge(steps: 10 + values.reduce(0) { $0 + $1.length } / 10)
      let result = try run(call)
      if case .number(let number) = result, !number.isFinite,
        values.allSatisfy({ $0.scalar != nil })
      {
        throw match.site.place.notFinite(builtin.card.name, values)
      }
      observer?(builtin, match.site, values, result)
      return result
    } catch let described as any DescribedError {
      throw call.error(described)
    }
  }

  func call(_ builtin: Builtin, _ match: CardMatch, _ values: [Value]) -> Call {
    Call(
      builtin, self, arguments: match.sources.map { $0.map { values[$0] } },
      rest: match.rest.map { values[$0] },
      extras: Dictionary(
        match.extras.map { ($0.name, values[$0.source]) }, uniquingKeysWith: { first, _ in first }),
      site: match.site)
  }

  private func notCallable(_ callee: Value, _ written: WrittenCall) -> Diagnostic {
    let name = written.callee.text
    switch callee {
    case .nothing: return written.callee.noValue()
    case .builtin(let builtin):
      return written.error(
        "E0203", "`\(builtin.card.name)` is an option, not a function", at: written.callee.span,
        notes: places(of: builtin.card.name))
    default: break
    }
    if let hiding = written.calleeHiding {
      let place = hiding.source.position(of: hiding.span.start)
      return written.error(
        "E0231",
        "`\(name)` is your \(callee.noun) of \(place.line):\(place.column), which hides the built-in",
        at: written.callee.span, help: ["rename yours"])
    }
    return written.error(
      "E0203", "`\(name)` is \(callee.kind), which cannot be called", at: written.callee.span)
  }

  /// Where an option may stand: the labels whose choices name it.
  private func places(of option: String) -> [String] {
    var labels: [String] = []
    for builtin in builtins.values.sorted(by: { $0.card.name < $1.card.name }) {
      for parameter in builtin.card.parameters ?? [] where parameter.choices.contains(option) {
        labels.append("`\(builtin.card.name)(…, \(parameter.name): \(option))`")
      }
    }
    return labels.isEmpty ? [] : ["it belongs in " + labels.prefix(3).joined(separator: ", ")]
  }
}

extension Value {
  /// How many elements a call that is given this value has to look at.
  fileprivate var length: Int {
    switch self {
    case .tensor(let tensor), .mask(let tensor): tensor.count
    case .text(let text): text.string.utf8.count
    case .range(let range): min(range.count, 1 << 24)
    // What makes a tensor of a list, or copies it, is charged for that.
    case .nothing, .number, .boolean, .list, .function, .builtin, .option, .report, .object: 1
    }
  }

  /// The kind without its article: `number`, `f32[6]`.
  var noun: String {
    for article in ["a ", "an ", "the "] where kind.hasPrefix(article) {
      return String(kind.dropFirst(article.count))
    }
    return kind
  }
}

extension Place {
  func notFinite(_ name: String, _ arguments: [Value]) -> Diagnostic {
    error(
      "E0311",
      "`\(name)` of \(arguments.map(\.text).joined(separator: ", ")) has no finite value")
  }
}
