import Encodings
import Networks
import Tensors

/// A model or a tensor as bytes, the ones that `save` writes and `size` counts.
///
///     offset  0      4        5     6…           then    to the end
///             ESPM   version  kind  body length  CRC-32  body
///
/// The length is a varint; the checksum covers version, kind and body. A model's body is
///
///     layers    count, then each: card name · marks · [name] · [inputs] · [settings]
///     marks     parameters · 8 + 4·(has settings) + 2·(has inputs) + (has a name of its own)
///     recipe    count, then each line as text
///     integers  only of a model that runs in integers, kind 2: grids and int32 biases
///     tensors   each with its own header, in the order of layers and parameters
///
/// A layer without inputs written reads the one before it. Numbers are varints; a text is written
/// once and referred to afterwards. Parameters have no names here: their layer knows them.
public enum Container {
  /// What bytes can hold.
  public enum Content: Sendable {
    case model(Model)
    case tensor(EncodedTensor)
  }

  static let magic: [UInt8] = Array("ESPM".utf8)
  static let version: UInt8 = 1
  private static let tensorKind: UInt8 = 0
  private static let modelKind: UInt8 = 1
  /// A model that runs in integers.
  private static let integerKind: UInt8 = 2

  /// The bytes of a model.
  ///
  /// Parameters that nobody encoded are stored in the smallest plain layout.
  public static func encode(_ model: Model) throws -> [UInt8] { try sealed(model).bytes }

  /// The bytes of one tensor.
  public static func encode(_ tensor: EncodedTensor) -> [UInt8] { sealed(tensor).bytes }

  /// Where the bits of `encode(model)` go.
  public static func ledger(_ model: Model) throws -> SizeLedger { try sealed(model).ledger }

  /// Where the bits of `encode(tensor)` go.
  public static func ledger(_ tensor: EncodedTensor) -> SizeLedger { sealed(tensor).ledger }

  /// A model's bytes and their ledger, from one writing.
  public static func write(_ model: Model) throws -> (bytes: [UInt8], ledger: SizeLedger) {
    let sealed = try sealed(model)
    return (sealed.bytes, sealed.ledger)
  }

  /// A tensor's bytes and their ledger, from one writing.
  public static func write(_ tensor: EncodedTensor) -> (bytes: [UInt8], ledger: SizeLedger) {
    let sealed = sealed(tensor)
    return (sealed.bytes, sealed.ledger)
  }

  /// The bytes of `encode(model)` in pieces; floats are not copied.
  public static func sealed(_ model: Model) throws -> SealedContainer {
    var writer = ContainerWriter()
    try writer.model(model)
    return seal(writer, kind: model.runsInIntegers ? integerKind : modelKind)
  }

  /// The bytes of `encode(tensor)` in pieces; floats are not copied.
  public static func sealed(_ tensor: EncodedTensor) -> SealedContainer {
    var writer = ContainerWriter()
    writer.tensor("tensor", tensor)
    return seal(writer, kind: tensorKind)
  }

  /// What bytes hold; encoding it again gives the same bytes.
  ///
  /// - Throws: `ContainerError` or `EncodingError` unless these are bytes that were written so;
  ///   never more memory is asked for than the bytes can justify.
  public static func decode(_ bytes: [UInt8]) throws -> Content {
    let header = try header(bytes[...], of: bytes.count)
    let body = bytes[header.length...]
    var sum = header.sum
    sum.add(body)
    guard sum.value == header.checksum else { throw ContainerError.checksum }
    return try content(header.kind, ContainerReader(ByteReader(body)))
  }

  /// What a source holds, which is read once: floats go to where they stay.
  ///
  /// - Throws: as `decode(_: [UInt8])`, and what reading throws. What is wrong with the content
  ///   counts only when the checksum is right, which is known at the end.
  public static func decode(_ source: any ByteSource) throws -> Content {
    let size = source.left
    let start = try source.next(longestHeader)
    let header = try header(start[...], of: size)
    var sum = header.sum
    sum.add(start[header.length...])
    let summed = SummedSource(source, sum)
    let reader = ContainerReader(ByteReader(start[header.length...], before: summed))
    let found = Result { try content(header.kind, reader) }
    guard try summed.finish() == header.checksum else { throw ContainerError.checksum }
    return try found.get()
  }

  private static func content(_ kind: UInt8, _ reader: ContainerReader) throws -> Content {
    var reader = reader
    let content: Content
    switch kind {
    case modelKind: content = .model(try reader.model())
    case integerKind: content = .model(try reader.model(inIntegers: true))
    case tensorKind: content = .tensor(try reader.tensor())
    default: throw ContainerError.damaged("there is no content of kind \(kind)")
    }
    guard reader.bytesLeft == 0 else {
      throw ContainerError.damaged("bytes follow the last tensor")
    }
    return content
  }

  private static func seal(_ body: ContainerWriter, kind: UInt8) -> SealedContainer {
    let pieces = body.pieces
    var head = ContainerWriter()
    head.book("file", .header) { writer in
      magic.forEach { writer.byte($0) }
      writer.byte(version)
      writer.byte(kind)
      writer.varint(body.count)
    }
    var sum = Checksum()
    sum.add([version, kind])
    for piece in pieces { piece.withBytes { sum.add($0) } }
    head.book("file", .checksum) { $0.word(sum.value) }
    var ledger = body.ledger
    ledger.prepend(head.ledger.rows)
    return SealedContainer(head.pieces + pieces, ledger: ledger)
  }

  private struct Header {
    var kind: UInt8
    /// What the file says of its body, and the sum that the body goes on from.
    var checksum: UInt32
    var sum: Checksum
    /// Its own bytes.
    var length: Int
  }

  /// Magic, version and kind, a varint of at most nine bytes, a word.
  private static let longestHeader = 19

  /// - Parameters:
  ///   - start: the first bytes, at least all of the header if they are there.
  ///   - size: how many bytes there are in all.
  private static func header(_ start: ArraySlice<UInt8>, of size: Int) throws -> Header {
    guard start.starts(with: magic) else {
      // A prefix of the magic is a file cut very short, anything else another kind of file.
      guard !start.isEmpty, magic.starts(with: start) else { throw ContainerError.notAContainer }
      throw ContainerError.truncated(promised: magic.count + 7, found: size)
    }
    var reader = ByteReader(start.dropFirst(magic.count))
    do {
      let version = try reader.byte()
      guard version == Self.version else {
        throw version > Self.version
          ? ContainerError.newerVersion(Int(version)) : .damaged("there is no version 0")
      }
      let kind = try reader.byte()
      let promised = try reader.varint()
      let checksum = try reader.word()
      let length = start.count - reader.left
      let total = promised.addingReportingOverflow(length).partialValue
      guard promised <= size - length else {
        throw ContainerError.truncated(promised: total, found: size)
      }
      guard promised == size - length else {
        throw ContainerError.trailing(promised: total, found: size)
      }
      var sum = Checksum()
      sum.add([version, kind])
      return Header(kind: kind, checksum: checksum, sum: sum, length: length)
    } catch EncodingError.damaged(let what) {
      throw ContainerError.damaged(what)
    } catch EncodingError.truncated {
      throw ContainerError.truncated(promised: magic.count + 7, found: size)
    }
  }
}

/// Adds up what is read.
private final class SummedSource: ByteSource {
  private let source: any ByteSource
  private var sum: Checksum

  /// So many bytes are still in the cache when they are added up.
  private static let piece = 1 << 18

  init(_ source: any ByteSource, _ sum: Checksum) {
    self.source = source
    self.sum = sum
  }

  var left: Int { source.left }

  func read(into target: UnsafeMutableRawBufferPointer) throws {
    var done = 0
    while done < target.count {
      let end = min(target.count, done + Self.piece)
      let piece = UnsafeMutableRawBufferPointer(rebasing: target[done..<end])
      try source.read(into: piece)
      sum.add(UnsafeRawBufferPointer(piece))
      done = end
    }
  }

  /// The checksum of all that was there.
  func finish() throws -> UInt32 {
    while left > 0 { _ = try next(Self.piece) }
    return sum.value
  }
}
