/// Storage itemised to the bit.
public struct Footprint: Sendable, Hashable {
  /// What a bit is spent on.
  public enum Kind: String, Sendable, CaseIterable {
    case values, codes, mask
    case rowCounts = "row counts"
    case indices
    /// Gaps that are wider than their field.
    case fillers
    case scales
    case outerScales = "scales of scales"
    /// The levels of a table that the format does not know itself.
    case codebook
    /// The code lengths of Huffman codes.
    case codeTables = "code tables"
    /// The shares that a range coder gives to symbols.
    case frequencies = "frequency tables"
    case zeroPoints = "zero points"
    /// The grids of layers' results, where a model runs in integers.
    case activations = "activation grids"
    /// Biases as int32.
    case biases = "bias codes"
    case padding, header, names, recipe, history, checksum
  }

  /// A number of bits spent on one thing.
  public struct Item: Sendable, Hashable {
    public var kind: Kind
    /// How many fields there are, for `10×4 bits`; 1 for a block of its own.
    public var count: Int
    public var bits: Int

    public init(_ kind: Kind, count: Int = 1, bits: Int) {
      self.kind = kind
      self.count = count
      self.bits = bits
    }
  }

  /// The items in the order they are stored; none is empty.
  public private(set) var items: [Item] = []

  public init() {}

  /// Adds an item unless it is empty.
  public mutating func add(_ kind: Kind, count: Int, width: Int) {
    if count * width > 0 { items.append(Item(kind, count: count, bits: count * width)) }
  }

  /// Adds an item of fields that differ in length, unless it is empty.
  mutating func add(_ kind: Kind, count: Int, bits: Int) {
    if bits > 0 { items.append(Item(kind, count: count, bits: bits)) }
  }

  /// The bits of one kind.
  public func bits(of kind: Kind) -> Int {
    items.reduce(0) { $1.kind == kind ? $0 + $1.bits : $0 }
  }

  /// Everything but padding.
  public var payloadBits: Int { totalBits - bits(of: .padding) }

  /// Everything, a whole number of bytes.
  public var totalBits: Int { items.reduce(0) { $0 + $1.bits } }

  /// The bytes written.
  public var bytes: Int { totalBits / 8 }

  /// Fills up to a whole byte.
  mutating func pad() {
    add(.padding, count: 1, width: (8 - totalBits % 8) % 8)
  }

  /// Makes the sum what it is: fills up with padding, or takes off the last items what a range
  /// coder rounded up.
  mutating func fit(bits total: Int) {
    add(.padding, count: 1, bits: total - totalBits)
    var excess = totalBits - total
    for place in items.indices.reversed() where excess > 0 {
      let part = min(excess, items[place].bits)
      items[place].bits -= part
      excess -= part
    }
    items.removeAll { $0.bits == 0 }
  }
}
