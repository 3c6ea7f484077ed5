import Catalog

/// Stored bytes that cannot be what was written, or a storage that does not exist.
public enum EncodingError: DescribedError, Equatable {
  case unknownWidth(Int)
  /// A table of levels that cannot be: what is wrong with them.
  case badLevels(String)
  /// Fewer bytes than the header promises.
  case truncated(needed: Int, available: Int)
  /// Bytes left over after the last element.
  case trailing(Int)
  /// A field that holds an impossible value.
  case damaged(String)
  /// Parts that do not fit together: codes, masks or scales of another count.
  case mismatch(String, expected: Int, found: Int)
  /// A layout that this tensor has not: packed codes of a tensor without a grid.
  case unavailable(Layout, because: String)

  public var code: String {
    switch self {
    case .unknownWidth, .badLevels: "E0310"
    case .mismatch: "E0219"
    case .unavailable: "E0315"
    case .truncated: "E0511"
    case .trailing, .damaged: "E0512"
    }
  }

  public var headline: String {
    switch self {
    case .unknownWidth(let bits): "integers have 2 to 16 bits; these would have \(bits)"
    case .badLevels(let what): "these levels make no number format: \(what)"
    case .truncated(let needed, let available):
      "the stored tensor ends early: \(needed) bytes are needed, \(available) are left"
    case .trailing(let count): "\(count) bytes are left over behind the stored tensor"
    case .damaged(let what): "the stored tensor is damaged: \(what)"
    case .mismatch(let what, let expected, let found):
      "\(expected) \(what) are needed; there are \(found)"
    case .unavailable(let layout, let reason): "this tensor has no \(layout) form: \(reason)"
    }
  }
}
