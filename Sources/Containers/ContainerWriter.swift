import Catalog
import Encodings

/// Bytes under construction, each booked in a ledger as it is written.
struct ContainerWriter {
  private var bytes: [UInt8] = []
  /// What is finished, before `bytes`.
  private var finished: [SealedContainer.Piece] = []
  private var finishedCount = 0
  private(set) var ledger = SizeLedger()
  /// Texts written before, which are referred to by number.
  private var texts: [String: Int] = [:]

  /// The bytes so far.
  var count: Int { finishedCount + bytes.count }

  /// All pieces in order.
  var pieces: [SealedContainer.Piece] { finished + (bytes.isEmpty ? [] : [.bytes(bytes)]) }

  /// Puts a piece behind all others.
  mutating func append(_ piece: SealedContainer.Piece) {
    for piece in [.bytes(bytes), piece] where piece.count > 0 {
      finished.append(piece)
      finishedCount += piece.count
    }
    bytes = []
  }

  /// Books whatever the body appends.
  mutating func book(
    _ owner: String, _ kind: Footprint.Kind, _ body: (inout ContainerWriter) -> Void
  ) {
    let start = count
    body(&self)
    ledger.add(owner, kind, bits: (count - start) * 8)
  }

  /// Books what the body appends as fields of 32 bits, which stand for as many floats.
  mutating func bookFields(
    _ owner: String, _ kind: Footprint.Kind, count fields: Int,
    _ body: (inout ContainerWriter) -> Void
  ) {
    let start = count
    body(&self)
    ledger.add(owner, kind, count: fields, bits: (count - start) * 8)
    ledger.textbookBits += fields * 32
    ledger.denseBits += fields * 32
  }

  mutating func byte(_ value: UInt8) { bytes.append(value) }

  mutating func varint(_ value: Int) { bytes.appendVarint(value) }

  mutating func word(_ value: UInt32) { bytes.appendWord(value) }

  /// A text: twice its length and its UTF-8; the second time, twice its number plus 1.
  mutating func text(_ text: String) {
    if let number = texts[text] {
      varint(number * 2 + 1)
    } else {
      texts[text] = texts.count
      varint(text.utf8.count * 2)
      bytes += Array(text.utf8)
    }
  }

  mutating func settings(_ settings: Settings) {
    varint(settings.given.count)
    for (name, setting) in settings.given.sorted(by: { $0.key < $1.key }) {
      text(name)
      self.setting(setting)
    }
  }

  private mutating func setting(_ setting: Setting) {
    switch setting {
    case .number(let value): number(value)
    case .boolean(let value): byte(value ? 3 : 2)
    case .text(let value):
      byte(4)
      text(value)
    case .numbers(let values):
      byte(5)
      varint(values.count)
      for value in values { number(value) }
    case .option(let name, let settings):
      byte(6)
      text(name)
      self.settings(settings)
    case .options(let choices):
      byte(7)
      varint(choices.count)
      for choice in choices {
        text(choice.name)
        settings(choice.settings)
      }
    }
  }

  /// 0 and a varint for a whole number from 0 up, else 1 and the eight bytes of the double.
  private mutating func number(_ value: Double) {
    if let whole = Int(exactly: value), whole >= 0, value.sign == .plus {
      byte(0)
      varint(whole)
    } else {
      byte(1)
      word(UInt32(truncatingIfNeeded: value.bitPattern))
      word(UInt32(truncatingIfNeeded: value.bitPattern >> 32))
    }
  }

  mutating func tensor(_ path: String, _ tensor: EncodedTensor) {
    book(path, .header) { $0.bytes += tensor.header() }
    if let floats = tensor.payloadFloats {
      append(.floats(floats))
    } else {
      append(.bytes(tensor.payload()))
    }
    for item in tensor.footprint.items {
      ledger.add(path, item.kind, count: item.count, bits: item.bits)
    }
    ledger.textbookBits += tensor.textbookBits
    ledger.denseBits += tensor.count * 32
    ledger.layouts.append((path, tensor.layout))
  }
}
