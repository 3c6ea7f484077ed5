import Tensors

/// The choice of a layout, with what it costs.
///
/// Every plain layout that can hold the tensor without loss is costed; the smallest in bytes wins,
/// and of equals the first of `Layout.Positions.plain`, so dense wins ties. Layouts that take a
/// coder are used where they are asked for.
struct StoragePlan {
  var layout: Layout
  var stored: Bitmap?
  var footprint: Footprint
  var coded: CodedPayload?
  /// Whether it is another one than would be chosen.
  var isChosen = false

  /// - Parameter floats: the values where they are stored as such.
  /// - Throws: `EncodingError.unavailable` when a given layout cannot hold the tensor.
  init(_ shape: Shape, floats: Tensor?, kept: Bitmap?, grid: Grid?, layout: Layout?) throws {
    let candidates = Self.candidates(shape, floats: floats, kept: kept, grid: grid)
    // `candidates` is never empty: a bitmask holds every tensor.
    let smallest = candidates.dropFirst().reduce(candidates[0]) {
      $1.footprint.totalBits < $0.footprint.totalBits ? $1 : $0
    }
    guard let layout, layout != smallest.layout else {
      self = smallest
      return
    }
    self =
      try candidates.first { $0.layout == layout }
      ?? Self(coded: layout, shape, floats: floats, kept: kept, grid: grid)
    isChosen = true
  }

  private init(layout: Layout, stored: Bitmap?, footprint: Footprint) {
    self.layout = layout
    self.stored = stored
    self.footprint = footprint
  }

  /// A layout that takes a coder.
  private init(
    coded layout: Layout, _ shape: Shape, floats: Tensor?, kept: Bitmap?, grid: Grid?
  ) throws {
    let isPacked = floats == nil
    guard isPacked == (layout.coding != .float32) else {
      throw EncodingError.unavailable(
        layout, because: isPacked ? "it has codes, not floats" : "its values are plain floats")
    }
    guard !layout.isPlain, layout.isPossible else {
      throw EncodingError.unavailable(
        layout,
        because: layout.isPlain
          ? "kept zeros could not be told from pruned ones"
          : "its places are not written that way")
    }
    let filled = Self.nonZeros(shape, floats: floats, grid: grid)
    if layout.positions == .all, let kept, kept != filled {
      throw EncodingError.unavailable(
        layout, because: "kept zeros could not be told from pruned ones")
    }
    if case .relative(let bits) = layout.positions, !RelativeIndex.widths.contains(bits) {
      throw EncodingError.unavailable(layout, because: "gaps have 1 to 16 bits")
    }
    let stored = layout.positions == .all ? nil : kept ?? filled
    let coded = CodedPayload(shape, floats, grid, stored, layout)
    self.init(layout: layout, stored: stored, footprint: coded.footprint)
    self.coded = coded
  }

  static func candidates(
    _ shape: Shape, floats: Tensor?, kept: Bitmap?, grid: Grid?
  ) -> [StoragePlan] {
    let coding: Layout.Coding = floats == nil ? .packed : .float32
    let filled = nonZeros(shape, floats: floats, grid: grid)
    // Without a mask, zeros alone may be left out; with one, exactly the pruned elements are.
    let stored = kept ?? filled
    return Layout.Positions.plain.compactMap { positions in
      let layout = Layout(positions, coding)
      switch positions {
      case .all:
        // The mask of a pruned tensor is not written: it is where the values are zero.
        if let kept, kept != filled { return nil }
        return StoragePlan(
          layout: layout, stored: nil,
          footprint: footprint(layout, shape, count: shape.count, grid: grid))
      case .bitmask, .rows:
        let footprint = footprint(layout, shape, count: stored.setCount, grid: grid)
        guard isBounded(shape.count, bytes: footprint.bytes) else { return nil }
        return StoragePlan(layout: layout, stored: stored, footprint: footprint)
      case .relative: return nil
      }
    }
  }

  /// Whether a reader may trust a shape: at most 4,096 elements a byte are written and read.
  ///
  /// Columns left out of rows cost nothing, so a few bytes could ask for any amount of memory.
  static func isBounded(_ count: Int, bytes: Int) -> Bool { count >> 12 <= bytes }

  /// The elements that are not +0, or whose code is not the zero point.
  private static func nonZeros(_ shape: Shape, floats: Tensor?, grid: Grid?) -> Bitmap {
    guard let floats else {
      return grid?.nonZeros(shape) ?? Bitmap(repeating: true, count: shape.count)
    }
    return Bitmap(count: floats.count, words: floats.filledBits)
  }

  /// What a plain layout costs when it stores `count` elements.
  static func footprint(_ layout: Layout, _ shape: Shape, count: Int, grid: Grid?) -> Footprint {
    var result = Footprint()
    grid?.addWords(to: &result)
    if layout.coding == .float32 { result.add(.values, count: count, width: 32) }
    grid?.addFields(to: &result)
    switch layout.positions {
    case .all, .relative: break
    case .bitmask: result.add(.mask, count: shape.count, width: 1)
    case .rows:
      let rows = RowWidths(shape)
      result.add(.rowCounts, count: rows.rows, width: rows.countWidth)
      result.add(.indices, count: count, width: rows.columnWidth)
    }
    if layout.coding == .packed, let grid {
      result.add(.codes, count: count, width: grid.format.codeBits)
    }
    result.pad()
    return result
  }
}

/// The widths that the row layout uses for a shape.
struct RowWidths {
  let rows: Int
  let columns: Int
  let countWidth: Int
  let columnWidth: Int

  /// A row is a slice of the first axis; a vector or a single number is one row.
  init(_ shape: Shape) {
    let lengths = shape.dimensions
    rows = shape.count == 0 ? 0 : lengths.count >= 2 ? lengths[0] : 1
    columns = lengths.count >= 2 ? lengths.dropFirst().reduce(1, *) : shape.count
    countWidth = bitsNeeded(for: columns)
    columnWidth = bitsNeeded(for: max(columns - 1, 0))
  }
}

/// The bits that hold every whole number from 0 to `largest`: 0 for 0, 2 for 3, 3 for 4.
func bitsNeeded(for largest: Int) -> Int {
  Int.bitWidth - largest.leadingZeroBitCount
}
