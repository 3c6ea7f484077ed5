import Catalog
import Tensors

/// An IDX file: how MNIST and Fashion-MNIST are handed out.
///
///     0 0 kind axes | length of each axis, 4 bytes, big-endian | elements, big-endian
///
/// Kinds: 08 u8, 09 i8, 0B i16, 0C i32, 0D f32, 0E f64.
/// - Source: LeCun, Cortes and Burges, "The MNIST database", file formats.
struct IDX {
  var shape: Shape
  /// Whether elements are single unsigned bytes, as pixels and labels are.
  var isBytes: Bool
  var tensor: Tensor

  /// Whether a file begins as an IDX file does.
  static func recognizes(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 4 && bytes[0] == 0 && bytes[1] == 0 && ElementKind(idx: bytes[2]) != nil
      && bytes[3] > 0
  }

  /// - Throws: `FileError` when the header is none, or the elements do not fill the file exactly.
  init(_ packed: FileContents) throws {
    let contents = try unpackedIfGzip(packed)
    var reader = ByteReader(contents)
    let magic = Array(try reader.take(4, "the header"))
    guard magic[0] == 0, magic[1] == 0, let kind = ElementKind(idx: magic[2]), magic[3] > 0 else {
      throw reader.damaged(
        "00 00, an element kind and the number of axes", found: hexadecimal(magic), at: 0)
    }
    let lengths = try (0..<Int(magic[3])).map { _ in
      Int(try reader.unsigned(4, bigEndian: true, "the lengths of the axes"))
    }
    shape = Shape(lengths)
    isBytes = kind == .unsigned(1)
    guard let count = product(lengths), let bytes = product([count, kind.width]) else {
      throw reader.damaged("lengths of axes", found: "\(shape) elements", at: 4)
    }
    try reader.require(bytes, "\(shape) elements")
    guard reader.remaining == bytes else {
      throw reader.damaged(
        "the end after \(shape) elements", found: "\(grouped(reader.remaining - bytes)) bytes more",
        at: reader.position + bytes)
    }
    tensor = try elements(of: contents, from: reader.position, shape, kind, bigEndian: true)
  }
}

extension ElementKind {
  /// The kind behind the third byte of an IDX file.
  init?(idx code: UInt8) {
    switch code {
    case 0x08: self = .unsigned(1)
    case 0x09: self = .signed(1)
    case 0x0B: self = .signed(2)
    case 0x0C: self = .signed(4)
    case 0x0D: self = .floating(4)
    case 0x0E: self = .floating(8)
    default: return nil
    }
  }
}
