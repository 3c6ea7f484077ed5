import Catalog
import CZlib
import Tensors

/// How compressed bytes are wrapped.
enum Wrapping {
  /// RFC 1952, with its own checksum; several members follow one another.
  case gzip
  /// RFC 1951 without anything around it, as in zip files.
  case deflate
}

/// Unpacks compressed bytes of a file.
///
/// - Parameters:
///   - range: which bytes of the file.
///   - size: how many bytes must come out, or `nil` where the format does not say.
///   - limit: more than this is refused while it comes, so a small file cannot fill the memory.
func inflated(
  _ contents: FileContents, _ range: Range<Int>, _ wrapping: Wrapping, size: Int? = nil,
  limit: Int = min(FileAccess.largestFile, Work.current.memory.limit)
) throws -> [UInt8] {
  if let size, size > limit {
    throw FileError.tooLarge(path: contents.path, bytes: size, limit: limit)
  }
  var stream = z_stream()
  let bits: Int32 = wrapping == .gzip ? 15 + 16 : -15
  let version = ZLIB_VERSION
  guard inflateInit2_(&stream, bits, version, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
    throw FileError.unreadable(path: contents.path, reason: "zlib did not start")
  }
  defer { inflateEnd(&stream) }
  var result: [UInt8] = []
  result.reserveCapacity(size ?? min(limit, range.count * 4))
  let chunk = 1 << 18
  var buffer = [UInt8](repeating: 0, count: chunk)
  var position = range.lowerBound
  var code = Z_OK
  // Ends inside: by the end of the stream, or by an error with the place it happened.
  while true {
    try Work.current.checkpoint()
    // zlib counts in 32 bits, so long inputs are handed over in parts.
    let part = min(range.upperBound - position, 1 << 30)
    let produced = contents.bytes.withUnsafeBufferPointer { source in
      buffer.withUnsafeMutableBufferPointer { target in
        // zlib promises not to write through next_in.
        stream.next_in = UnsafeMutablePointer(
          mutating: source.baseAddress?.advanced(by: position))
        stream.avail_in = UInt32(part)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(chunk)
        code = inflate(&stream, Z_NO_FLUSH)
        return chunk - Int(stream.avail_out)
      }
    }
    position += part - Int(stream.avail_in)
    result.append(contentsOf: buffer[..<produced])
    guard result.count <= size ?? limit else {
      throw size.map {
        FileError.damaged(
          path: contents.path, expected: "\(grouped($0)) unpacked bytes", found: "more",
          offset: range.lowerBound)
      } ?? FileError.tooLarge(path: contents.path, bytes: result.count, limit: limit)
    }
    if code == Z_STREAM_END {
      // gzip files may be several packed ones in a row.
      guard wrapping == .gzip, range.upperBound - position >= 2,
        contents.bytes[position] == 0x1F, contents.bytes[position + 1] == 0x8B
      else { break }
      inflateReset(&stream)
      continue
    }
    if code == Z_BUF_ERROR || (code == Z_OK && position == range.upperBound && produced == 0) {
      throw FileError.truncated(
        path: contents.path, expected: "the compressed data", needs: 1, has: 0, offset: position)
    }
    guard code == Z_OK else {
      let words = stream.msg.map { String(cString: $0) } ?? "zlib error \(code)"
      throw FileError.damaged(
        path: contents.path, expected: "compressed data", found: words, offset: position)
    }
  }
  if let size, result.count != size {
    throw FileError.damaged(
      path: contents.path, expected: "\(grouped(size)) unpacked bytes",
      found: grouped(result.count), offset: range.lowerBound)
  }
  return result
}

/// Whether the bytes are a gzip file.
func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

/// The contents of a gzip file, or the file as it is when it is none.
func unpackedIfGzip(_ contents: FileContents) throws -> FileContents {
  guard isGzip(contents.bytes) else { return contents }
  return FileContents(
    path: contents.path, bytes: try inflated(contents, 0..<contents.bytes.count, .gzip))
}

/// The checksum of zip files.
func cyclicChecksum(_ bytes: [UInt8]) -> UInt32 {
  bytes.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: crc32_z(0, $0.baseAddress, $0.count)) }
}
