import Catalog

/// The files in a zip archive, found by its central directory; stored and deflated ones are read.
///
/// - Source: PKWARE APPNOTE 6.3.10 §4.3, including the 64-bit sizes that NumPy may write.
struct Zip {
  struct Entry {
    var name: String
    var method: Int
    var checksum: UInt32
    var packedSize: Int
    var size: Int
    var headerOffset: Int
  }

  let contents: FileContents
  let entries: [Entry]

  static func recognizes(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x50, 0x4B, 3, 4]) || bytes.starts(with: [0x50, 0x4B, 5, 6])
  }

  init(_ contents: FileContents) throws {
    self.contents = contents
    let directory = try Self.findDirectory(contents)
    var reader = ByteReader(contents, at: directory.offset)
    entries = try (0..<directory.count).map { _ in try Self.entry(&reader) }
  }

  /// The bytes of one entry, unpacked and checked.
  func bytes(of entry: Entry) throws -> [UInt8] {
    var reader = ByteReader(contents, at: min(entry.headerOffset, contents.bytes.count))
    let start = reader.position
    guard try reader.unsigned(4, "the header of \(entry.name)") == 0x0403_4B50 else {
      throw reader.damaged("the header of \(entry.name)", found: "other bytes", at: start)
    }
    _ = try reader.take(22, "the header of \(entry.name)")
    let nameLength = Int(try reader.unsigned(2, "the header of \(entry.name)"))
    let extraLength = Int(try reader.unsigned(2, "the header of \(entry.name)"))
    _ = try reader.take(nameLength + extraLength, "the header of \(entry.name)")
    let data = reader.position
    try reader.require(entry.packedSize, entry.name)
    let range = data..<data + entry.packedSize
    let result: [UInt8]
    switch entry.method {
    case 0 where entry.size == entry.packedSize: result = Array(contents.bytes[range])
    case 0:
      throw reader.damaged(
        "\(grouped(entry.size)) bytes of \(entry.name)", found: grouped(entry.packedSize), at: data)
    case 8:
      // Deflate cannot pack more than 1032 to 1: a larger claim is no size.
      guard entry.size / 1032 <= entry.packedSize else {
        throw reader.damaged(
          "a size that \(grouped(entry.packedSize)) packed bytes can have",
          found: grouped(entry.size), at: data)
      }
      result = try inflated(contents, range, .deflate, size: entry.size)
    default:
      throw reader.damaged(
        "stored or deflated data", found: "packing method \(entry.method)", at: start + 8)
    }
    guard cyclicChecksum(result) == entry.checksum else {
      throw reader.damaged(
        "checksum \(String(entry.checksum, radix: 16)) of \(entry.name)",
        found: String(cyclicChecksum(result), radix: 16), at: data)
    }
    return result
  }

  /// The record at the end that says where the directory begins.
  private static func findDirectory(
    _ contents: FileContents
  ) throws -> (offset: Int, count: Int) {
    let bytes = contents.bytes
    // 22 bytes, and a remark of at most 65,535 behind them.
    let lowest = max(0, bytes.count - 22 - 65_535)
    for at in stride(from: bytes.count - 22, through: lowest, by: -1)
    where bytes[at..<at + 4].elementsEqual([0x50, 0x4B, 5, 6]) {
      var reader = ByteReader(contents, at: at + 10)
      var count = Int(try reader.unsigned(2, "the directory"))
      _ = try reader.take(4, "the directory")
      var offset = Int(try reader.unsigned(4, "the directory"))
      if offset == 0xFFFF_FFFF || count == 0xFFFF {
        (offset, count) = try wideDirectory(contents, endRecord: at) ?? (offset, count)
      }
      guard offset <= at, count <= (at - offset) / 46 else {
        throw reader.damaged(
          "a directory of \(grouped(count)) entries before this record",
          found: "one that begins at byte \(grouped(offset))", at: at)
      }
      return (offset, count)
    }
    throw FileError.truncated(
      path: contents.path, expected: "the directory at the end of the archive", needs: 22, has: 0,
      offset: bytes.count)
  }

  /// The 64-bit record, found through its locator right before the ordinary one.
  private static func wideDirectory(
    _ contents: FileContents, endRecord at: Int
  ) throws -> (Int, Int)? {
    guard at >= 20, contents.bytes[at - 20..<at - 16].elementsEqual([0x50, 0x4B, 6, 7]) else {
      return nil
    }
    var locator = ByteReader(contents, at: at - 12)
    let record = Int(clamping: try locator.unsigned(8, "the directory"))
    var reader = ByteReader(contents, at: min(record, contents.bytes.count))
    _ = try reader.take(32, "the directory")
    let count = Int(clamping: try reader.unsigned(8, "the directory"))
    _ = try reader.take(8, "the directory")
    return (Int(clamping: try reader.unsigned(8, "the directory")), count)
  }

  private static func entry(_ reader: inout ByteReader) throws -> Entry {
    let what = "an entry of the directory"
    let start = reader.position
    guard try reader.unsigned(4, what) == 0x0201_4B50 else {
      throw reader.damaged(what, found: "other bytes", at: start)
    }
    _ = try reader.take(4, what)
    let flags = try reader.unsigned(2, what)
    guard flags & 1 == 0 else {
      throw reader.damaged("data without a password", found: "encrypted data", at: start + 8)
    }
    let method = Int(try reader.unsigned(2, what))
    _ = try reader.take(4, what)
    let checksum = UInt32(try reader.unsigned(4, what))
    var packedSize = Int(try reader.unsigned(4, what))
    var size = Int(try reader.unsigned(4, what))
    let nameLength = Int(try reader.unsigned(2, what))
    let extraLength = Int(try reader.unsigned(2, what))
    let remarkLength = Int(try reader.unsigned(2, what))
    _ = try reader.take(8, what)
    var headerOffset = Int(try reader.unsigned(4, what))
    let name = String(decoding: try reader.take(nameLength, what), as: UTF8.self)
    try reader.require(extraLength, what)
    var extra = ByteReader(
      FileContents(
        path: reader.path, bytes: Array(try reader.take(extraLength, what))))
    // The 64-bit values stand in this order, each only where the 32-bit one is full.
    while extra.remaining >= 4 {
      let identifier = try extra.unsigned(2, what)
      let length = Int(try extra.unsigned(2, what))
      guard identifier == 1 else {
        _ = try extra.take(length, what)
        continue
      }
      if size == 0xFFFF_FFFF { size = Int(clamping: try extra.unsigned(8, what)) }
      if packedSize == 0xFFFF_FFFF { packedSize = Int(clamping: try extra.unsigned(8, what)) }
      if headerOffset == 0xFFFF_FFFF { headerOffset = Int(clamping: try extra.unsigned(8, what)) }
      break
    }
    _ = try reader.take(remarkLength, what)
    return Entry(
      name: name, method: method, checksum: checksum, packedSize: packedSize, size: size,
      headerOffset: headerOffset)
  }
}
