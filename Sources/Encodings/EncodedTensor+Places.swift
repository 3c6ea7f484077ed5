/// Where one element lies among the bits of a payload.
public struct BitPlace: Sendable, Equatable {
  /// From the payload's first bit; fields run lowest bit first.
  public var offset: Int
  public var width: Int

  /// The byte of the payload in which it begins.
  public var byte: Int { offset / 8 }

  /// `bits 0–3 of byte 4`, `bytes 4–7`, `no bits`.
  public var description: String {
    guard width > 0 else { return "no bits" }
    if offset % 8 == 0, width % 8 == 0 {
      return width == 8 ? "byte \(byte)" : "bytes \(byte)–\(byte + width / 8 - 1)"
    }
    let first = offset % 8
    let end = first + width - 1
    if width == 1 { return "bit \(first) of byte \(byte)" }
    return end < 8
      ? "bits \(first)–\(end) of byte \(byte)" : "bits \(first)–\(end) from byte \(byte)"
  }
}

extension EncodedTensor {
  /// Whether the payload has anything for an element: pruned ones and zeros may be left out.
  ///
  /// - Parameter index: flat, row-major.
  public func stores(_ index: Int) -> Bool {
    (0..<count).contains(index) && stored?[index] != false
  }

  /// The bits of the payload that hold an element's value or code.
  ///
  /// Huffman codes differ in length; the only symbol of a code takes no bits. In a range stream no
  /// element has bits of its own.
  ///
  /// - Parameter index: flat, row-major.
  /// - Returns: `nil` for an element that is left out, or lies in a range stream.
  /// - Complexity: the number of elements before it.
  public func bitPlace(of index: Int) -> BitPlace? {
    guard stores(index) else { return nil }
    let rank = stored.map { $0.setCount(below: index) } ?? index
    if layout.coding != .float32, let coded {
      guard let start = coded.codeStart, let grid else { return nil }
      guard let lengths = coded.codeLengths else {
        return BitPlace(offset: start + rank * grid.format.codeBits, width: grid.format.codeBits)
      }
      let lowest = grid.format.codes.lowerBound
      let length = { lengths[Int(grid.codes[$0] - lowest)] }
      let before = (0..<index).reduce(0) { stored?[$1] != false ? $0 + length($1) : $0 }
      return BitPlace(offset: start + before, width: length(index))
    }
    // Fields of one width: whatever comes before them, their place is their rank.
    let kind: Footprint.Kind = layout.coding == .float32 ? .values : .codes
    var offset = 0
    for item in footprint.items {
      guard item.kind == kind else {
        offset += item.bits
        continue
      }
      let width = kind == .values ? 32 : grid?.format.codeBits ?? 0
      return BitPlace(offset: offset + rank * width, width: width)
    }
    return nil
  }

  /// The bits at a place of the payload, lowest address first, as the reader meets them.
  public func written(at place: BitPlace) -> String {
    let payload = payload()
    return String(
      (place.offset..<place.offset + place.width).map { bit in
        payload.indices.contains(bit / 8) && payload[bit / 8] >> UInt8(bit % 8) & 1 == 1
          ? "1" : "0"
      })
  }
}

extension Bitmap {
  /// How many bits are set before an index.
  func setCount(below index: Int) -> Int {
    let word = index >> 6
    let before = words[..<word].reduce(0) { $0 + $1.nonzeroBitCount }
    return before + (words[word] & ((1 << UInt64(index & 63)) - 1)).nonzeroBitCount
  }
}
