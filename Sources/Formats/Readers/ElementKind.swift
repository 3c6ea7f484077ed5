import Tensors

/// The number type of an array in a file.
enum ElementKind: Equatable {
  /// Width in bytes: 1, 2, 4 or 8.
  case signed(Int)
  case unsigned(Int)
  /// Width in bytes: 2, 4 or 8.
  case floating(Int)
  case boolean

  /// Bytes an element takes.
  var width: Int {
    switch self {
    case .signed(let width), .unsigned(let width), .floating(let width): width
    case .boolean: 1
    }
  }

  /// The number that the bits of one element mean, rounded once to float32, ties to even.
  func number(_ bits: UInt64) -> Float {
    switch self {
    case .unsigned: Float(bits)
    case .signed(1): Float(Int8(truncatingIfNeeded: bits))
    case .signed(2): Float(Int16(truncatingIfNeeded: bits))
    case .signed(4): Float(Int32(truncatingIfNeeded: bits))
    case .signed: Float(Int64(bitPattern: bits))
    case .floating(2): Self.half(UInt16(truncatingIfNeeded: bits))
    case .floating(4): Float(bitPattern: UInt32(truncatingIfNeeded: bits))
    case .floating: Float(Double(bitPattern: bits))
    case .boolean: bits == 0 ? 0 : 1
    }
  }

  /// IEEE half precision: 1 sign, 5 exponent, 10 fraction bits.
  private static func half(_ bits: UInt16) -> Float {
    let fraction = UInt32(bits & 0x3FF)
    let magnitude: Float =
      switch bits >> 10 & 0x1F {
      case 0: Float(fraction) * 0x1p-24
      case 31: fraction == 0 ? .infinity : .nan
      case let exponent:
        Float(bitPattern: (UInt32(exponent) + 127 - 15) << 23 | fraction << 13)
      }
    return bits >> 15 == 0 ? magnitude : -magnitude
  }
}

/// Makes a tensor of a stretch of bytes that is known to be long enough.
///
/// - Parameter fortranOrder: whether the first axis varies fastest in the file.
func elements(
  of contents: FileContents, from start: Int, _ shape: Shape, _ kind: ElementKind, bigEndian: Bool,
  fortranOrder: Bool = false
) throws -> Tensor {
  let width = kind.width
  // A table for bytes: pixels are the bulk of what is read.
  let bytes = width == 1 ? (0..<256).map { kind.number(UInt64($0)) } : []
  let fromFile = fortranOrder ? FortranOrder(shape) : nil
  return try Tensor(unsafeUninitialized: shape) { target in
    try contents.bytes.withUnsafeBufferPointer { source in
      for piece in stride(from: 0, to: target.count, by: 1 << 20) {
        try Work.current.checkpoint()
        for index in piece..<min(piece + 1 << 20, target.count) {
          let at = start + (fromFile?.position(of: index) ?? index) * width
          if width == 1 {
            target[index] = bytes[Int(source[at])]
            continue
          }
          var bits: UInt64 = 0
          for k in 0..<width {
            bits = bits << 8 | UInt64(source[bigEndian ? at + k : at + width - 1 - k])
          }
          target[index] = kind.number(bits)
        }
      }
    }
  }
}

/// Where an element of a row-major tensor stands in a file whose first axis varies fastest.
private struct FortranOrder {
  let lengths: [Int]
  let strides: [Int]

  init(_ shape: Shape) {
    lengths = shape.dimensions
    var strides: [Int] = []
    var stride = 1
    for length in lengths {
      strides.append(stride)
      stride *= length
    }
    self.strides = strides
  }

  func position(of index: Int) -> Int {
    var rest = index
    var position = 0
    for axis in lengths.indices.reversed() {
      position += rest % lengths[axis] * strides[axis]
      rest /= lengths[axis]
    }
    return position
  }
}
