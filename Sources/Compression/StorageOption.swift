import Catalog
import Encodings

/// One wish about how a tensor is laid out: what `encode` takes, `huffman` or `relative(5)`.
public protocol StorageOption: Cataloged {
  /// - Throws: `SettingError` for a setting outside its domain.
  static func request(_ settings: Settings) throws -> StorageRequest
}

/// Which layouts somebody wants; what is not said is chosen by size.
public struct StorageRequest: Sendable, Equatable {
  /// Where elements belong, or `nil` for whatever is smallest.
  public var positions: Layout.Positions?
  /// How codes and places are written, or `nil` for fields of one width.
  public var coder: Layout.IndexCoding?
  /// Whether any coder will do.
  public var takesAnyCoder = false
  /// Whether the tensor must have codes.
  public var needsCodes = false

  public init(
    positions: Layout.Positions? = nil, coder: Layout.IndexCoding? = nil,
    takesAnyCoder: Bool = false, needsCodes: Bool = false
  ) {
    self.positions = positions
    self.coder = coder
    self.takesAnyCoder = takesAnyCoder
    self.needsCodes = needsCodes
  }

  /// Two wishes together, or `nil` when they are about the same thing.
  func joined(with other: StorageRequest) -> StorageRequest? {
    guard positions == nil || other.positions == nil, coder == nil || other.coder == nil,
      !takesAnyCoder, !other.takesAnyCoder, !needsCodes || other.coder == nil,
      !other.needsCodes || coder == nil
    else { return nil }
    return StorageRequest(
      positions: positions ?? other.positions, coder: coder ?? other.coder,
      needsCodes: needsCodes || other.needsCodes)
  }

  /// The layouts to choose from, in the order that wins ties.
  ///
  /// - Parameter isPacked: whether the tensor has codes.
  func layouts(isPacked: Bool) -> [Layout] {
    let coders: [Layout.IndexCoding] =
      takesAnyCoder ? Layout.IndexCoding.allCases : [coder ?? .plain]
    return coders.flatMap { coder -> [Layout] in
      let gaps = takesAnyCoder || coder != .plain ? Array(2...9) : []
      let places =
        positions.map { [$0] }
        ?? Layout.Positions.plain + gaps.map { Layout.Positions.relative(bits: $0) }
      return places.compactMap { place in
        var indices = coder
        if coder != .plain, place == .all || place == .rows { indices = .plain }
        if coder == .huffman, place == .bitmask { indices = .plain }
        let coding: Layout.Coding =
          !isPacked ? .float32 : coder == .huffman ? .huffman : coder == .range ? .range : .packed
        let layout = Layout(place, coding, indices: indices)
        // A coder that codes nothing is not what was asked for.
        return coder != .plain && !isPacked && indices == .plain ? nil : layout
      }
    }
  }
}
