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
    let (kind, body) = try open(bytes)
    var reader = ContainerReader(body)
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

  private static func open(_ bytes: [UInt8]) throws -> (kind: UInt8, body: ArraySlice<UInt8>) {
    guard bytes.starts(with: magic) else {
      // A prefix of the magic is a file cut very short, anything else another kind of file.
      guard !bytes.isEmpty, magic.starts(with: bytes) else { throw ContainerError.notAContainer }
      throw ContainerError.truncated(promised: magic.count + 7, found: bytes.count)
    }
    var reader = ByteReader(bytes[magic.count...])
    do {
      let version = try reader.byte()
      guard version == Self.version else {
        throw version > Self.version
          ? ContainerError.newerVersion(Int(version)) : .damaged("there is no version 0")
      }
      let kind = try reader.byte()
      let length = try reader.varint()
      let sum = try reader.word()
      let promised = length.addingReportingOverflow(bytes.count - reader.rest.count).partialValue
      guard length <= reader.rest.count else {
        throw ContainerError.truncated(promised: promised, found: bytes.count)
      }
      guard length == reader.rest.count else {
        throw ContainerError.trailing(promised: promised, found: bytes.count)
      }
      guard checksum(kind, reader.rest) == sum else { throw ContainerError.checksum }
      return (kind, reader.rest)
    } catch EncodingError.damaged(let what) {
      throw ContainerError.damaged(what)
    } catch EncodingError.truncated {
      throw ContainerError.truncated(promised: magic.count + 7, found: bytes.count)
    }
  }

  private static func checksum(_ kind: UInt8, _ body: ArraySlice<UInt8>) -> UInt32 {
    var sum = Checksum()
    sum.add([version, kind])
    sum.add(body)
    return sum.value
  }
}
