/// A reproducible stream of random numbers, the same on every machine.
///
/// SplitMix64: a counter that walks by an odd step, and a mixing of its bits. `split()` gives an
/// independent stream (another step), so that parts of a computation do not disturb each other.
///
/// - Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
public struct Random: Sendable, Hashable, RandomNumberGenerator {
  private var counter: UInt64
  private let step: UInt64

  public init(seed: UInt64) {
    counter = seed
    step = 0x9E37_79B9_7F4A_7C15  // 2^64 / the golden ratio, odd
  }

  private init(counter: UInt64, step: UInt64) {
    self.counter = counter
    self.step = step
  }

  /// 64 random bits.
  public mutating func next() -> UInt64 {
    counter &+= step
    return mixed(counter)
  }

  /// 64 random bits.
  public mutating func nextUInt64() -> UInt64 { next() }

  /// A stream of its own; this one goes on two numbers further.
  public mutating func split() -> Random {
    let start = next()
    counter &+= step
    return Random(counter: start, step: oddStep(counter))
  }

  /// Uniform in [0, 1): the upper 53 bits, a multiple of 2^-53.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Standard normal: the inverse of the distribution function at a uniform number in (0, 1).
  public mutating func normal() -> Double {
    normalQuantile((Double(next() >> 11) + 0.5) * 0x1p-53)
  }

  /// A whole number in `0..<bound`, each equally likely; `0` when the bound is not positive.
  public mutating func below(_ bound: Int) -> Int {
    guard bound > 1 else { return 0 }
    return Int(next(upperBound: UInt64(bound)))
  }

  /// The numbers `0..<count` in random order (Fisher and Yates, from the end).
  public mutating func shuffledIndices(_ count: Int) -> [Int] {
    var indices = Array(0..<max(0, count))
    for last in stride(from: indices.count - 1, to: 0, by: -1) {
      indices.swapAt(last, below(last + 1))
    }
    return indices
  }
}

private func mixed(_ bits: UInt64) -> UInt64 {
  var z = bits
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return z ^ (z >> 31)
}

/// An odd number whose bits change often enough to be a good step.
private func oddStep(_ bits: UInt64) -> UInt64 {
  var z = bits
  z = (z ^ (z >> 33)) &* 0xFF51_AFD7_ED55_8CCD
  z = (z ^ (z >> 33)) &* 0xC4CE_B9FE_1A85_EC53
  z = (z ^ (z >> 33)) | 1
  return (z ^ (z >> 1)).nonzeroBitCount < 24 ? z ^ 0xAAAA_AAAA_AAAA_AAAA : z
}

extension Tensor {
  /// Numbers drawn evenly from [low, high).
  public static func uniform(
    _ shape: Shape, _ low: Float, _ high: Float, _ random: inout Random
  ) throws -> Tensor {
    let span = Double(high) - Double(low)
    return try drawn(shape, &random) { random in
      // Rounding to float32 may reach `high`; the interval is half open, so step back.
      let value = Float(Double(low) + span * random.uniform())
      return value < high || !(low < high) ? value : high.nextDown
    }
  }

  /// Numbers drawn from a normal distribution, each computed in double and rounded once.
  public static func normal(
    _ shape: Shape, mean: Double = 0, deviation: Double = 1, _ random: inout Random
  ) throws -> Tensor {
    try drawn(shape, &random) { random in Float(mean + deviation * random.normal()) }
  }

  private static func drawn(
    _ shape: Shape, _ random: inout Random, _ next: (inout Random) -> Float
  ) throws -> Tensor {
    var stream = random
    let tensor = try Tensor(unsafeUninitialized: shape) { target in
      for start in stride(from: 0, to: target.count, by: 1 << 20) {
        try Work.current.charge(min(1 << 20, target.count - start))
        for index in start..<min(start + 1 << 20, target.count) { target[index] = next(&stream) }
      }
    }
    random = stream
    return tensor
  }
}
