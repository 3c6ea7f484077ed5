/// An error that carries its quantities, and knows its code and its words.
///
/// The numerics throw these without knowing where in a source they happened; the interpreter adds
/// the place, the front end the looks. Wording follows one rule: the headline is lower case, has no
/// full stop and stands alone; `notes` say what would be right; `help` holds advice in backticks.
public protocol DescribedError: Error, Sendable {
  /// `E01` calls, `E02` kinds and shapes, `E03` domains, `E05` files, `E06` limits.
  var code: String { get }
  var headline: String { get }
  var notes: [String] { get }
  var help: [String] { get }

  /// The argument that the error is about, in a call of what `card` describes.
  ///
  /// - Returns: the name of one of the card's parameters, or `nil` for an error about the whole
  ///   call or about another one, such as `int(17)` inside of `quantize(w, int(17))`.
  func argument(of card: Card) -> String?
}

extension DescribedError {
  public var notes: [String] { [] }
  public var help: [String] { [] }
  public func argument(of card: Card) -> String? { nil }
}
