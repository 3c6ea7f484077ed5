/// How an operator arrives at its result, as steps the student can recompute.
///
/// Every step is an expression of the language over the inputs and the steps above it; the
/// interpreter evaluates it, shows it, and refuses the whole derivation if the last step differs
/// from what the operator itself returned.
public struct Derivation: Sendable, Equatable {
  public struct Step: Sendable, Equatable {
    /// The name later steps use, a legal name of the language: `s`.
    public var symbol: String
    /// The formula as shown: `s = max|w| / (2^(b−1) − 1)`.
    public var formula: String
    /// The same in the language, over the inputs and earlier symbols: `max(abs(w)) / m`.
    public var expression: String
    /// A remark behind the numbers: `round half to even`.
    public var remark: String

    public init(_ symbol: String, _ formula: String, _ expression: String, remark: String = "") {
      self.symbol = symbol
      self.formula = formula
      self.expression = expression
      self.remark = remark
    }
  }
  /// One line above the steps: `symmetric, whole tensor, round half to even`.
  public var title: String
  /// Steps in order.
  public var steps: [Step]
  /// The symbol whose value must equal the operator's own result, element by element.
  public var result: String
  /// How far the last step may lie from it, relative to the larger of 1 and the result: more than 0
  /// only where the operator adds up in more digits than the steps are shown in.
  public var tolerance: Double

  public init(title: String, steps: [Step], result: String, tolerance: Double = 0) {
    self.tolerance = tolerance
    self.title = title
    self.steps = steps
    self.result = result
  }
}

/// Something that has a card: every operator, criterion, format, layer and built-in.
public protocol Cataloged: Sendable {
  static var card: Card { get }
}
