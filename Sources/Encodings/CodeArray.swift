import CKernels
import Glibc
import Tensors

/// The codes of a tensor in the narrowest fields that hold them; they never change.
///
///     −8…7 or 0…15                two a byte, the first in the low half
///     −128…127 or 0…255           one byte
///     −32768…32767 or 0…65535     two bytes
///     anything else               four bytes
///
/// A field holds code − the lowest code of its range. Arrays of the same codes are equal however
/// wide their fields.
public struct CodeArray: Sendable, RandomAccessCollection, ExpressibleByArrayLiteral {
  public let count: Int
  private var layout: FieldLayout
  private var fields: ByteStore

  /// Codes in the order that a closure gives them.
  ///
  /// - Parameters:
  ///   - range: where the codes are expected; one outside of it makes all fields four bytes wide.
  ///   - fill: gets the index of the first code of a piece, and writes every code of the piece.
  ///     Pieces come in order, at most 4,096 codes each.
  public init(
    count: Int, range: ClosedRange<Int32>,
    fill: (_ start: Int, _ codes: UnsafeMutableBufferPointer<Int32>) throws -> Void
  ) rethrows {
    self.count = count
    layout = FieldLayout(range)
    fields = ByteStore(unbooked: layout.bytes(count))
    try withUnsafeTemporaryAllocation(of: Int32.self, capacity: Self.piece) { buffer in
      for start in stride(from: 0, to: count, by: Self.piece) {
        let codes = UnsafeMutableBufferPointer(
          rebasing: buffer[..<Swift.min(Self.piece, count - start)])
        try fill(start, codes)
        if !codes.allSatisfy(layout.range.contains) { widen(start) }
        fields.withMutableBytes { layout.write(UnsafeBufferPointer(codes), at: start, to: $0) }
      }
    }
  }

  /// - Complexity: O(n), two passes.
  public init(_ codes: [Int32]) {
    let (least, most) = codes.withUnsafeBufferPointer(Self.extremes)
    self.init(count: codes.count, range: least...most) { start, piece in
      _ = piece.update(fromContentsOf: codes[start..<start + piece.count])
    }
  }

  /// Codes whose fields a closure writes, every one of them.
  ///
  /// - Parameter fill: gets the fields, the lowest code, which is 0 in a field, and the bits of a
  ///   field: 4 (the first of two in the lower half), 8, 16 or 32.
  /// - Throws: `LimitError`, `Cancelled`, and what `fill` throws.
  public init(
    count: Int, range: ClosedRange<Int32>,
    fields fill: (
      _ fields: UnsafeMutableRawBufferPointer, _ lowest: Int32, _ bits: Int
    ) throws -> Void
  ) throws {
    self.count = count
    layout = FieldLayout(range)
    fields = try ByteStore(count: layout.bytes(count), isHeld: false)
    try fields.withMutableBytes { try fill($0, layout.lowest, layout.width.rawValue) }
  }

  /// Codes from bytes that hold code − the lowest one.
  ///
  /// - Parameter range: the codes there are, 256 of them at most.
  init(_ symbols: ByteStore, range: ClosedRange<Int32>) {
    let layout = FieldLayout(range)
    if layout.width == .byte, layout.lowest == range.lowerBound {
      self.init(count: symbols.count, layout, symbols)
      return
    }
    self.init(count: symbols.count, range: range) { start, piece in
      symbols.withBytes { bytes in
        for place in piece.indices { piece[place] = Int32(bytes[start + place]) + range.lowerBound }
      }
    }
  }

  private init(count: Int, _ layout: FieldLayout, _ fields: ByteStore) {
    (self.count, self.layout, self.fields) = (count, layout, fields)
  }

  public init(arrayLiteral codes: Int32...) { self.init(codes) }

  public var startIndex: Int { 0 }
  public var endIndex: Int { count }

  /// - Parameter index: `0..<count`.
  public subscript(index: Int) -> Int32 {
    precondition(index >= 0 && index < count, "a code outside of the tensor")
    return fields.withBytes { layout.code(index, of: $0) }
  }

  /// The bytes that the codes take in memory.
  public var bytes: Int { fields.count }

  /// Writes neighbouring codes out, for loops that read many.
  ///
  /// - Parameters:
  ///   - range: within `0..<count`.
  ///   - target: as long as the range.
  public func copy(_ range: Range<Int>, to target: UnsafeMutablePointer<Int32>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "codes outside of the tensor")
    fields.withBytes { layout.read(range, of: $0, to: target) }
  }

  /// Shows all codes in order, at most 4,096 at a time.
  ///
  /// - Parameter body: gets the index of the first code of a piece, and the piece.
  public func forEachPiece(
    _ body: (_ start: Int, _ codes: UnsafeBufferPointer<Int32>) throws -> Void
  ) rethrows { try forEachPiece(of: 0..<count, body) }

  /// The same of a stretch.
  func forEachPiece(
    of range: Range<Int>, _ body: (_ start: Int, _ codes: UnsafeBufferPointer<Int32>) throws -> Void
  ) rethrows {
    try withUnsafeTemporaryAllocation(of: Int32.self, capacity: Self.piece) { buffer in
      guard let base = buffer.baseAddress else { return }
      for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.piece) {
        let end = Swift.min(start + Self.piece, range.upperBound)
        copy(start..<end, to: base)
        try body(start, UnsafeBufferPointer(start: base, count: end - start))
      }
    }
  }

  /// Something made of each code, in order.
  public func map<Result>(_ transform: (Int32) throws -> Result) rethrows -> [Result] {
    var results: [Result] = []
    results.reserveCapacity(count)
    try forEachPiece { _, codes in
      for code in codes { results.append(try transform(code)) }
    }
    return results
  }

  /// The codes as numbers that can be changed, four bytes each.
  public var numbers: [Int32] { map { $0 } }

  /// The codes of some places, in their order.
  func selecting(_ places: [Int]) -> CodeArray {
    CodeArray(count: places.count, range: layout.range) { start, piece in
      for index in piece.indices { piece[index] = self[places[start + index]] }
    }
  }

  /// Whether all codes lie in a range.
  func lie(in range: ClosedRange<Int32>) -> Bool {
    // No field holds anything else.
    if layout.range.lowerBound >= range.lowerBound, layout.range.upperBound <= range.upperBound {
      return true
    }
    var result = true
    forEachPiece { _, codes in
      let (least, most) = Self.extremes(codes)
      result = result && range.contains(least) && range.contains(most)
    }
    return result
  }

  /// How many of a stretch are this code.
  func count(of code: Int32, in range: Range<Int>) -> Int {
    guard layout.range.contains(code) else { return 0 }
    if layout.width == .byte {
      return fields.withBytes { fields in
        guard let base = fields.baseAddress else { return 0 }
        return espalier_count_bytes(
          base.assumingMemoryBound(to: UInt8.self) + range.lowerBound, range.count,
          UInt8(truncatingIfNeeded: code &- layout.lowest))
      }
    }
    var total = 0
    forEachPiece(of: range) { _, codes in
      for other in codes where other == code { total += 1 }
    }
    return total
  }

  /// Each code less the lowest of a range, a byte each.
  ///
  /// - Parameter range: holds all codes, and 256 at most.
  func symbols(_ range: ClosedRange<Int32>) throws -> ByteStore {
    if layout.width == .byte, layout.lowest == range.lowerBound { return fields }
    let result = try ByteStore(count: count)
    result.withMutableBytes { target in
      forEachPiece { start, codes in
        for (place, code) in codes.enumerated() {
          target[start + place] = UInt8(truncatingIfNeeded: code &- range.lowerBound)
        }
      }
    }
    return result
  }

  /// The codes as whole bytes, as packed ones of so many bits lie: two of 4 bits, or one of 8.
  ///
  /// - Returns: `nil` where fields are not that wide.
  func packed(bits: Int) -> [UInt8]? {
    guard bits == layout.width.rawValue, bits <= 8 else { return nil }
    return fields.withBytes { fields in
      [UInt8](large: fields.count) { target in
        let flip = layout.signs
        for index in fields.indices { target[index] = fields[index] ^ flip }
        if bits == 4, count % 2 == 1 { target[fields.count - 1] &= 15 }
        return fields.count
      }
    }
  }

  /// Codes from bytes as `packed` gives them; `nil` where fields are not that wide.
  ///
  /// - Throws: `LimitError`, `Cancelled`.
  init?(packed bytes: ArraySlice<UInt8>, bits: Int, count: Int, range: ClosedRange<Int32>) throws {
    let layout = FieldLayout(range)
    guard bits == layout.width.rawValue, bits <= 8, layout.bytes(count) == bytes.count else {
      return nil
    }
    self.count = count
    self.layout = layout
    fields = try ByteStore(count: bytes.count, isHeld: false)
    fields.withMutableBytes { target in
      bytes.withUnsafeBytes { source in
        let flip = layout.signs
        for index in source.indices { target[index] = source[index] ^ flip }
        if bits == 4, count % 2 == 1 { target[source.count - 1] &= 15 }
      }
    }
  }

  /// How many codes are looked at together, so that they stay in the nearest cache.
  private static let piece = 4096

  /// 0 and 0 of nothing.
  private static func extremes(_ codes: UnsafeBufferPointer<Int32>) -> (Int32, Int32) {
    var (least, most) = (codes.first ?? 0, codes.first ?? 0)
    for code in codes { (least, most) = (Swift.min(least, code), Swift.max(most, code)) }
    return (least, most)
  }

  /// Moves the codes before `end` into fields that hold every code.
  private mutating func widen(_ end: Int) {
    var wide = self
    wide.layout = FieldLayout(Int32.min...Int32.max)
    wide.fields = ByteStore(unbooked: wide.layout.bytes(count))
    forEachPiece { start, codes in
      guard start < end else { return }
      wide.fields.withMutableBytes { wide.layout.write(codes, at: start, to: $0) }
    }
    self = wide
  }
}

extension CodeArray: Hashable {
  public static func == (left: CodeArray, right: CodeArray) -> Bool {
    guard left.count == right.count else { return false }
    if left.layout == right.layout {
      return left.fields.withBytes { left in
        right.fields.withBytes { right in
          guard let left = left.baseAddress, let other = right.baseAddress else { return true }
          return memcmp(left, other, right.count) == 0
        }
      }
    }
    var isSame = true
    left.forEachPiece { start, codes in
      isSame = isSame && codes.indices.allSatisfy { codes[$0] == right[start + $0] }
    }
    return isSame
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    forEachPiece { _, codes in hasher.combine(bytes: UnsafeRawBufferPointer(codes)) }
  }
}

/// How wide fields are, and which code a field of zeros is.
private struct FieldLayout: Sendable, Equatable {
  enum Width: Int { case half = 4, byte = 8, word = 16, whole = 32 }

  let width: Width
  /// The codes that fit.
  let range: ClosedRange<Int32>

  private static let narrow = [
    FieldLayout(width: .half, range: -8...7), FieldLayout(width: .half, range: 0...15),
    FieldLayout(width: .byte, range: -128...127), FieldLayout(width: .byte, range: 0...255),
    FieldLayout(width: .word, range: -32768...32767), FieldLayout(width: .word, range: 0...65535),
  ]

  private init(width: Width, range: ClosedRange<Int32>) {
    self.width = width
    self.range = range
  }

  /// The narrowest layout of a range of codes.
  init(_ range: ClosedRange<Int32>) {
    self =
      Self.narrow.first {
        $0.range.contains(range.lowerBound) && $0.range.contains(range.upperBound)
      } ?? FieldLayout(width: .whole, range: Int32.min...Int32.max)
  }

  /// What turns a field of whole bytes into two's complement, and back.
  var signs: UInt8 { lowest == 0 ? 0 : width == .half ? 0x88 : 0x80 }

  var lowest: Int32 { width == .whole ? 0 : range.lowerBound }

  func bytes(_ count: Int) -> Int { (count * width.rawValue + 7) / 8 }

  func code(_ index: Int, of fields: UnsafeRawBufferPointer) -> Int32 {
    switch width {
    case .half: Int32(fields[index / 2] >> UInt8(index % 2 * 4) & 15) &+ lowest
    case .byte: Int32(fields[index]) &+ lowest
    case .word: Int32(fields.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)) &+ lowest
    case .whole: fields.loadUnaligned(fromByteOffset: 4 * index, as: Int32.self)
    }
  }

  func read(
    _ range: Range<Int>, of fields: UnsafeRawBufferPointer, to target: UnsafeMutablePointer<Int32>
  ) {
    let (first, count, lowest) = (range.lowerBound, range.count, lowest)
    guard count > 0, let base = fields.baseAddress else { return }
    switch width {
    case .half:
      let bytes = base.assumingMemoryBound(to: UInt8.self)
      for place in 0..<count {
        let index = first + place
        target[place] = Int32(bytes[index >> 1] >> UInt8(index & 1 * 4) & 15) &+ lowest
      }
    case .byte:
      let bytes = base.assumingMemoryBound(to: UInt8.self) + first
      for place in 0..<count { target[place] = Int32(bytes[place]) &+ lowest }
    case .word:
      for place in 0..<count {
        let offset = 2 * (first + place)
        target[place] = Int32(base.loadUnaligned(fromByteOffset: offset, as: UInt16.self)) &+ lowest
      }
    case .whole:
      UnsafeMutableRawPointer(target).copyMemory(from: base + 4 * first, byteCount: 4 * count)
    }
  }

  /// - Parameters:
  ///   - codes: within `range`.
  ///   - start: the index of the first one, even.
  func write(
    _ codes: UnsafeBufferPointer<Int32>, at start: Int, to fields: UnsafeMutableRawBufferPointer
  ) {
    guard let source = codes.baseAddress, let base = fields.baseAddress else { return }
    let (count, lowest) = (codes.count, lowest)
    switch width {
    case .half:
      let bytes = base.assumingMemoryBound(to: UInt8.self) + start / 2
      for pair in 0..<count / 2 {
        let (low, high) = (source[2 * pair] &- lowest, source[2 * pair + 1] &- lowest)
        bytes[pair] = UInt8(truncatingIfNeeded: low | high << 4)
      }
      if count % 2 == 1 {
        bytes[count / 2] = UInt8(truncatingIfNeeded: source[count - 1] &- lowest)
      }
    case .byte:
      let bytes = base.assumingMemoryBound(to: UInt8.self) + start
      for place in 0..<count { bytes[place] = UInt8(truncatingIfNeeded: source[place] &- lowest) }
    case .word:
      for place in 0..<count {
        base.storeBytes(
          of: UInt16(truncatingIfNeeded: source[place] &- lowest),
          toByteOffset: 2 * (start + place), as: UInt16.self)
      }
    case .whole: (base + 4 * start).copyMemory(from: source, byteCount: 4 * count)
    }
  }
}
