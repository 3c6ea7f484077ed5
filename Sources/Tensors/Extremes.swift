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

  private func positions(of extreme: Extreme, axis: Int?) throws -> Tensor {
    guard let axis else {
      let flat = try reshaped([count]).positions(of: extreme, axis: 0)
      return flat
    }
    let view = try AxisView(shape, axis)
    let name = extreme == .largest ? "argmax" : "argmin"
    guard view.length > 0 else { throw TensorError.emptyReduction(name, shape) }
    try Work.current.charge(count)
    let source = pointer
    return try Tensor(unsafeUninitialized: shape.removing(axis: axis)) { target in
      for index in target.indices {
        let start = source + index / view.inner * view.length * view.inner + index % view.inner
        var best = start[0]
        var place = 0
        for position in 1..<max(1, view.length) where !best.isNaN {
          let value = start[position * view.inner]
          let wins = extreme == .largest ? value > best : value < best
          if wins || value.isNaN { (best, place) = (value, position) }
        }
        target[index] = Float(place)
      }
    }
  }

  /// The k largest (or smallest) numbers along an axis, in order, and where they stood.
  ///
  /// - Parameter count: k, from 0 to the length of the axis; of equal numbers the first comes first.
  /// - Throws: `TensorError.axisOutside`, or `.outsideDomain` for k.
  public func topk(_ count: Int, axis: Int, _ extreme: Extreme = .largest) throws
    -> (values: Tensor, positions: Tensor)
  {
    let view = try AxisView(shape, axis)
    guard 0...view.length ~= count else {
      throw TensorError.outsideDomain("k", Double(count), allowed: "0 to \(view.length)")
    }
    let order = try sortedPositions(axis: axis, descending: extreme == .largest)
    let cut = AxisSelection.range(0..<count)
    let all = [AxisSelection](repeating: .all, count: axis)
    let positions = try order.sliced(all + [cut])
    return (try gathered(positions, axis: axis), positions)
  }

  /// The elements at given positions along an axis.
  ///
  /// - Parameter positions: of this shape but for the axis; whole numbers inside the axis.
  func gathered(_ positions: Tensor, axis: Int) throws -> Tensor {
    let view = try AxisView(shape, axis)
    let length = positions.shape[axis]
    let source = pointer
    return try Tensor(unsafeUninitialized: positions.shape) { target in
      positions.withScalars { places in
        for index in target.indices {
          let outer = index / (length * view.inner)
          let place = Int(places[index])
          target[index] =
            source[(outer * view.length + place) * view.inner + index % view.inner]
        }
      }
    }
  }
}
