import Tensors

/// Which elements of a tensor share a scale.
public enum Partition: Hashable, Sendable {
  /// All of them.
  case tensor
  /// Those of one slice of an axis.
  case axis(Int)
  /// Runs of `n` elements of one row, the last run of a row perhaps shorter.
  ///
  /// A row is a slice of the first axis; a vector or a single number is one row.
  case groups(of: Int)
}

/// The parts of one shape, in order, each with its number.
public struct Parts: Sendable {
  /// How many parts there are: as many as scales.
  public let count: Int
  private let elements: Int
  /// Elements in a row of groups, or in a whole round of slices.
  private let row: Int
  /// Elements that lie together and share a scale.
  private let run: Int
  /// Parts in a row, or slices in a round.
  private let perRow: Int
  /// Whether each row has parts of its own.
  private let isGrouped: Bool

  /// - Throws: `EncodingError.mismatch` when the shape has no such axis, `.damaged` for groups of
  ///   nothing.
  public init(_ partition: Partition, of shape: Shape) throws {
    elements = shape.count
    switch partition {
    case .tensor:
      (count, row, run, perRow, isGrouped) = (1, max(elements, 1), max(elements, 1), 1, false)
    case .axis(let axis):
      let lengths = shape.dimensions
      guard lengths.indices.contains(axis) else {
        throw EncodingError.mismatch("axes at least", expected: axis + 1, found: lengths.count)
      }
      run = max(lengths[(axis + 1)...].reduce(1, *), 1)
      perRow = max(lengths[axis], 1)
      row = run * perRow
      (count, isGrouped) = (lengths[axis], false)
    case .groups(let size):
      guard size > 0 else { throw EncodingError.damaged("groups of \(size) elements") }
      let rows = RowWidths(shape)
      row = max(rows.columns, 1)
      run = min(size, row)
      perRow = (row + run - 1) / run
      count = rows.columns == 0 ? 0 : rows.rows * perRow
      isGrouped = true
    }
  }

  /// Whether each part is one stretch of as many elements, in the order of the parts.
  public var lieTogether: Bool { isGrouped ? row % run == 0 : count <= 1 || row == elements }

  /// The part of an element, by its row-major place.
  public func callAsFunction(_ flat: Int) -> Int {
    if count <= 1 { return 0 }
    return isGrouped ? flat / row * perRow + flat % row / run : flat / run % perRow
  }

  /// Calls a function with each stretch of elements that lie together, in order, and their part.
  public func forEachRun(_ body: (_ part: Int, _ places: Range<Int>) throws -> Void) rethrows {
    var start = 0
    var part = 0
    while start < elements {
      let end = isGrouped ? min(start + run, start - start % row + row) : start + run
      let places = start..<min(end, elements)
      try body(part, places)
      start = places.upperBound
      part += 1
      if part == count { part = 0 }
    }
  }
}
