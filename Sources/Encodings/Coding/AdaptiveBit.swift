/// The chance of a 1, learnt from the ones and zeros seen so far.
///
///     p ← p + (bit − p) / (n + 1.5)      n = the bits seen, up to a limit
///
/// After n bits of which o are ones p is (o + p₀/2)/(n + ½) to rounding: what stood there at first
/// counts as half a bit. From the limit on, old bits fade. Whole numbers only, so every machine
/// agrees.
///
/// - Source: Krichevsky and Trofimov, 1981, with ½ in the place of their 1 for two symbols.
struct AdaptiveBit {
  /// p in units of 2^−22.
  private var chance: UInt32
  private var seen: UInt8 = 0

  /// - Parameter chance: p at the start, in units of 2^−16.
  init(_ chance: UInt32 = 1 << 15) { self.chance = chance << 6 }

  /// p in units of 2^−16, never certain.
  var share: UInt32 { min(max(chance >> 6, 24), 65_536 - 24) }

  /// How many bits p rests on, up to the limit.
  var confidence: Int { Int(seen) }

  mutating func learn(_ one: Bool, limit: UInt8 = 250) {
    let rate = 131_072 / (2 * Int64(seen) + 3)  // 2^16 / (n + 1.5)
    let goal: Int64 = one ? 1 << 22 - 1 : 0
    chance = UInt32(Int64(chance) + ((goal - Int64(chance)) * rate) >> 16)
    if seen < limit { seen += 1 }
  }
}

/// Symbols of a fixed number of bits, each bit with the chance that it has behind those before it.
struct BitTree {
  private let bits: Int
  private var nodes: [AdaptiveBit]

  /// - Parameter bits: a symbol is below 2^bits, `0...16`.
  init(bits: Int) {
    self.bits = bits
    nodes = [AdaptiveBit](repeating: AdaptiveBit(), count: 1 << bits)
  }

  mutating func encode(_ symbol: Int, to encoder: inout RangeEncoder) {
    var node = 1
    for bit in stride(from: bits - 1, through: 0, by: -1) {
      let one = symbol >> bit & 1 == 1
      encoder.encode(one, share: nodes[node].share)
      nodes[node].learn(one)
      node = node << 1 | (one ? 1 : 0)
    }
  }

  mutating func decode(_ decoder: inout RangeDecoder) -> Int {
    var node = 1
    for _ in 0..<bits {
      let one = decoder.decode(share: nodes[node].share)
      nodes[node].learn(one)
      node = node << 1 | (one ? 1 : 0)
    }
    return node - 1 << bits
  }
}
