import CKernels
import Tensors

// The stored form of a tensor is a header and a payload.
//
//   header    form byte · [coder byte] · rank · lengths · [grid] · [stored count] · [length]
//   form byte | 7        | 6      | 5 4      | 3     | 2    | 1 0       |
//             | coder    | pruned | rule     | sim.  | grid | positions |
//   coder     | 7 6      | 5 4    | 3 … 0            |   positions 3 are relative
//             | codes    | places | bits of a gap − 1|   0 plain, 1 Huffman, 2 range coder
//   grid      see Grid+Header.swift
//   payload   scales of scales · scales (codebook before them) · float values · zero points ·
//             mask, or row counts and columns · codes · padding to a whole byte; fields run
//             lowest bit first, with nothing between them
//
// With a coder byte the length of the payload is stored, and CodedPayload.swift says what is in it.
// Numbers in the header are varints. Floats are little-endian words; they come first so that they lie on whole bytes, and scales of
// fewer than 32 bits follow the float values.

extension EncodedTensor {
  /// Header and payload, as a container stores them; byte for byte the same for equal tensors.
  public func encodedBytes() -> [UInt8] {
    let (header, payload) = (header(), payload())
    let count = header.count + payload.count
    return [UInt8](large: count) { target in
      guard let base = target.baseAddress else { return 0 }
      espalier_copy_bytes(header, base, header.count)
      espalier_copy_bytes(payload, base + header.count, payload.count)
      return count
    }
  }

  /// The floats that the payload is and nothing else, or `nil`.
  package var payloadFloats: Tensor? {
    layout == Layout(.all, .float32) && grid == nil && UInt32(1).littleEndian == 1 ? floats : nil
  }

  /// What is needed to read the payload: shape, layout, format, axis.
  public func header() -> [UInt8] {
    var form = layout.positionsField
    if let grid {
      form |= 4 | (grid.isSimulated ? 8 : 0) | grid.rule.rawValue << 4
    }
    if kept != nil { form |= 0x40 }
    var bytes: [UInt8] = layout.isPlain ? [form] : [form | 0x80, layout.coderByte]
    bytes.appendVarint(shape.rank)
    for length in shape.dimensions { bytes.appendVarint(length) }
    if let grid {
      grid.appendHeader(to: &bytes)
    }
    if let stored { bytes.appendVarint(stored.setCount) }
    if let coded { bytes.appendVarint(coded.bytes.count) }
    return bytes
  }

  /// The elements themselves; `footprint` says what each bit is for.
  public func payload() -> [UInt8] {
    if let coded { return coded.bytes }
    var writer = BitWriter()
    writer.reserve(bytes: footprint.bytes)
    grid?.writeWords(to: &writer)
    if let floats {
      floats.withScalars { scalars in
        guard let stored else { return writer.write(scalars) }
        stored.forEachSet { writer.write(scalars[$0].bitPattern, width: 32) }
      }
    }
    grid?.writeFields(to: &writer)
    stored?.writePlain(layout.positions, shape, to: &writer)
    if layout.coding == .packed, let grid {
      let width = grid.format.codeBits
      if stored == nil, let codes = grid.codes.packed(bits: width) {
        writer.append(codes, bits: count * width)
        return writer.finish()
      }
      forEachStored { writer.write(UInt32(bitPattern: grid.codes[$0]), width: width) }
    }
    return writer.finish()
  }

  private func forEachStored(_ body: (Int) -> Void) {
    if let stored { stored.forEachSet(body) } else { (0..<count).forEach(body) }
  }
}

extension Layout {
  var positionsField: UInt8 {
    switch positions {
    case .all: 0
    case .bitmask: 1
    case .rows: 2
    case .relative: 3
    }
  }

  /// What a layout that is not plain adds to the form byte.
  var coderByte: UInt8 {
    var width: UInt8 = 0
    if case .relative(let bits) = positions { width = UInt8(bits - 1) }
    return coding.asIndices.rawValue << 6 | indices.rawValue << 4 | width
  }

  /// - Throws: `EncodingError.damaged` for fields that no layout has.
  init(positionsField: UInt8, coderByte: UInt8?, isPacked: Bool) throws {
    let coder = coderByte ?? 0
    let positions: Positions =
      switch positionsField {
      case 0: .all
      case 1: .bitmask
      case 2: .rows
      default: .relative(bits: Int(coder & 15) + 1)
      }
    guard let codes = IndexCoding(rawValue: coder >> 6),
      let indices = IndexCoding(rawValue: coder >> 4 & 3)
    else { throw EncodingError.damaged("there is no coder \(coder)") }
    let coding: Coding =
      switch codes {
      case .plain: isPacked ? .packed : .float32
      case .huffman: .huffman
      case .range: .range
      }
    self.init(positions, coding, indices: indices)
    guard isPossible, isPlain == (coderByte == nil), isPacked == (coding != .float32),
      coder & 15 == 0 || positionsField == 3
    else { throw EncodingError.damaged("there is no coder \(coder)") }
  }
}
