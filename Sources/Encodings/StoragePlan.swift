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

  /// - Parameters:
  ///   - floats: the values where they are stored as such.
  ///   - payload: what the tensor was read from, so that a coder need not write it again.
  /// - Throws: `EncodingError.unavailable` when a given layout cannot hold the tensor.
  init(
    _ shape: Shape, floats: Tensor?, kept: Bitmap?, grid: Grid?, layout: Layout?,
    payload: ArraySlice<UInt8>? = nil
  ) throws {
    let filled = FilledPlaces(shape, floats: floats, kept: kept, grid: grid)
    let candidates = Self.candidates(shape, filled)
    // `candidates` is never empty: a bitmask holds every tensor.
    let smallest = candidates.dropFirst().reduce(candidates[0]) {
      $1.footprint.totalBits < $0.footprint.totalBits ? $1 : $0
    }
    let isChosen = layout != nil && layout != smallest.layout
    self =
      if isChosen, let layout {
        try candidates.first { $0.layout == layout }
          ?? Self(coded: layout, shape, filled, payload)
      } else {
        smallest
      }
    self.isChosen = isChosen
    // Places are listed for the one layout that stores them.
    if coded == nil, self.layout.positions != .all { stored = filled.stored }
  }

  private init(layout: Layout, stored: Bitmap?, footprint: Footprint) {
    self.layout = layout
    self.stored = stored
    self.footprint = footprint
  }

  /// A layout that takes a coder.
  private init(
    coded layout: Layout, _ shape: Shape, _ filled: FilledPlaces, _ payload: ArraySlice<UInt8>?
  ) throws {
    let isPacked = filled.floats == nil
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
    if layout.positions == .all, !filled.isMask {
      throw EncodingError.unavailable(
        layout, because: "kept zeros could not be told from pruned ones")
    }
    if case .relative(let bits) = layout.positions, !RelativeIndex.widths.contains(bits) {
      throw EncodingError.unavailable(layout, because: "gaps have 1 to 16 bits")
    }
    let stored = layout.positions == .all ? nil : filled.stored
    let coded = try CodedPayload(shape, filled.floats, filled.grid, stored, layout, read: payload)
    self.init(layout: layout, stored: stored, footprint: coded.footprint)
    self.coded = coded
  }

  /// Plans without their places, which are listed when one is chosen.
  static func candidates(_ shape: Shape, _ filled: FilledPlaces) -> [StoragePlan] {
    let coding: Layout.Coding = filled.floats == nil ? .packed : .float32
    let grid = filled.grid
    return Layout.Positions.plain.compactMap { positions in
      let layout = Layout(positions, coding)
      switch positions {
      case .all:
        // The mask of a pruned tensor is not written: it is where the values are zero.
        guard filled.isMask else { return nil }
        return StoragePlan(
          layout: layout, stored: nil,
          footprint: footprint(layout, shape, count: shape.count, grid: grid))
      case .bitmask, .rows:
        let footprint = footprint(layout, shape, count: filled.storedCount, grid: grid)
        guard isBounded(shape.count, bytes: footprint.bytes) else { return nil }
        return StoragePlan(layout: layout, stored: nil, footprint: footprint)
      case .relative: return nil
      }
    }
  }

  /// Whether a reader may trust a shape: at most 4,096 elements a byte are written and read.
  ///
  /// Columns left out of rows cost nothing, so a few bytes could ask for any amount of memory.
  static func isBounded(_ count: Int, bytes: Int) -> Bool { count >> 12 <= bytes }

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

/// Which elements are not +0, or have another code than the zero point: counted, and listed only
/// where somebody asks.
struct FilledPlaces {
  let shape: Shape
  let floats: Tensor?
  let kept: Bitmap?
  let grid: Grid?
  /// How many elements a layout stores that leaves zeros out: those that are not pruned, or the
  /// filled ones where nothing is.
  let storedCount: Int
  /// Whether the filled elements are exactly those that are not pruned, or nothing is pruned.
  let isMask: Bool

  init(_ shape: Shape, floats: Tensor?, kept: Bitmap?, grid: Grid?) {
    (self.shape, self.floats, self.kept, self.grid) = (shape, floats, kept, grid)
    guard let kept else {
      isMask = true
      storedCount =
        if let floats { floats.filledCount } else { grid?.nonZeroCount(shape) ?? shape.count }
      return
    }
    storedCount = kept.setCount
    if let floats, grid == nil {
      // Pruned ones are +0, so that none is filled that is not kept.
      isMask = floats.filledCount == storedCount
    } else {
      isMask = Self.filled(shape, floats, grid) == kept
    }
  }

  /// The elements that such a layout stores.
  var stored: Bitmap { kept ?? Self.filled(shape, floats, grid) }

  private static func filled(_ shape: Shape, _ floats: Tensor?, _ grid: Grid?) -> Bitmap {
    guard let floats else {
      return grid?.nonZeros(shape) ?? Bitmap(repeating: true, count: shape.count)
    }
    return Bitmap(count: floats.count, words: floats.filledBits)
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
