/// One chance out of several opinions, which learns whom to believe.
///
///     p = squash(Σ w_i · stretch(p_i))      w_i ← w_i + η · (bit − p) · stretch(p_i)
///
/// with stretch(p) = ln(p / (1 − p)) in units of 1/256 and squash its inverse, from tables of whole
/// numbers; weights are in units of 2^−16.
///
/// - Source: Mahoney, 2005, "Adaptive weighing of context models for lossless data compression".
struct LogisticMixer {
  private var weights: [Int]
  private var inputs: [Int]
  /// The last p, in units of 2^−12.
  private var chance = 2048

  /// - Parameter count: how many opinions; each begins with the same weight.
  init(count: Int) {
    weights = [Int](repeating: (1 << 16) * 5 / (4 * max(count, 1)), count: count)
    inputs = [Int](repeating: 0, count: count)
  }

  /// The mixed chance of a 1, in units of 2^−16.
  ///
  /// - Parameter opinions: in units of 2^−16.
  mutating func mix(_ opinions: [UInt32]) -> UInt32 {
    var sum = 0
    for place in inputs.indices {
      inputs[place] = Self.stretch[Int(opinions[place] >> 4)]
      sum += inputs[place] * weights[place]
    }
    chance = Self.squash(sum >> 16)
    return UInt32(min(max(chance, 2), 4094)) << 4
  }

  /// - Parameter rate: η, higher learns faster; 2…14.
  mutating func learn(_ one: Bool, rate: Int = 6) {
    let error = ((one ? 4096 : 0) - chance) * rate
    for place in weights.indices {
      weights[place] += (inputs[place] * error + 0x2000) >> 14
    }
  }

  /// 4096 / (1 + e^(−x/256)) at x = −2048, −1920, … 2048, between them a straight line.
  private static let curve = [
    1, 2, 4, 6, 10, 17, 27, 45, 74, 120, 194, 311, 488, 747, 1102, 1546, 2048, 2550, 2994, 3349,
    3608, 3785, 3902, 3976, 4022, 4051, 4069, 4079, 4086, 4090, 4092, 4094, 4095,
  ]

  private static func squash(_ x: Int) -> Int {
    guard x > -2048 else { return 1 }
    guard x < 2047 else { return 4095 }
    let place = (x + 2048) >> 7
    let part = (x + 2048) & 127
    return (curve[place] * (128 - part) + curve[place + 1] * part + 64) >> 7
  }

  /// The smallest x whose squash reaches a chance of 2^−12.
  private static let stretch: [Int] = {
    var table = [Int](repeating: 2047, count: 4096)
    var next = 0
    for x in -2047...2047 {
      let reached = squash(x)
      while next <= reached, next < 4096 {
        table[next] = x
        next += 1
      }
    }
    return table
  }()
}
