/// How a tensor's elements are laid out: which ones are stored, as what, and where they belong.
public struct Layout: Sendable, Hashable, CustomStringConvertible {
  /// Which elements are stored, and how their places are told.
  public enum Positions: Sendable, Hashable {
    /// Every element, in order.
    case all
    /// Only some; one bit an element tells which.
    case bitmask
    /// Only some; each row has its count and the column of each.
    ///
    /// A row is a slice of the first axis. Counts have ⌈log2(columns + 1)⌉ bits, columns
    /// ⌈log2 columns⌉. So the rows `0 5 0 0` and `7 0 0 9` are
    ///
    ///     counts   1   2        3 bits each, 0…4
    ///     columns  1   0 3      2 bits each, 0…3
    ///     values   5   7 9
    case rows
    /// Only some; each has the gap from the one before it, in so many bits (`RelativeIndex`).
    case relative(bits: Int)

    /// Those that take no coder, in the order that wins ties.
    public static let plain: [Positions] = [.all, .bitmask, .rows]
  }

  /// What is stored of an element.
  public enum Coding: UInt8, Sendable, CaseIterable {
    /// IEEE single, little-endian.
    case float32
    /// The code on the grid, in as many bits as the format has.
    case packed
    /// The code on the grid, the frequent ones in fewer bits (`HuffmanCode`).
    case huffman
    /// The code on the grid, in as many bits as it is surprising (`RangeEncoder`).
    case range
  }

  /// How places are written down.
  public enum IndexCoding: UInt8, Sendable, CaseIterable {
    /// In the bits that `Positions` says.
    case plain
    /// The gaps of `relative`, the frequent ones in fewer bits.
    case huffman
    /// The gaps of `relative` or the bits of `bitmask`, in as many bits as they are surprising.
    case range
  }

  /// Which elements are stored.
  public var positions: Positions
  /// As what each is stored.
  public var coding: Coding
  /// How places are written down.
  public var indices: IndexCoding

  public init(_ positions: Positions, _ coding: Coding, indices: IndexCoding = .plain) {
    self.positions = positions
    self.coding = coding
    self.indices = indices
  }

  /// Every element as a float: what a tensor is before anything was done to it.
  public static let dense = Layout(.all, .float32)

  /// Whether it takes fields of fixed widths only, so that its size is known from the counts.
  public var isPlain: Bool {
    if case .relative = positions { return false }
    return indices == .plain && (coding == .float32 || coding == .packed)
  }

  /// Whether such places can be written that way.
  var isPossible: Bool {
    switch (positions, indices) {
    case (_, .plain), (.relative, _), (.bitmask, .range): true
    case (.all, _), (.rows, _), (.bitmask, .huffman): false
    }
  }

  /// The same for a tensor that has codes, or has none.
  func fitting(isPacked: Bool) -> Layout {
    guard isPacked == (coding == .float32) else { return self }
    let coding: Coding =
      !isPacked ? .float32 : indices == .huffman ? .huffman : indices == .range ? .range : .packed
    return Layout(positions, coding, indices: indices)
  }

  /// As reports show it: `dense`, `bitmask`, `packed csr`, `huffman relative(5)`.
  public var description: String {
    let what =
      switch coding {
      case .float32: ""
      case .packed: "packed"
      case .huffman: "huffman"
      case .range: "rangecoder"
      }
    let places =
      switch positions {
      case .all: what.isEmpty ? "dense" : ""
      case .bitmask: "bitmask"
      case .rows: "csr"
      case .relative(let bits): "relative(\(bits))"
      }
    let parts = [what, places].filter { !$0.isEmpty }.joined(separator: " ")
    switch (indices, coding) {
    case (.plain, .huffman) where positions.isRelative, (.plain, .range) where positions.isRelative:
      return parts + ", plain places"
    case (.huffman, .float32), (.huffman, .packed), (.huffman, .range):
      return parts + ", huffman places"
    case (.range, .float32), (.range, .packed), (.range, .huffman):
      return parts + ", rangecoder places"
    default: return parts
    }
  }
}

extension Layout.Positions {
  fileprivate var isRelative: Bool { if case .relative = self { true } else { false } }
}
