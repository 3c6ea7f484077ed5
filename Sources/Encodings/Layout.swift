/// How a tensor's elements are laid out: which ones are stored, and as what.
public struct Layout: Sendable, Hashable, CustomStringConvertible {
  /// Which elements are stored, and how their places are told.
  public enum Positions: UInt8, Sendable, CaseIterable {
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
  }

  /// What is stored of an element.
  public enum Coding: UInt8, Sendable, CaseIterable {
    /// IEEE single, little-endian.
    case float32
    /// The code on the grid, in as many bits as the format has.
    case packed
  }

  /// Which elements are stored.
  public var positions: Positions
  /// As what each is stored.
  public var coding: Coding

  public init(_ positions: Positions, _ coding: Coding) {
    self.positions = positions
    self.coding = coding
  }

  /// Every element as a float: what a tensor is before anything was done to it.
  public static let dense = Layout(.all, .float32)

  /// As reports show it: `dense`, `bitmask`, `packed`, `packed csr`.
  public var description: String {
    switch (positions, coding) {
    case (.all, .float32): "dense"
    case (.bitmask, .float32): "bitmask"
    case (.rows, .float32): "csr"
    case (.all, .packed): "packed"
    case (.bitmask, .packed): "packed bitmask"
    case (.rows, .packed): "packed csr"
    }
  }
}
