/// The positions that a list of selections names, as runs of neighbouring elements.
struct SelectionPlan {
  let result: Shape
  /// The whole tensor in its own order: nothing needs to be copied.
  let isWhole: Bool

  /// Positions along the outer axes, and how far one step leads.
  private var positions: [[Int]] = []
  private var strides: [Int] = []
  /// A run starts here behind the outer position, and is this long.
  private let runStart: Int
  private let runLength: Int

  init(_ shape: Shape, _ selections: [AxisSelection]) throws {
    guard selections.count <= shape.rank else {
      throw TensorError.tooManyIndices(selections.count, shape)
    }
    let whole = [AxisSelection](repeating: .all, count: shape.rank - selections.count)
    let all = selections + whole
    var lengths: [Int] = []
    for (axis, selection) in all.enumerated() {
      try Self.check(selection, axis, shape[axis])
      if let length = Self.length(selection, shape[axis]) { lengths.append(length) }
    }
    result = Shape(lengths)
    let axisStrides = shape.strides
    // From the end: whole axes, then one axis with neighbouring positions, make up a run.
    var inner = shape.rank
    while inner > 0, Self.isWhole(all[inner - 1], shape[inner - 1]) { inner -= 1 }
    isWhole = inner == 0
    let below = inner == 0 ? shape.count : axisStrides[inner - 1]
    var (start, length) = (0, below)
    if inner > 0, let range = Self.neighbours(all[inner - 1], shape[inner - 1]) {
      (start, length) = (range.lowerBound * below, range.count * below)
      inner -= 1
    }
    runStart = start
    runLength = length
    for axis in 0..<inner {
      positions.append(Self.positions(all[axis], shape[axis]))
      strides.append(axisStrides[axis])
    }
  }

  /// Calls `body` with the start and the length of each run, in the order of the result.
  func forEachRun(_ body: (Int, Int) throws -> Void) throws {
    guard result.count > 0 else { return }
    let work = Work.current
    var at = [Int](repeating: 0, count: positions.count)
    while true {
      try work.checkpoint()
      var start = runStart
      for axis in positions.indices { start += positions[axis][at[axis]] * strides[axis] }
      try body(start, runLength)
      var axis = positions.count - 1
      while axis >= 0 {
        at[axis] += 1
        if at[axis] < positions[axis].count { break }
        at[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }

  private static func check(_ selection: AxisSelection, _ axis: Int, _ length: Int) throws {
    switch selection {
    case .all: break
    case .index(let index):
      guard (0..<length).contains(index) else {
        throw TensorError.indexOutside(index, axis: axis, length: length)
      }
    case .range(let range):
      guard range.lowerBound >= 0, range.upperBound <= length else {
        throw TensorError.rangeOutside(range, axis: axis, length: length)
      }
    case .list(let indices):
      for index in indices where !(0..<length).contains(index) {
        throw TensorError.indexOutside(index, axis: axis, length: length)
      }
    }
  }

  /// `nil` where the axis goes away.
  private static func length(_ selection: AxisSelection, _ length: Int) -> Int? {
    switch selection {
    case .all: length
    case .index: nil
    case .range(let range): range.count
    case .list(let indices): indices.count
    }
  }

  private static func isWhole(_ selection: AxisSelection, _ length: Int) -> Bool {
    selection == .all || selection == .range(0..<length)
  }

  private static func neighbours(_ selection: AxisSelection, _ length: Int) -> Range<Int>? {
    switch selection {
    case .all: 0..<length
    case .index(let index): index..<index + 1
    case .range(let range): range
    case .list: nil
    }
  }

  private static func positions(_ selection: AxisSelection, _ length: Int) -> [Int] {
    switch selection {
    case .all: Array(0..<length)
    case .index(let index): [index]
    case .range(let range): Array(range)
    case .list(let indices): indices
    }
  }
}
