import Catalog

/// What can be wrong with a tensor operation, with the quantities that say so.
public enum TensorError: DescribedError, Equatable {
  /// The two shapes of `a op b` do not match axis by axis.
  case cannotBroadcast(String, Shape, Shape)
  /// The inner lengths of `a @ b` differ, or the batches do.
  case cannotMultiply(Shape, Shape)
  /// A reshape would change the number of elements.
  case cannotReshape(Shape, Shape)
  /// A list of numbers does not fill the shape it is given.
  case wrongCount(Int, Shape)
  /// Tensors joined along an axis differ along another, or in rank.
  case cannotJoin(Shape, Shape, axis: Int)
  /// An operation wants another number of axes.
  case wrongRank(String, wanted: String, Shape)
  /// An operation on two tensors wants one shape.
  case shapesDiffer(String, Shape, Shape)
  /// The axes given do not name each axis once.
  case notAPermutation([Int], Shape)
  /// A position outside its axis.
  case indexOutside(Int, axis: Int, length: Int)
  /// A range of positions outside its axis.
  case rangeOutside(Range<Int>, axis: Int, length: Int)
  /// More indices than axes.
  case tooManyIndices(Int, Shape)
  /// An axis outside the shape.
  case axisOutside(Int, Shape)
  /// A reduction without a value for no elements (minimum, mean …).
  case emptyReduction(String, Shape)
  /// A quantity outside its domain: what it is, its value, what is allowed.
  case outsideDomain(String, Double, allowed: String)
  /// An axis with a negative length.
  case negativeLength(Shape)
  /// A class number that is no whole number in `0..<classes`.
  case notAClass(Float, index: Int, classes: Int)
  /// A window that does not fit the padded input.
  case windowTooLarge(String, window: Shape, input: Shape)

  public var code: String {
    switch self {
    case .cannotBroadcast: "E0213"
    case .cannotMultiply: "E0214"
    case .cannotReshape: "E0215"
    case .wrongCount: "E0216"
    case .cannotJoin: "E0217"
    case .shapesDiffer: "E0219"
    case .notAPermutation: "E0221"
    case .wrongRank, .windowTooLarge: "E0240"
    case .indexOutside, .rangeOutside: "E0301"
    case .axisOutside: "E0302"
    case .tooManyIndices: "E0303"
    case .emptyReduction: "E0304"
    case .negativeLength: "E0306"
    case .notAClass: "E0307"
    case .outsideDomain: "E0310"
    }
  }

  public func argument(of card: Card) -> String? {
    switch self {
    case .axisOutside: "axis"
    case .cannotReshape, .emptyReduction: "x"
    // `bins:` is written as the label that it is.
    case .outsideDomain(let what, _, _) where what.hasPrefix("`") && what.hasSuffix(":`"):
      String(what.dropFirst().dropLast(2))
    default: nil
    }
  }
}
