import Catalog
import Tensors

/// What an expression is worth: sixteen bytes, either a number or one reference.
///
/// Everything larger than a number lives behind a reference and is never changed, so that a copy
/// costs one count and `before` is still there after `after` was made.
public enum Value: Sendable {
  /// What a loop, `print` or a missing `else` gives; using it is an error.
  case nothing
  case number(Double)
  case boolean(Bool)
  case text(Text)
  case range(WholeRange)
  case list(List)
  case tensor(Tensor)
  /// Trues and falses as a tensor of ones and zeros: what a comparison gives.
  case mask(Tensor)
  /// A function or closure of the student's.
  case function(UserFunction)
  /// A built-in by itself: called, or read as an option by the name of its card.
  case builtin(Builtin)
  /// A built-in option with its own arguments: `int(4)`, `group(32)`, `adam(0.001)`.
  case option(Option)
  case report(Report)
  /// Any other kind: models, layers, data, quantized tensors. See ``Object``.
  case object(Object)
}

/// A kind of value that the evaluator itself does not compute with: a model, a data set.
///
/// A subclass says what messages call it, what its members are and how text shows it.
open class Object: @unchecked Sendable {
  public init() {}

  /// With an article, for messages: `a model`, `a data set`.
  open var kind: String { "a value" }

  /// Members in the order help lists them.
  open var memberNames: [String] { [] }

  /// The member's value, or `nil` when there is none of that name.
  open func member(_ name: String) throws -> Value? { nil }

  /// What `print` shows.
  open var text: String { kind }

  /// The numbers this value stands for where a tensor is wanted (a quantized tensor's values).
  ///
  /// Stored codes are decoded for it, which an allocation may refuse.
  open var values: Tensor? { get throws { nil } }

  /// The lengths of the axes of `values`, known without them; `nil` where there are none.
  open var shape: Shape? { nil }

  /// Calls the value as a function (`net(x)`); `nil` when it is none.
  open func call(_ call: Call) throws -> Value? { nil }

  /// What `call` accepts, for checking the arguments; `nil` when the value cannot be called.
  open var callCard: Card? { nil }
}
