/// How two operands of different shapes walk through memory to fill one result.
///
/// Neighbouring axes along which both operands go on (or both repeat) are joined, so that the inner
/// run is as long as it can be.
struct Broadcast {
  /// A stretch of the result in which each operand advances by 1 or stands still.
  struct Run {
    var a: Int, b: Int, out: Int
    var aStep: Int, bStep: Int, count: Int
  }

  private var lengths: [Int] = []  // outermost first, joined
  private var aStrides: [Int] = []
  private var bStrides: [Int] = []

  init(_ a: Shape, _ b: Shape, _ result: Shape) {
    let left = Self.strides(a, in: result)
    let right = Self.strides(b, in: result)
    for axis in 0..<result.rank where result[axis] != 1 {
      let length = result[axis]
      if let last = lengths.indices.last, aStrides[last] == left[axis] &* length,
        bStrides[last] == right[axis] &* length
      {
        lengths[last] *= length
        (aStrides[last], bStrides[last]) = (left[axis], right[axis])
      } else {
        lengths.append(length)
        aStrides.append(left[axis])
        bStrides.append(right[axis])
      }
    }
    if lengths.isEmpty { (lengths, aStrides, bStrides) = ([1], [1], [1]) }
  }

  /// The operand's strides along the result's axes, 0 where it repeats.
  private static func strides(_ operand: Shape, in result: Shape) -> [Int] {
    let own = operand.strides
    let missing = result.rank - operand.rank
    return (0..<result.rank).map { axis in
      axis < missing || operand[axis - missing] == 1 ? 0 : own[axis - missing]
    }
  }

  /// Calls `body` for each run in the order of the result.
  func forEachRun(_ body: (Run) throws -> Void) rethrows {
    let inner = lengths.count - 1
    var run = Run(
      a: 0, b: 0, out: 0, aStep: aStrides[inner], bStep: bStrides[inner], count: lengths[inner])
    var position = [Int](repeating: 0, count: inner)
    while true {
      try body(run)
      run.out += run.count
      var axis = inner - 1
      while axis >= 0 {
        position[axis] += 1
        run.a += aStrides[axis]
        run.b += bStrides[axis]
        if position[axis] < lengths[axis] { break }
        run.a -= aStrides[axis] * lengths[axis]
        run.b -= bStrides[axis] * lengths[axis]
        position[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }
}
