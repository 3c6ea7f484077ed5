import Tensors

/// A tensor together with how it is stored: which elements are kept, on which grid, in what layout.
///
/// It acts as its `values` everywhere; the rest decides what its bytes are. Pruned elements are +0
/// in `values` and have the code of 0, or the lowest code in a format without one.
///
/// What is stored as floats is held as floats, also on a simulated grid; what is stored as codes is
/// held as codes alone, half a byte to two bytes an element.
public struct EncodedTensor: Sendable {
  /// The lengths of the axes.
  public let shape: Shape
  /// The elements that are not pruned, or `nil` when none is.
  public let kept: Bitmap?
  /// The grid that the values lie on, or `nil` for plain floats.
  public let grid: Grid?
  /// How the elements are laid out in bytes.
  public let layout: Layout
  /// The bytes' contents, itemised; its sum is exactly 8 × the length of `payload()`.
  public let footprint: Footprint
  /// The elements whose places are stored, or `nil` for all of them.
  let stored: Bitmap?
  /// The values where they are stored as floats.
  let floats: Tensor?
  /// Which elements share a scale, where they are stored as codes.
  let parts: Parts?
  /// The payload in a layout that takes a coder; plain ones are written when they are asked for.
  let coded: CodedPayload?
  /// Whether the layout is another one than would be chosen.
  private let isLayoutChosen: Bool

  /// Floats, perhaps pruned, in the smallest plain layout or in a given one.
  ///
  /// Pruned elements of `values` are set to zero.
  ///
  /// - Throws: `EncodingError.mismatch` when the mask has another count, `.unavailable` when the
  ///   layout cannot hold this tensor, and what an allocation throws.
  public init(_ values: Tensor, kept: Bitmap? = nil, layout: Layout? = nil) throws {
    let kept = try Self.checked(kept, count: values.count)
    let zeroed = try kept.map { try values.zeroed(except: $0) } ?? values
    try self.init(
      values.shape, floats: zeroed, kept: kept, grid: nil, parts: nil, layout: layout)
  }

  /// Values given by their codes on a grid, perhaps pruned.
  ///
  /// Pruned codes become that of 0, or the lowest one where the format has none.
  ///
  /// - Throws: `EncodingError.mismatch` when codes, scales, zero points or mask do not fit the
  ///   shape or the format.
  public init(_ shape: Shape, grid: Grid, kept: Bitmap? = nil, layout: Layout? = nil) throws {
    let kept = try Self.checked(kept, count: shape.count)
    let parts = try grid.checkedParts(of: shape)
    var grid = grid
    if let kept { grid.clearCodes(except: kept, parts: parts) }
    let floats = grid.isSimulated ? try grid.values(shape, parts: parts, kept: kept) : nil
    try self.init(
      shape, floats: floats, kept: kept, grid: grid, parts: grid.isSimulated ? nil : parts,
      layout: layout)
  }

  /// A tensor that was read: the same, and its payload need not be written again.
  init(
    _ shape: Shape, grid: Grid, kept: Bitmap?, layout: Layout, payload: ArraySlice<UInt8>
  ) throws {
    let kept = try Self.checked(kept, count: shape.count)
    let parts = try grid.checkedParts(of: shape)
    var grid = grid
    if let kept { grid.clearCodes(except: kept, parts: parts) }
    try self.init(
      shape, floats: nil, kept: kept, grid: grid, parts: parts, layout: layout, payload: payload)
  }

  private init(
    _ shape: Shape, floats: Tensor?, kept: Bitmap?, grid: Grid?, parts: Parts?, layout: Layout?,
    payload: ArraySlice<UInt8>? = nil
  ) throws {
    self.shape = shape
    self.floats = floats
    self.parts = parts
    self.kept = kept
    self.grid = grid
    let plan = try StoragePlan(
      shape, floats: floats, kept: kept, grid: grid, layout: layout, payload: payload)
    self.layout = plan.layout
    stored = plan.stored
    footprint = plan.footprint
    coded = plan.coded
    isLayoutChosen = plan.isChosen
  }

  /// The number of elements, pruned ones included.
  public var count: Int { shape.count }

  /// How many elements are not pruned.
  public var keptCount: Int { kept?.setCount ?? count }

  /// `int8 weights`, `simulated int8`, or `nil` for plain floats.
  public var badge: String? { grid?.badge }

  /// The same tensor in another layout.
  ///
  /// - Throws: `EncodingError.unavailable` when the layout cannot hold it.
  public func stored(as layout: Layout) throws -> EncodedTensor {
    try EncodedTensor(
      shape, floats: floats, kept: kept, grid: grid, parts: parts, layout: layout)
  }

  /// The layout somebody asked for, or `nil` for the smallest plain one.
  public var chosenLayout: Layout? { isLayoutChosen ? layout : nil }

  /// The same tensor laid out as another one was on request, where it can be.
  ///
  /// What changes weights makes new tensors in the smallest plain layout; this keeps an earlier
  /// request.
  public func stored(like other: EncodedTensor) throws -> EncodedTensor {
    guard let chosen = other.chosenLayout else { return self }
    let layout = chosen.fitting(isPacked: grid.map { !$0.isSimulated } ?? false)
    do {
      return try stored(as: layout)
    } catch EncodingError.unavailable {
      return self
    }
  }

  /// The plain layouts that can hold this tensor without loss, in the order that wins ties.
  public var availableLayouts: [Layout] {
    StoragePlan.candidates(
      shape, FilledPlaces(shape, floats: floats, kept: kept, grid: grid)
    ).map(\.layout)
  }

  /// The bits that the textbook counts: kept elements × their width, nothing else.
  public var textbookBits: Int {
    keptCount * (layout.coding != .float32 ? grid?.format.codeBits ?? 32 : 32)
  }

  private static func checked(_ kept: Bitmap?, count: Int) throws -> Bitmap? {
    guard let kept else { return nil }
    guard kept.count == count else {
      throw EncodingError.mismatch("mask bits", expected: count, found: kept.count)
    }
    return kept.isFull ? nil : kept
  }
}

extension EncodedTensor: Equatable {
  /// Equal bit for bit: values or codes, mask, grid and layout.
  public static func == (left: EncodedTensor, right: EncodedTensor) -> Bool {
    left.layout == right.layout && left.kept == right.kept && left.grid == right.grid
      && left.shape == right.shape && hasSameBits(left.floats, right.floats)
  }
}

extension Tensor {
  /// The elements set in a mask, and +0 for the others.
  func zeroed(except kept: Bitmap) throws -> Tensor { try masked(kept.words) }
}

private func hasSameBits(_ left: Tensor?, _ right: Tensor?) -> Bool {
  guard let left, let right else { return left == nil && right == nil }
  return left.withScalars { left in
    right.withScalars { right in
      left.count == right.count && zip(left, right).allSatisfy { $0.bitPattern == $1.bitPattern }
    }
  }
}
