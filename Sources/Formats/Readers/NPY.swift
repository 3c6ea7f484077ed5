import Catalog
import Tensors

/// An array as NumPy saves it.
///
///     93 "NUMPY" major minor | header length, 2 or 4 bytes | header | elements
///
/// The header is a Python dictionary of `descr`, `fortran_order` and `shape`.
/// - Source: numpy.lib.format, versions 1.0 to 3.0.
struct NPY {
  var tensor: Tensor
  var kind: ElementKind

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  static func recognizes(_ bytes: [UInt8]) -> Bool { bytes.starts(with: magic) }

  /// - Throws: `FileError` when the header is damaged, holds an element type that is no real
  ///   number, or promises more elements than follow.
  init(_ contents: FileContents) throws {
    var reader = ByteReader(contents)
    let magic = Array(try reader.take(6, "the header"))
    guard magic == Self.magic else {
      throw reader.damaged("93 and \"NUMPY\"", found: hexadecimal(magic), at: 0)
    }
    let major = try reader.unsigned(1, "the version")
    _ = try reader.unsigned(1, "the version")
    guard (1...3).contains(major) else {
      throw reader.damaged("format version 1, 2 or 3", found: "\(major)", at: 6)
    }
    let length = Int(try reader.unsigned(major == 1 ? 2 : 4, "the header's length"))
    let start = reader.position
    let text = try reader.take(length, "the header")
    let header = try NPYHeader(text, in: reader, at: start)
    kind = header.kind
    let shape = header.shape
    guard let count = product(shape.dimensions), let bytes = product([count, kind.width]) else {
      throw reader.damaged("a shape", found: "\(shape)", at: start)
    }
    try reader.require(bytes, "an array of \(shape)")
    guard reader.remaining == bytes else {
      throw reader.damaged(
        "the end after an array of \(shape)",
        found: "\(grouped(reader.remaining - bytes)) bytes more", at: reader.position + bytes)
    }
    tensor = try elements(
      of: contents, from: reader.position, shape, kind, bigEndian: header.bigEndian,
      fortranOrder: header.fortranOrder)
  }
}

/// What the dictionary at the start of an NPY file says.
private struct NPYHeader {
  var kind = ElementKind.floating(4)
  var bigEndian = false
  var fortranOrder = false
  /// An array without axes becomes one of a single element: the language has no others.
  var shape: Shape = [1]

  init(_ bytes: ArraySlice<UInt8>, in reader: ByteReader, at start: Int) throws {
    var parser = DictionaryParser(bytes, reader)
    var found: Set<String> = []
    try parser.expect("{")
    while !parser.skips("}") {
      let key = try parser.quoted()
      try parser.expect(":")
      switch key {
      case "descr": try read(descr: try parser.quoted(), reader, at: parser.position)
      case "fortran_order": fortranOrder = try parser.boolean()
      case "shape": shape = try parser.tuple()
      default:
        throw reader.damaged(
          "the key descr, fortran_order or shape", found: key, at: parser.position)
      }
      found.insert(key)
      if !parser.skips(",") {
        try parser.expect("}")
        break
      }
    }
    guard found.count == 3 else {
      throw reader.damaged(
        "the keys descr, fortran_order and shape", found: found.sorted().joined(separator: ", "),
        at: start)
    }
  }

  /// `<f4`: byte order, kind and width.
  private mutating func read(descr: String, _ reader: ByteReader, at offset: Int) throws {
    let parts = Array(descr)
    let refused = reader.damaged(
      "real numbers (f2 f4 f8, i1…i8, u1…u8, b1)", found: "element type '\(descr)'", at: offset)
    guard parts.count == 3, "<>|=".contains(parts[0]), let width = parts[2].wholeNumberValue else {
      throw refused
    }
    bigEndian = parts[0] == ">"
    switch (parts[1], width) {
    case ("f", 2), ("f", 4), ("f", 8): kind = .floating(width)
    case ("i", 1), ("i", 2), ("i", 4), ("i", 8): kind = .signed(width)
    case ("u", 1), ("u", 2), ("u", 4), ("u", 8): kind = .unsigned(width)
    case ("b", 1): kind = .boolean
    default: throw refused
    }
  }
}

/// The few forms of a Python literal that NPY headers are made of.
private struct DictionaryParser {
  private let bytes: ArraySlice<UInt8>
  private let reader: ByteReader
  private(set) var position: Int

  init(_ bytes: ArraySlice<UInt8>, _ reader: ByteReader) {
    self.bytes = bytes
    self.reader = reader
    position = bytes.startIndex
  }

  /// Passes a character, after spaces, if it is the next.
  mutating func skips(_ character: Unicode.Scalar) -> Bool {
    while position < bytes.endIndex, [0x20, 0x0A, 0x09].contains(bytes[position]) { position += 1 }
    guard position < bytes.endIndex, bytes[position] == UInt8(ascii: character) else {
      return false
    }
    position += 1
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws {
    guard skips(character) else { throw unexpected("`\(character)`") }
  }

  mutating func quoted() throws -> String {
    let quote: UInt8 = skips("\"") ? 0x22 : 0x27
    if quote == 0x27 { try expect("'") }
    let start = position
    while position < bytes.endIndex, bytes[position] != quote { position += 1 }
    guard position < bytes.endIndex else { throw unexpected("the end of a text") }
    defer { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  mutating func boolean() throws -> Bool {
    _ = skips("\0")  // passes the spaces: there is no zero byte in a header
    for (word, value) in [("True", true), ("False", false)]
    where bytes[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw unexpected("True or False")
  }

  /// `(3, 4)`, `(3,)`, `()`; no axes read as one of length 1.
  mutating func tuple() throws -> Shape {
    var lengths: [Int] = []
    try expect("(")
    while !skips(")") {
      lengths.append(try whole())
      if !skips(",") {
        try expect(")")
        break
      }
    }
    guard lengths.count <= 32 else { throw unexpected("at most 32 axes") }
    return Shape(lengths.isEmpty ? [1] : lengths)
  }

  private mutating func whole() throws -> Int {
    _ = skips("\0")
    let digits = bytes[position...].prefix { (0x30...0x39).contains($0) }
    guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
      throw unexpected("the length of an axis")
    }
    position += digits.count
    _ = skips("L")  // Python 2 wrote long numbers so
    return value
  }

  private func unexpected(_ expected: String) -> FileError {
    let rest = bytes[min(position, bytes.endIndex)...].prefix(8)
    return reader.damaged(
      expected + " in the header", found: rest.isEmpty ? "its end" : hexadecimal(rest),
      at: position)
  }
}
