import Tensors

/// The choice of a layout, with what it costs.
///
/// Every layout that can hold the tensor without loss is costed; the smallest in bytes wins, and
/// of equals the first of `Layout.Positions.allCases`, so dense wins ties.
struct StoragePlan {
  var layout: Layout
  var stored: Bitmap?
  var footprint: Footprint

  /// - Throws: `EncodingError.unavailable` when a given layout cannot hold the tensor.
  init(values: Tensor, kept: Bitmap?, grid: Grid?, layout: Layout?) throws {
    let candidates = Self.candidates(values: values, kept: kept, grid: grid)
    if let layout {
      guard let plan = candidates.first(where: { $0.layout == layout }) else {
        let reason =
          layout.coding == .packed
          ? "its values are plain floats" : "kept zeros could not be told from pruned ones"
        throw EncodingError.unavailable(layout, because: reason)
      }
      self = plan
      return
    }
    // `candidates` is never empty: a bitmask holds every tensor.
    self = candidates.dropFirst().reduce(candidates[0]) {
      $1.footprint.totalBits < $0.footprint.totalBits ? $1 : $0
    }
  }

  private init(layout: Layout, stored: Bitmap?, footprint: Footprint) {
    self.layout = layout
    self.stored = stored
    self.footprint = footprint
  }

  static func candidates(values: Tensor, kept: Bitmap?, grid: Grid?) -> [StoragePlan] {
    let packed = grid.map { !$0.isSimulated } ?? false
    let coding: Layout.Coding = packed ? .packed : .float32
    let filled = nonZeros(values: values, grid: packed ? grid : nil)
    // Without a mask, zeros alone may be left out; with one, exactly the pruned elements are.
    let stored = kept ?? filled
    return Layout.Positions.allCases.compactMap { positions in
      let layout = Layout(positions, coding)
      switch positions {
      case .all:
        // The mask of a pruned tensor is not written: it is where the values are zero.
        if let kept, kept != filled { return nil }
        return StoragePlan(
          layout: layout, stored: nil,
          footprint: footprint(layout, values.shape, count: values.count, grid: grid))
      case .bitmask, .rows:
        let footprint = footprint(layout, values.shape, count: stored.setCount, grid: grid)
        guard isBounded(values.count, bytes: footprint.bytes) else { return nil }
        return StoragePlan(layout: layout, stored: stored, footprint: footprint)
      }
    }
  }

  /// Whether a reader may trust a shape: at most 4,096 elements a byte are written and read.
  ///
  /// Columns left out of rows cost nothing, so a few bytes could ask for any amount of memory.
  static func isBounded(_ count: Int, bytes: Int) -> Bool { count >> 12 <= bytes }

  /// The elements that are not +0, or whose code is not the zero point.
  static func nonZeros(values: Tensor, grid: Grid?) -> Bitmap {
    if let filled = grid?.nonZeros(values.shape) { return filled }
    return values.withScalars { scalars in
      Bitmap(count: scalars.count) { scalars[$0].bitPattern != 0 }
    }
  }

  /// What a layout costs when it stores `count` elements.
  static func footprint(_ layout: Layout, _ shape: Shape, count: Int, grid: Grid?) -> Footprint {
    var result = Footprint()
    grid?.addWords(to: &result)
    if layout.coding == .float32 { result.add(.values, count: count, width: 32) }
    grid?.addFields(to: &result)
    switch layout.positions {
    case .all: break
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
