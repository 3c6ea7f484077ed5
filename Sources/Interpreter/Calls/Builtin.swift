import Catalog

/// One name that the language brings along: its card and what it does.
///
/// A built-in without `run` is a plain option (`channel`, `magnitude` where it cannot be called):
/// other built-ins read it by its card's name.
public final class Builtin: Sendable {
  public typealias Run = @Sendable (Call) throws -> Value
  /// Derives a call's result for `explain`; the call is the one that gave the result.
  ///
  /// `nil` for a call that is explained by its arguments and its result, as any other is.
  public typealias Explain = @Sendable (Call) throws -> Explanation?

  public let card: Card
  let run: Run?
  let explanation: Explain?
  /// The same for one number, unboxed: `abs`, `sqrt`.
  ///
  /// The evaluator refuses a result that is not finite.
  let scalar: (@Sendable (Double) -> Double)?
  /// The same for two numbers given by position: `mod`, `min`, `max`.
  let scalarPair: (@Sendable (Double, Double) -> Double)?
  /// What the name is worth where it is not called: `mnist` is a data set.
  ///
  /// A built-in without one is worth itself.
  let constant: (@Sendable () throws -> Value)?

  public init(
    _ card: Card, scalar: (@Sendable (Double) -> Double)? = nil,
    scalarPair: (@Sendable (Double, Double) -> Double)? = nil, explain: Explain? = nil,
    constant: (@Sendable () throws -> Value)? = nil, run: Run?
  ) {
    self.card = card
    self.run = run
    self.scalar = scalar
    self.scalarPair = scalarPair
    self.constant = constant
    explanation = explain
  }

  /// A built-in that can only be given as an option.
  public convenience init(option card: Card) {
    self.init(card, run: nil)
  }

  public var isCallable: Bool { card.parameters != nil && run != nil }

  var kind: String {
    isCallable ? "the built-in `\(card.name)`" : "the option `\(card.name)`"
  }
}

/// How a call's result comes about: a derivation and the values its expressions start from.
public struct Explanation: Sendable {
  public var derivation: Derivation
  /// Names that the steps' expressions use besides earlier symbols: usually the card's parameters.
  public var inputs: [(name: String, value: Value)]
  /// What is shown in the place of a derivation, where a table says more.
  ///
  /// Without a value of its own it has that of the explained call.
  public var report: Report?

  public init(_ derivation: Derivation, inputs: [(name: String, value: Value)]) {
    self.derivation = derivation
    self.inputs = inputs
  }

  /// An explanation in tables.
  public init(_ report: Report) {
    self.init(Derivation(title: "", steps: [], result: ""), inputs: [])
    self.report = report
  }
}
