import Catalog
import Encodings
import Tensors

/// What pruning takes or leaves as one piece: a weight, a row, a kernel, a block, a channel.
public protocol Structure: Cataloged {
  /// A structure as an option describes it.
  ///
  /// - Throws: `SettingError` when a setting is outside its domain.
  init(_ settings: Settings) throws

  /// How the language writes it: `rows`, `blocks(4, 4)`.
  var text: String { get }

  /// Whether a share says how many go; N:M says that itself.
  var takesAmount: Bool { get }

  /// How the elements of a weight tensor fall into units, or `nil` when it has no such units.
  func units(of shape: Shape) -> Units?

  /// The masks of several tensors that all have units, as far as possible ranked together.
  ///
  /// - Parameters:
  ///   - share: of all units, in `0...1`; the units that are pruned already count.
  ///   - tensors: more than one only when one ranking covers all.
  func masks(_ tensors: [Ranking.Entry], share: Double) throws -> [Bitmap]
}

extension Structure {
  public var text: String { Self.card.name }
  public var takesAmount: Bool { true }

  public func masks(_ tensors: [Ranking.Entry], share: Double) throws -> [Bitmap] {
    try UnitRanking(tensors, self).masks(share: share)
  }
}

/// The pieces of one tensor: which one each element belongs to.
public struct Units: Sendable {
  /// How many there are; each has at least one element.
  public let count: Int
  private let unit: @Sendable (Int) -> Int

  /// - Parameter unit: of an element by its flat index, in `0..<count`.
  public init(_ count: Int, of unit: @escaping @Sendable (Int) -> Int) {
    self.count = count
    self.unit = unit
  }

  /// The unit of an element by its flat index.
  public subscript(element: Int) -> Int { unit(element) }

  /// Consecutive runs within each row: a row is a slice of the first axis, laid out flat.
  ///
  /// The last run of a row is shorter when the length does not divide it.
  static func runs(of length: Int, in shape: Shape) -> Units {
    let (rows, columns) = shape.matrix
    let perRow = (columns + length - 1) / length
    return Units(rows * perRow) { $0 / columns * perRow + $0 % columns / length }
  }

  /// The slices of an axis.
  static func slices(of axis: Int, in shape: Shape) -> Units {
    let stride = shape.dimensions[(axis + 1)...].reduce(1, *)
    let length = shape.count == 0 ? 0 : shape[axis]
    return Units(length) { $0 / stride % length }
  }
}

extension Shape {
  /// Rows and columns of the tensor as a matrix: the first axis, and all others laid out flat.
  ///
  /// One axis or none is a single row; without elements there is nothing.
  var matrix: (rows: Int, columns: Int) {
    guard count > 0 else { return (0, 0) }
    return rank < 2 ? (1, count) : (self[0], count / self[0])
  }
}
