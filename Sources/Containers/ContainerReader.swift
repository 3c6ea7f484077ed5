import Catalog
import Encodings

/// Reads back what `ContainerWriter` wrote; every length is checked against the bytes left.
struct ContainerReader {
  private var reader: ByteReader
  private var texts: [String] = []

  init(_ reader: ByteReader) { self.reader = reader }

  var bytesLeft: Int { reader.left }

  mutating func byte() throws -> UInt8 { try reader.byte() }

  mutating func word() throws -> UInt32 { try reader.word() }

  mutating func varint() throws -> Int { try reader.varint() }

  /// How many things follow, each of at least one byte.
  mutating func count(bytesEach: Int = 1) throws -> Int {
    try reader.count(bytesEach: bytesEach)
  }

  mutating func text() throws -> String {
    let mark = try reader.varint()
    if mark & 1 == 1 {
      guard mark >> 1 < texts.count else {
        throw ContainerError.damaged("text \(mark >> 1) is not there")
      }
      return texts[mark >> 1]
    }
    let bytes = try reader.bytes(mark >> 1)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ContainerError.damaged("a text is not UTF-8")
    }
    texts.append(text)
    return text
  }

  /// - Parameter depth: options may hold options, up to 8 deep.
  mutating func settings(depth: Int = 0) throws -> Settings {
    guard depth < 8 else { throw ContainerError.damaged("settings are nested too deep") }
    var settings = Settings()
    for _ in 0..<(try count()) {
      let name = try text()
      guard settings[name] == nil else {
        throw ContainerError.damaged("the setting `\(name)` is there twice")
      }
      settings[name] = try setting(depth: depth)
    }
    return settings
  }

  private mutating func setting(depth: Int) throws -> Setting {
    switch try byte() {
    case 0: return .number(try whole())
    case 1: return .number(try double())
    case 2: return .boolean(false)
    case 3: return .boolean(true)
    case 4: return .text(try text())
    case 5: return .numbers(try (0..<count()).map { _ in try number() })
    case 6: return .option(try text(), try settings(depth: depth + 1))
    case 7:
      return .options(
        try (0..<count()).map { _ in
          Setting.Choice(try text(), try settings(depth: depth + 1))
        })
    case let tag: throw ContainerError.damaged("there is no setting of kind \(tag)")
    }
  }

  private mutating func number() throws -> Double {
    switch try byte() {
    case 0: try whole()
    case 1: try double()
    case let tag: throw ContainerError.damaged("there is no number of kind \(tag)")
    }
  }

  private mutating func whole() throws -> Double { Double(try reader.varint()) }

  private mutating func double() throws -> Double {
    let low = UInt64(try reader.word())
    return Double(bitPattern: low | UInt64(try reader.word()) << 32)
  }

  mutating func tensor() throws -> EncodedTensor { try EncodedTensor(from: &reader) }
}
