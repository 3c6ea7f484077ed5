import Language

/// A function or closure of the student's with the values it captured.
public final class UserFunction: Sendable {
  let code: FunctionCode
  /// Values copied when the closure was made.
  let captures: [Value]
  let depth: Int

  init(_ code: FunctionCode, captures: [Value]) throws {
    var deepest = 0
    for value in captures { deepest = max(deepest, value.depth) }
    guard deepest < LanguageLimit.nesting else { throw LanguageLimit.nested }
    self.code = code
    self.captures = captures
    depth = deepest + 1
  }

  /// `nil` for a closure.
  public var name: String? { code.name }

  /// Parameter names, those given by position first.
  public var positional: [String] { code.positional.map(\.name) }

  /// Parameters that are given by label only.
  public var labelled: [String] { code.labelled.map(\.name) }

  /// The text it was written as, for recipes and reports.
  public var sourceText: String { code.source[code.span] }

  var kind: String {
    let count = code.positional.count
    let of = count == 1 ? "1 parameter" : "\(count) parameters"
    return "a function of \(of)"
  }
}

extension UserFunction {
  /// A closure as it was written, a function by its name and parameters.
  var text: String {
    guard let name else { return sourceText }
    return "func \(name)(" + (positional + labelled.map { $0 + ":" }).joined(separator: ", ") + ")"
  }
}
