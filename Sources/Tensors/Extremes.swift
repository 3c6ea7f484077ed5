import CKernels

/// Which end of an order is looked for.
public enum Extreme: Sendable { case largest, smallest }

extension Tensor {
  /// The positions of the largest numbers along an axis; of equal ones the first, and a NaN is
  /// larger than every number.
  ///
  /// - Parameter axis: the axis that goes away; `nil` looks through all elements in row-major order.
  /// - Throws: `TensorError.axisOutside`, `.emptyReduction`.
  public func argmax(axis: Int? = nil) throws -> Tensor { try positions(of: .largest, axis: axis) }

  /// The positions of the smallest numbers; of equal ones the first, and a NaN comes before all.
  public func argmin(axis: Int? = nil) throws -> Tensor { try positions(of: .smallest, axis: axis) }

  /// The place of the largest (or smallest) of all elements, in row-major order.
  ///
  /// - Throws: `TensorError.emptyReduction` when there is none.
  public func position(of extreme: Extreme) throws -> Int {
    guard count > 0 else {
      throw TensorError.emptyReduction(extreme == .largest ? "argmax" : "argmin", shape)
    }
    let source = pointer
    var (best, place) = (source[0], 0)
    try inPieces(count) { start, length in
      for position in start..<start + length where !best.isNaN {
        let value = source[position]
        let wins = extreme == .largest ? value > best : value < best
        if wins || value.isNaN { (best, place) = (value, position) }
      }
    }
    return place
  }

  private func positions(of extreme: Extreme, axis: Int?) throws -> Tensor {
    guard let axis else { return try Tensor([], [Float(position(of: extreme))]) }
    let view = try AxisView(shape, axis)
    let name = extreme == .largest ? "argmax" : "argmin"
    guard view.length > 0 else { throw TensorError.emptyReduction(name, shape) }
    let source = pointer
    return try Tensor(unsafeUninitialized: shape.removing(axis: axis)) { target in
      try inPieces(of: max(1, elementwisePiece / view.length), target.count) { first, rows in
        for index in first..<first + rows {
          let start = source + index / view.inner * view.length * view.inner + index % view.inner
          var (best, place) = (start[0], 0)
          for position in 1..<max(1, view.length) where !best.isNaN {
            let value = start[position * view.inner]
            let wins = extreme == .largest ? value > best : value < best
            if wins || value.isNaN { (best, place) = (value, position) }
          }
          target[index] = Float(place)
        }
      }
    }
  }

  /// The k largest (or smallest) numbers along an axis, in order, and where they stood.
  ///
  /// - Parameter count: k, from 0 to the length of the axis; of equal numbers the first comes
  ///   first, and NaNs come last.
  /// - Throws: `TensorError.axisOutside`, or `.outsideDomain` for k.
  public func topk(_ count: Int, axis: Int, _ extreme: Extreme = .largest) throws
    -> (values: Tensor, positions: Tensor)
  {
    let view = try AxisView(shape, axis)
    guard 0...view.length ~= count else {
      throw TensorError.outsideDomain("k", Double(count), allowed: "0 to \(view.length)")
    }
    let result = shape.replacing(axis: axis, with: count)
    let (values, positions) = (try Storage(result), try Storage(result))
    let source = pointer
    try RowOrder(view).forEachRow(source, descending: extreme == .largest) { start, order in
      let outer = start / (view.length * view.inner)
      let first = outer * count * view.inner + start % view.inner
      for rank in 0..<count {
        let place = order[rank]
        values.base[first + rank * view.inner] = source[start + place * view.inner]
        positions.base[first + rank * view.inner] = Float(place)
      }
    }
    return (Tensor(result, values), Tensor(result, positions))
  }
}

extension Tensor {
  /// The smallest and largest number of each slice of the first axis; NaN if there is one.
  ///
  /// Empty unless slices have elements.
  public func sliceRanges() throws -> [(least: Float, most: Float)] {
    guard shape.rank > 0, count > 0 else { return [] }
    try Work.current.charge(2 * count)
    var least = [Float](repeating: 0, count: shape[0])
    var most = least
    espalier_row_ranges(pointer, shape[0], count / shape[0], &least, &most)
    return zip(least, most).map { ($0, $1) }
  }
}
