import Tensors

extension EncodedTensor {
  /// The tensor with only some entries of its first two axes: codes, scales and mask come along.
  ///
  /// Every number that stays keeps its exact value. Scales of two levels whose groups no longer
  /// hold together become single precision, which holds them exactly too.
  ///
  /// - Parameters:
  ///   - first: positions along the first axis, ascending; `nil` for all.
  ///   - second: positions along the second axis, ascending; `nil` for all.
  /// - Returns: `nil` when elements that had different scales would have to share one, which
  ///   happens only with groups along a row.
  /// - Throws: what an allocation throws.
  public func selecting(first: [Int]?, second: [Int]?) throws -> EncodedTensor? {
    let places = shape.places(first: first, second: second)
    var lengths = shape.dimensions
    if let first { lengths[0] = first.count }
    if let second { lengths[1] = second.count }
    let chosenShape = Shape(lengths)
    let kept = kept.map { kept in Bitmap(count: places.count) { kept[places[$0]] } }
    guard let grid else {
      let values = try values
      let chosen = try Tensor(unsafeUninitialized: chosenShape) { target in
        values.withScalars { source in
          for (index, place) in places.enumerated() { target[index] = source[place] }
        }
      }
      return try EncodedTensor(chosen, kept: kept)
    }
    guard let chosen = try grid.selecting(places, from: shape, to: chosenShape) else { return nil }
    return try EncodedTensor(chosenShape, grid: chosen, kept: kept)
  }
}

extension Grid {
  /// The grid of some elements in another shape, or `nil` when parts of it would mix.
  fileprivate func selecting(
    _ places: [Int], from old: Shape, to new: Shape
  ) throws -> Grid? {
    let before = try Parts(partition, of: old)
    let after = try Parts(partition, of: new)
    var origins = [Int?](repeating: nil, count: after.count)
    for (index, place) in places.enumerated() {
      let (part, origin) = (after(index), before(place))
      guard origins[part] == nil || origins[part] == origin else { return nil }
      origins[part] = origin
    }
    // Without elements a grid still has the one scale of the whole tensor.
    let sources = origins.map { $0 ?? 0 }
    guard sources.allSatisfy(scales.indices.contains) else { return nil }
    var grid = self
    grid.codes = codes.selecting(places)
    grid.scales = sources.map { scales[$0] }
    if !zeroPoints.isEmpty { grid.zeroPoints = sources.map { zeroPoints[$0] } }
    if case .twoLevel(_, let group) = scaleCoding {
      let starts = stride(from: 0, to: sources.count, by: group)
      let outer = starts.map { sources[$0] / group }
      let holdTogether = sources.indices.allSatisfy { sources[$0] / group == outer[$0 / group] }
      grid.scaleCoding = holdTogether ? scaleCoding : .float32
      grid.outerScales = holdTogether ? outer.map { outerScales[$0] } : []
    }
    return grid
  }
}

extension Shape {
  /// The flat places of some entries of the first two axes, in order.
  fileprivate func places(first: [Int]?, second: [Int]?) -> [Int] {
    guard rank > 0 else { return [0] }
    let rows = first ?? Array(0..<self[0])
    guard rank > 1 else { return rows }
    let columns = second ?? Array(0..<self[1])
    let run = dimensions[2...].reduce(1, *)
    let length = self[1] * run
    var places: [Int] = []
    places.reserveCapacity(rows.count * columns.count * run)
    for row in rows {
      for column in columns {
        let start = row * length + column * run
        places.append(contentsOf: start..<start + run)
      }
    }
    return places
  }
}
