import Tensors

/// The largest |a − b|; ∞ when the counts differ or only one of a pair is NaN or the infinities
/// do not agree.
public func largestDifference(_ a: [Float], _ b: [Float]) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).reduce(0) { worst, pair in
    let (x, y) = (Double(pair.0), Double(pair.1))
    if x == y || (x.isNaN && y.isNaN) { return worst }
    let difference = abs(x - y)
    return difference.isNaN ? .infinity : max(worst, difference)
  }
}

/// Same shape, and no scalar further apart than `absolute + relative · |expected|`.
public func isClose(
  _ actual: Tensor, _ expected: Tensor, absolute: Double = 1e-6, relative: Double = 1e-5
) -> Bool {
  actual.shape == expected.shape
    && isClose(actual.scalars, expected.scalars, absolute: absolute, relative: relative)
}

/// As many scalars, none further apart than `absolute + relative · |expected|`; NaN matches NaN.
public func isClose(
  _ actual: [Float], _ expected: [Float], absolute: Double = 1e-6, relative: Double = 1e-5
) -> Bool {
  guard actual.count == expected.count else { return false }
  return zip(actual, expected).allSatisfy { pair in
    let (x, y) = (Double(pair.0), Double(pair.1))
    if x == y || (x.isNaN && y.isNaN) { return true }
    return abs(x - y) <= absolute + relative * abs(y)
  }
}

/// How many floats lie between two floats (0 when equal; NaN matches NaN).
public func floatsBetween(_ a: Float, _ b: Float) -> Int {
  if a == b || (a.isNaN && b.isNaN) { return 0 }
  if a.isNaN || b.isNaN { return .max }
  func position(_ x: Float) -> Int {
    let bits = Int(Int32(bitPattern: x.bitPattern))
    return bits < 0 ? Int(Int32.min) - bits : bits
  }
  return abs(position(a) - position(b))
}
