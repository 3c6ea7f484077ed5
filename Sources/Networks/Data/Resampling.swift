/// How one axis of an image is brought to another length: each target as a weighted sum of sources.
///
/// Growing is bilinear with half-pixel centres: target i looks at source (i + ½)·n/m − ½, beyond
/// the outermost centres at the outermost pixel. Shrinking is the mean over the area a target
/// covers, from i·n/m to (i + 1)·n/m, border pixels counted by their covered part. An unchanged
/// length copies. Weights add up to 1, so a constant image stays as it is up to rounding.
struct Resampling {
  /// The first source of each target.
  private(set) var starts: [Int] = []
  /// Where the weights of each target begin; one more entry than targets.
  private(set) var offsets: [Int] = [0]
  private(set) var weights: [Float] = []

  init(from source: Int, to target: Int) {
    for i in 0..<target {
      if target < source {
        appendArea(i, source, target)
      } else {
        appendBilinear(i, source, target)
      }
      offsets.append(weights.count)
    }
  }

  private mutating func appendArea(_ i: Int, _ source: Int, _ target: Int) {
    // In units of 1/target of a source pixel, so that borders are exact whole numbers.
    let low = i * source
    let high = low + source
    let first = low / target
    let last = (high - 1) / target
    starts.append(first)
    for pixel in first...last {
      let covered = min(high, (pixel + 1) * target) - max(low, pixel * target)
      weights.append(Float(Double(covered) / Double(source)))
    }
  }

  private mutating func appendBilinear(_ i: Int, _ source: Int, _ target: Int) {
    // (i + ½)·n/m − ½ in units of 1/(2m): whole numbers once more.
    let doubled = (2 * i + 1) * source - target
    let clamped = min(max(doubled, 0), 2 * target * (source - 1))
    let first = clamped / (2 * target)
    let share = Float(Double(clamped % (2 * target)) / Double(2 * target))
    starts.append(first)
    weights.append(contentsOf: share == 0 ? [1] : [1 - share, share])
  }

  /// One weighted sum: `target` of the line of sources that begins at `line`, `stride` apart.
  @inline(__always)
  func value(
    _ target: Int, of sources: UnsafeBufferPointer<Float>, line: Int, stride: Int
  ) -> Float {
    var sum: Float = 0
    var at = line + starts[target] * stride
    for k in offsets[target]..<offsets[target + 1] {
      sum += weights[k] * sources[at]
      at += stride
    }
    return sum
  }
}
