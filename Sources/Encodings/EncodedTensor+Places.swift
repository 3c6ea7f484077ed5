/// Where one element lies among the bits of a payload.
public struct BitPlace: Sendable, Equatable {
  /// From the payload's first bit; fields run lowest bit first.
  public var offset: Int
  public var width: Int

  /// The byte of the payload in which it begins.
  public var byte: Int { offset / 8 }

  /// `bits 0–3 of byte 4`, `bytes 4–7`.
  public var description: String {
    if offset % 8 == 0, width % 8 == 0, width > 0 {
      return width == 8 ? "byte \(byte)" : "bytes \(byte)–\(byte + width / 8 - 1)"
    }
    let first = offset % 8
    let end = first + width - 1
    return end < 8
      ? "bits \(first)–\(end) of byte \(byte)" : "bits \(first)–\(end) from byte \(byte)"
  }
}

extension EncodedTensor {
  /// The bits of the payload that hold an element, or `nil` when none does: it is left out, or its
  /// length depends on others (an entropy code).
  ///
  /// - Parameter index: flat, row-major.
  public func bitPlace(of index: Int) -> BitPlace? {
    guard (0..<count).contains(index), stored?[index] != false else { return nil }
    let kind: Footprint.Kind = layout.coding == .float32 ? .values : .codes
    var offset = 0
    for item in footprint.items {
      guard item.kind == kind else {
        offset += item.bits
        continue
      }
      guard item.count > 0, item.bits % item.count == 0 else { return nil }
      let width = item.bits / item.count
      let rank = stored.map { $0.setCount(below: index) } ?? index
      return BitPlace(offset: offset + rank * width, width: width)
    }
    return nil
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
