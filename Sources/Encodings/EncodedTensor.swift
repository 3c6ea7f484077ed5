import Tensors

/// A tensor together with how it is stored: which elements are kept, on which grid, in what layout.
///
/// It acts as its `values` everywhere; the rest decides what its bytes are. Pruned elements are +0
/// in `values` and have the code of 0, or the lowest code in a format without one.
public struct EncodedTensor: Sendable {
  /// What the stored bytes mean, as floats.
  public let values: Tensor
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
    try self.init(values: zeroed, kept: kept, grid: nil, layout: layout)
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
    let values = try grid.values(shape, parts: parts, kept: kept)
    try self.init(values: values, kept: kept, grid: grid, layout: layout)
  }

  private init(values: Tensor, kept: Bitmap?, grid: Grid?, layout: Layout?) throws {
    self.values = values
    self.kept = kept
    self.grid = grid
    let plan = try StoragePlan(values: values, kept: kept, grid: grid, layout: layout)
    self.layout = plan.layout
    stored = plan.stored
    footprint = plan.footprint
    coded = plan.coded
    isLayoutChosen = plan.isChosen
  }

  /// The lengths of the axes.
  public var shape: Shape { values.shape }

  /// The number of elements, pruned ones included.
  public var count: Int { values.count }

  /// How many elements are not pruned.
  public var keptCount: Int { kept?.setCount ?? count }

  /// `int8 weights`, `simulated int8`, or `nil` for plain floats.
  public var badge: String? { grid?.badge }

  /// The same tensor in another layout.
  ///
  /// - Throws: `EncodingError.unavailable` when the layout cannot hold it.
  public func stored(as layout: Layout) throws -> EncodedTensor {
    try EncodedTensor(values: values, kept: kept, grid: grid, layout: layout)
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
    StoragePlan.candidates(values: values, kept: kept, grid: grid).map(\.layout)
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
  /// Equal bit for bit: values, mask, grid and layout.
  public static func == (left: EncodedTensor, right: EncodedTensor) -> Bool {
    left.layout == right.layout && left.kept == right.kept && left.grid == right.grid
      && left.shape == right.shape && left.values.hasSameBits(as: right.values)
  }
}

extension Tensor {
  /// The elements set in a mask, and +0 for the others.
  func zeroed(except kept: Bitmap) throws -> Tensor {
    try Tensor(unsafeUninitialized: shape) { target in
      withScalars { source in
        for index in 0..<source.count { target[index] = kept[index] ? source[index] : 0 }
      }
    }
  }

  func hasSameBits(as other: Tensor) -> Bool {
    withScalars { left in
      other.withScalars { right in
        left.count == right.count
          && zip(left, right).allSatisfy { $0.bitPattern == $1.bitPattern }
      }
    }
  }
}
