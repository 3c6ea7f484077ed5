import Encodings

/// Where the bits of a container go; the rows add up to exactly 8 × its bytes.
public struct SizeLedger: Sendable, Equatable {
  /// Bits spent on one kind of thing for one owner.
  public struct Row: Sendable, Equatable {
    /// The path of a tensor (`conv1.weight`), the name of a layer, or `file`.
    public var owner: String
    public var kind: Footprint.Kind
    /// How many fields there are, for `10×4 bits`; 1 for a block of its own.
    public var count: Int
    public var bits: Int

    public init(owner: String, kind: Footprint.Kind, count: Int, bits: Int) {
      self.owner = owner
      self.kind = kind
      self.count = count
      self.bits = bits
    }
  }

  /// Rows in the order of the file; those of one owner and kind are one row.
  public private(set) var rows: [Row] = []
  /// What the textbook counts: weights that are kept × their width, and nothing else.
  public var textbookBits = 0
  /// What the same tensors take as plain floats.
  public var denseBits = 0
  /// The layout of each tensor, in the order of the file.
  public var layouts: [(path: String, layout: Layout)] = []

  public init() {}

  /// The whole file in bits.
  public var totalBits: Int { rows.reduce(0) { $0 + $1.bits } }

  /// The whole file in bytes.
  public var bytes: Int { totalBits / 8 }

  /// The tensors without padding and without what describes them.
  public var payloadBits: Int {
    rows.reduce(0) { $1.kind.isPayload ? $0 + $1.bits : $0 }
  }

  /// The bits of one kind.
  public func bits(of kind: Footprint.Kind) -> Int {
    rows.reduce(0) { $1.kind == kind ? $0 + $1.bits : $0 }
  }

  /// The bits of each kind that occurs, in the order of `Footprint.Kind`.
  public var bitsByKind: [(kind: Footprint.Kind, bits: Int)] {
    Footprint.Kind.allCases.map { ($0, bits(of: $0)) }.filter { $0.1 > 0 }
  }

  mutating func add(_ owner: String, _ kind: Footprint.Kind, count: Int = 1, bits: Int) {
    guard bits > 0 else { return }
    if let last = rows.indices.last, rows[last].owner == owner, rows[last].kind == kind {
      rows[last].bits += bits
      rows[last].count += count
    } else {
      rows.append(Row(owner: owner, kind: kind, count: count, bits: bits))
    }
  }

  /// Puts the rows of what is written in front of this.
  mutating func prepend(_ front: [Row]) {
    let own = rows
    rows = front
    for row in own { add(row.owner, row.kind, count: row.count, bits: row.bits) }
  }

  public static func == (left: SizeLedger, right: SizeLedger) -> Bool {
    left.rows == right.rows && left.textbookBits == right.textbookBits
      && left.denseBits == right.denseBits
  }
}

extension Footprint.Kind {
  /// Whether a tensor could not be read without it, padding and header aside.
  public var isPayload: Bool {
    switch self {
    case .values, .codes, .mask, .rowCounts, .indices, .fillers, .scales, .outerScales, .codebook,
      .codeTables, .frequencies, .zeroPoints, .activations, .biases:
      true
    case .padding, .header, .names, .recipe, .history, .checksum: false
    }
  }
}
