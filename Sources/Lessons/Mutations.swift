import Language

/// A solution with one thing done wrong, and what that is: `rounding down instead of to the nearest`.
public struct Mutation: Equatable, Sendable {
  public var text: String
  public var what: String
}

/// The wrong ways that students take most often, each applied at each place of a solution where it
/// can be, in the order of the catalogue below, then of the text.
///
/// - Complexity: O(expressions · mutations); the texts are not run here.
public func mutations(of solution: String) -> [Mutation] {
  let source = Source(name: "solution", solution)
  let parsed = parse(source)
  guard !parsed.hasErrors, !parsed.isIncomplete else { return [] }
  var walk = MutationWalk(source: source)
  parsed.program.statements.forEach { walk.visit($0) }
  var seen: Set<String> = [solution]
  return walk.found.sorted { ($0.rank, $0.order) < ($1.rank, $1.order) }
    .map { Mutation(text: $0.text, what: $0.what) }
    .filter { seen.insert($0.text).inserted }
}

/// Calls that are confused with others: what is written, what is meant to go wrong, in words.
private let confusedCalls: [(name: String, with: @Sendable (String) -> String, what: String)] = [
  ("round", { "floor(\($0))" }, "rounding down instead of to the nearest"),
  (
    "round", { "(sign(\($0)) * floor(abs(\($0))))" },
    "truncation: the digits behind the point dropped"
  ),
  ("round", { "(sign(\($0)) * floor(abs(\($0)) + 0.5))" }, "rounding halves away from zero"),
  ("round", { "(\($0))" }, "leaving out `round`"),
  ("floor", { "round(\($0))" }, "rounding to the nearest instead of down"),
  ("abs", { "(\($0))" }, "leaving out `abs`"),
  ("sqrt", { "(\($0))" }, "leaving out the root"),
  ("mean", { "sum(\($0))" }, "a sum where a mean is meant"),
  ("sum", { "mean(\($0))" }, "a mean where a sum is meant"),
  ("max", { "min(\($0))" }, "the smallest where the largest is meant"),
  ("min", { "max(\($0))" }, "the largest where the smallest is meant"),
  ("max", { "mean(\($0))" }, "the mean where the largest is meant"),
  ("argmax", { "argmin(\($0))" }, "the smallest where the largest is meant"),
  ("argmin", { "argmax(\($0))" }, "the largest where the smallest is meant"),
  ("std", { "var(\($0))" }, "the variance where the standard deviation is meant"),
  ("var", { "std(\($0))" }, "the standard deviation where the variance is meant"),
  ("log", { "exp(\($0))" }, "`exp` where `log` is meant"),
  ("exp", { "log(\($0))" }, "`log` where `exp` is meant"),
]

private let confusedOperators: [String: (with: String, what: String)] = [
  "<": ("<=", "counting the limit itself as below"), "<=": ("<", "leaving out the limit itself"),
  ">": (">=", "counting the limit itself as above"), ">=": (">", "leaving out the limit itself"),
  "/": ("*", "multiplying where a division is meant"),
  "*": ("/", "dividing where a product is meant"),
  "+": ("-", "subtracting where a sum is meant"), "-": ("+", "adding where a difference is meant"),
]

extension Expression {
  /// Numbers as they stand: `4`, `-0.5`, `[2, -7]`.
  fileprivate var isOnlyNumbers: Bool {
    switch kind {
    case .number: true
    case .negate(let inner), .parenthesized(let inner): inner.isOnlyNumbers
    case .list(let items): items.allSatisfy(\.isOnlyNumbers)
    default: false
    }
  }
}

private let turnedComparisons = ["<": ">", "<=": ">=", ">": "<", ">=": "<="]

private struct MutationWalk {
  struct Found {
    var text: String
    var what: String
    /// Plain mistakes go before far-fetched ones.
    var rank: Int
    var order: Int
  }
  let source: Source
  var found: [Found] = []

  private mutating func add(_ span: Span, _ replacement: String, _ what: String, rank: Int) {
    let bytes = source.text
    guard span.start >= 0, span.start <= span.end, span.end <= bytes.count else { return }
    let text =
      String(decoding: bytes[..<span.start], as: UTF8.self) + replacement
      + String(decoding: bytes[span.end...], as: UTF8.self)
    found.append(Found(text: text, what: what, rank: rank, order: found.count))
  }

  // MARK: Walking

  mutating func visit(_ statement: Statement) {
    switch statement.kind {
    case .bind(_, let value), .assign(_, let value), .expression(let value):
      // An answer that is only numbers has no wrong way to it, and naming one would give it away.
      if !value.isOnlyNumbers { visit(value) }
    case .function(let function): visit(function)
    case .loop(_, let domain, let body):
      visit(domain)
      visit(body)
    case .whileLoop(let condition, let body):
      visit(condition)
      visit(body)
    case .giveBack(let value): if let value { visit(value) }
    case .check, .claim, .leaveLoop, .nextPass, .broken: break
    }
  }

  private mutating func visit(_ block: Block) { block.statements.forEach { visit($0) } }

  private mutating func visit(_ function: Function) {
    switch function.body {
    case .block(let block): visit(block)
    case .expression(let expression): visit(expression)
    }
  }

  private mutating func visit(_ expression: Expression) {
    switch expression.kind {
    case .number(let number): mutate(number, expression.span)
    case .list(let items): items.forEach { visit($0) }
    case .parenthesized(let inner), .negate(let inner), .not(let inner): visit(inner)
    case .power(let base, let exponent):
      if case .number(2) = exponent.kind {
        add(expression.span, "(" + source[base.span] + ")", "leaving out the square", rank: 0)
      }
      visit(base)
      visit(exponent)
    case .chain(let first, let links):
      visit(first)
      for link in links {
        if let other = confusedOperators[link.op.rawValue] {
          add(link.opSpan, other.with, other.what, rank: 2)
        }
        visit(link.operand)
      }
    case .logical(_, let operands): operands.forEach { visit($0) }
    case .compare(let comparison, let left, let right):
      mutate(comparison, Span(left.span.end, right.span.start))
      visit(left)
      visit(right)
    case .range(let lower, let upper, _):
      if let lower { visit(lower) }
      if let upper { visit(upper) }
    case .postfix(let base, let links): visit(base, links)
    case .pipe(let first, let steps):
      visit(first)
      for step in steps {
        switch step.kind {
        case .call(_, _, let arguments): arguments.forEach { visit($0) }
        case .apply(let function): visit(function)
        }
      }
    case .closure(let function): visit(function)
    case .conditional(let branches, let otherwise):
      for branch in branches {
        visit(branch.condition)
        visit(branch.block)
      }
      if let otherwise { visit(otherwise) }
    case .string, .boolean, .name, .blank, .explain, .why, .sweep: break
    }
  }

  private mutating func visit(_ base: Expression, _ links: [Expression.Postfix]) {
    if case .name(let name) = base.kind, case .call(let arguments)? = links.first?.kind {
      mutateCall(name.text, arguments, Span(base.span.start, links[0].span.end))
    }
    for link in links {
      switch link.kind {
      case .call(let arguments): arguments.forEach { visit($0) }
      case .index(let indices): indices.forEach { visit($0) }
      case .member: break
      }
    }
  }

  private mutating func visit(_ argument: Expression.Argument) {
    if argument.label?.text == "axis", case .number(let axis) = argument.value.kind {
      add(
        argument.value.span, axis == 0 ? "1" : "0",
        axis == 0
          ? "going along the rows instead of down the columns"
          : "going down the columns instead of along the rows", rank: 0)
      return
    }
    visit(argument.value)
  }

  // MARK: The catalogue

  private mutating func mutateCall(
    _ name: String, _ arguments: [Expression.Argument], _ span: Span
  ) {
    let plain = arguments.filter { $0.label == nil }
    guard let first = plain.first else { return }
    let inside = source[first.value.span]
    if name == "clamp", plain.count == 3 {
      add(span, "(\(inside))", "leaving out `clamp`", rank: 1)
    }
    guard plain.count == 1 else { return }
    let rest = arguments.dropFirst().map {
      ", " + source[Span($0.label?.span.start ?? 0, $0.value.span.end)]
    }
    for confused in confusedCalls where confused.name == name {
      // Labels such as `axis:` go along where the other call takes them too.
      guard rest.isEmpty || ["mean", "sum", "max", "min", "std", "var"].contains(name) else {
        continue
      }
      add(span, confused.with(inside + rest.joined()), confused.what, rank: 0)
    }
    guard name == "max", case .postfix(let inner, let links) = first.value.kind,
      case .name(let called) = inner.kind, called.text == "abs",
      case .call(let own)? = links.first?.kind, own.count == 1
    else { return }
    let value = source[own[0].value.span]
    let range = "(max(\(value)) - min(\(value)))"
    add(span, range, "the range where the largest magnitude is meant", rank: 0)
    // The range goes with all the codes there are: max|w| / 7 becomes range / 15.
    if let divisor = divisor(after: span.end), let doubled = Int(exactly: divisor.value * 2 + 1) {
      add(
        Span(span.start, divisor.end), "\(range) / \(doubled)",
        "the range over all \(doubled + 1) codes where max|w| over the positive ones is meant",
        rank: 0)
    }
  }

  private mutating func mutate(_ comparison: ComparisonOperator, _ between: Span) {
    let text = source[between]
    guard let place = text.firstRange(of: comparison.rawValue) else { return }
    func replaced(_ other: String) -> String {
      text[..<place.lowerBound] + other + text[place.upperBound...]
    }
    if let other = confusedOperators[comparison.rawValue] {
      add(between, replaced(other.with), other.what, rank: 1)
    }
    if let other = turnedComparisons[comparison.rawValue] {
      add(between, replaced(other), "the comparison turned round", rank: 0)
    }
  }

  private mutating func mutate(_ number: Double, _ span: Span) {
    let text = source[span]
    if text.hasSuffix("%") {
      add(span, String(text.dropLast()), "a percentage without its % sign", rank: 0)
      add(span, "(1 - \(text))", "the share that stays where the one that goes is meant", rank: 0)
      return
    }
    if number > 0, number < 1 {
      add(span, "(1 - \(text))", "the share that stays where the one that goes is meant", rank: 1)
      return
    }
    guard let whole = Int(exactly: number), whole > 1, whole < 1 << 31 else { return }
    add(span, "\(whole + 1)", "\(whole + 1) where \(whole) is meant", rank: 1)
    add(span, "\(whole - 1)", "\(whole - 1) where \(whole) is meant", rank: 1)
  }

  /// A whole number that the text right behind an offset divides by.
  private func divisor(after offset: Int) -> (value: Int, end: Int)? {
    var place = offset
    func skipBlanks(_ bytes: [UInt8]) {
      while place < bytes.count, bytes[place] == UInt8(ascii: " ") { place += 1 }
    }
    let bytes = source.text
    skipBlanks(bytes)
    guard place < bytes.count, bytes[place] == UInt8(ascii: "/") else { return nil }
    place += 1
    skipBlanks(bytes)
    let start = place
    while place < bytes.count, (48...57).contains(bytes[place]) { place += 1 }
    return Int(String(decoding: bytes[start..<place], as: UTF8.self)).map { ($0, place) }
  }
}
