/// The lengths of a tensor's axes, outermost first.
///
/// A shape may be empty: it then has one element (a full reduction gives it).
public struct Shape: Hashable, Sendable {
  /// The length of each axis, outermost first.
  public let dimensions: [Int]
  /// The number of elements: ∏ dimensions, `Int.max` where that does not fit (no tensor can be
  /// made of it: the allocation refuses).
  public let count: Int

  public init(_ dimensions: [Int]) {
    self.dimensions = dimensions
    var product = 1
    var overflows = false
    for length in dimensions {
      let (next, overflow) = product.multipliedReportingOverflow(by: length)
      product = next
      overflows = overflows || overflow
    }
    let isEmpty = dimensions.contains(0)
    count = isEmpty ? 0 : overflows ? Int.max : product
  }

  /// The number of axes.
  public var rank: Int { dimensions.count }

  /// The length of one axis, `0..<rank`.
  public subscript(axis: Int) -> Int { dimensions[axis] }

  /// How far apart in memory two neighbours along each axis are, in elements.
  public var strides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] &* dimensions[axis + 1]
    }
    return strides
  }

  /// The shape without one axis, or with that axis of length 1.
  public func removing(axis: Int, keeping: Bool = false) -> Shape {
    var lengths = dimensions
    if keeping { lengths[axis] = 1 } else { lengths.remove(at: axis) }
    return Shape(lengths)
  }

  /// The shape with one axis of another length.
  public func replacing(axis: Int, with length: Int) -> Shape {
    var lengths = dimensions
    lengths[axis] = length
    return Shape(lengths)
  }
}

extension Shape: ExpressibleByArrayLiteral {
  public init(arrayLiteral dimensions: Int...) { self.init(dimensions) }
}

extension Shape: CustomStringConvertible {
  /// `32×784`; `1` element without axes is `scalar`.
  public var description: String {
    dimensions.isEmpty ? "scalar" : dimensions.map(String.init).joined(separator: "×")
  }
}

extension Shape {
  /// The shape two operands meet in: lengths are matched from the last axis backwards, and a
  /// length of 1 (or a missing axis) repeats.
  ///
  /// - Returns: `nil` when two lengths differ and neither is 1.
  public static func broadcast(_ left: Shape, _ right: Shape) -> Shape? {
    if left == right { return left }
    let rank = max(left.rank, right.rank)
    var lengths = [Int](repeating: 1, count: rank)
    for back in 1...max(rank, 1) where back <= rank {
      let a = back <= left.rank ? left[left.rank - back] : 1
      let b = back <= right.rank ? right[right.rank - back] : 1
      guard a == b || a == 1 || b == 1 else { return nil }
      lengths[rank - back] = a == 1 ? b : a
    }
    return Shape(lengths)
  }
}
