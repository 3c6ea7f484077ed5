import Tensors

// A grid in the header of a stored tensor:
//
//   format    | 7            | 6 5  | 4 … 0                               |
//             | scale byte   | kind | which one                           |
//   kind 0    integers: bits − 1, with 0x10 when signed
//   kind 1    floats: 0 float16, 1 bfloat16, 2 e4m3, 3 e5m2, 4 e2m1, 16 + b powers of two of b bits
//   kind 2    tables that are known: 0 binary, 1 ternary, 2 nf4
//   kind 3    tables that are stored: 0 length of the name and name, 1 codebook, 2 codebook16; then
//             the number of levels
//   scales    | 5 4: convention | 3: groups | 2 … 0: coding |  0 float32, 1 float16, 2 power of
//             two, 3 two levels (then bits − 1, group), 4 implied (then exponent + 64); no byte
//             when it would be 0
//   parts     axis + 1, or 0 for the whole tensor; with groups, their size
//   zero      of integers whose zero points need not be stored: 1 when they are, else 0
//
// The scales, outer scales, levels and zero points themselves lie in the payload.

extension Grid {
  /// Appends what is needed to read the payload, except for the rule and whether it is simulated.
  func appendHeader(to bytes: inout [UInt8]) {
    let (kind, which) = formatFields
    let scaleByte = scaleFields
    bytes.append(kind << 5 | which | (scaleByte == 0 ? 0 : 0x80))
    if kind == 3, case .table(let table) = format {
      if which == 0 {
        let name = Array(table.name.utf8)
        bytes.appendVarint(name.count)
        bytes += name
      }
      bytes.appendVarint(table.levels.count)
    }
    if scaleByte != 0 { bytes.append(scaleByte) }
    switch scaleCoding {
    case .twoLevel(let bits, let group):
      bytes.append(UInt8(bits - 1))
      bytes.appendVarint(group)
    case .implied(let exponent): bytes.append(UInt8(exponent + 64))
    case .float32, .float16, .powerOfTwo: break
    }
    switch partition {
    case .tensor: bytes.append(0)
    case .axis(let axis): bytes.appendVarint(axis + 1)
    case .groups(let size): bytes.appendVarint(size)
    }
    if flagsZeroPoints { bytes.append(storesZeroPoints ? 1 : 0) }
  }

  private var formatFields: (kind: UInt8, which: UInt8) {
    switch format {
    case .integer(let integers):
      return (0, UInt8(integers.bits - 1) | (integers.isSigned ? 0x10 : 0))
    case .minifloat(let float):
      let place = Minifloat.named.firstIndex(of: float)
      return (1, UInt8(place ?? 16 + float.bits))
    case .table(let table):
      if let known = LevelTable.known.firstIndex(of: table) { return (2, UInt8(known)) }
      return (3, LevelTable.shortNames.firstIndex(of: table.name).map { UInt8($0 + 1) } ?? 0)
    }
  }

  private var scaleFields: UInt8 {
    let coding: UInt8 =
      switch scaleCoding {
      case .float32: 0
      case .float16: 1
      case .powerOfTwo: 2
      case .twoLevel: 3
      case .implied: 4
      }
    let how = coding | convention.rawValue << 4
    if case .groups = partition { return how | 8 }
    return how
  }

  /// Whether the header has to say if zero points are stored.
  private var flagsZeroPoints: Bool {
    guard format.integers != nil else { return false }
    if case .implied = scaleCoding { return true }
    return rule == .symmetric
  }

  /// Reads a header: a grid without codes, whose scales, levels and zero points have their counts.
  ///
  /// - Parameter form: the tensor's form byte.
  init(from reader: inout ByteReader, form: UInt8, shape: Shape) throws {
    let first = try reader.byte()
    guard let rule = Rule(rawValue: form >> 4 & 3) else {
      throw EncodingError.damaged("there is no rule \(form >> 4 & 3)")
    }
    let format = try Self.format(kind: first >> 5 & 3, which: first & 0x1f, &reader)
    let scaleByte = first & 0x80 == 0 ? 0 : try reader.byte()
    guard first & 0x80 == 0 || (scaleByte != 0 && scaleByte & 0xc0 == 0),
      let convention = Convention(rawValue: scaleByte >> 4)
    else {
      throw EncodingError.damaged("there are no scales \(scaleByte)")
    }
    let coding = try Self.coding(scaleByte & 7, &reader)
    let partition = try Self.partition(isGrouped: scaleByte & 8 != 0, &reader, shape)
    let count = try Parts(partition, of: shape).count
    let outer = coding.outerCount(count)
    let (bits, overflow) = count.multipliedReportingOverflow(by: coding.bits)
    guard !overflow, bits / 8 <= reader.left, outer <= reader.left / 4 else {
      throw EncodingError.truncated(needed: bits / 8, available: reader.left)
    }
    guard coding.bits > 0 || count == 1 else {
      throw EncodingError.damaged("\(count) scales that are not stored")
    }
    let zero = format.integers.map(\.symmetricZeroPoint)
    self.init(
      format: format, rule: rule, scales: [Float](repeating: 1, count: count),
      scaleCoding: coding, outerScales: [Float](repeating: 1, count: outer),
      zeroPoints: zero.map { [Int32](repeating: $0, count: count) } ?? [], partition: partition,
      codes: [], isSimulated: form & 8 != 0)
    self.convention = convention
    if case .implied = coding { zeroPoints = zeroPoints.map { _ in 0 } }
    if flagsZeroPoints { try markZeroPoints(stored: reader.byte()) }
  }

  private static func format(
    kind: UInt8, which: UInt8, _ reader: inout ByteReader
  ) throws -> NumberFormat {
    switch kind {
    case 0: return .integer(try IntegerFormat(bits: Int(which & 0xf) + 1, isSigned: which >= 16))
    case 1:
      if Minifloat.named.indices.contains(Int(which)) { return .minifloat(.named[Int(which)]) }
      if Minifloat.powerWidths.contains(Int(which) - 16) {
        return .minifloat(.powersOfTwo(bits: Int(which) - 16))
      }
    case 2:
      if LevelTable.known.indices.contains(Int(which)) { return .table(.known[Int(which)]) }
    default:
      if which == 0 { return .table(try table(name: name(&reader), &reader)) }
      if which <= LevelTable.shortNames.count {
        return .table(try table(name: LevelTable.shortNames[Int(which) - 1], &reader))
      }
    }
    throw EncodingError.damaged("there is no number format \(kind).\(which)")
  }

  private static func name(_ reader: inout ByteReader) throws -> String {
    let name = Array(try reader.bytes(try reader.count()))
    let text = String(decoding: name, as: UTF8.self)
    guard Array(text.utf8) == name, !LevelTable.shortNames.contains(text) else {
      throw EncodingError.damaged("a name is no text")
    }
    return text
  }

  /// A table whose levels are stand-ins, as many as the payload will hold.
  private static func table(name text: String, _ reader: inout ByteReader) throws -> LevelTable {
    let count = try reader.count(bytesEach: 2)
    guard count <= LevelTable.mostLevels else {
      throw EncodingError.damaged("a table of \(count) levels")
    }
    return try LevelTable(text, (0..<count).map(Float.init))
  }

  private static func coding(_ which: UInt8, _ reader: inout ByteReader) throws -> ScaleCoding {
    switch which {
    case 0: return .float32
    case 1: return .float16
    case 2: return .powerOfTwo
    case 3:
      let bits = Int(try reader.byte()) + 1
      let group = try reader.varint()
      guard ScaleCoding.levelWidths.contains(bits), group > 0 else { break }
      return .twoLevel(bits: bits, group: group)
    case 4:
      let exponent = Int(try reader.byte()) - 64
      guard exponent <= 64 else { break }
      return .implied(exponent: exponent)
    default: break
    }
    throw EncodingError.damaged("there is no coding of scales \(which)")
  }

  private static func partition(
    isGrouped: Bool, _ reader: inout ByteReader, _ shape: Shape
  ) throws -> Partition {
    let number = try reader.varint()
    if isGrouped {
      guard number > 0 else { throw EncodingError.damaged("groups of nothing") }
      return .groups(of: number)
    }
    guard number <= shape.rank else {
      throw EncodingError.damaged("axis \(number - 1) of \(shape.rank)")
    }
    return number == 0 ? .tensor : .axis(number - 1)
  }

  private mutating func markZeroPoints(stored flag: UInt8) throws {
    guard flag <= 1 else { throw EncodingError.damaged("zero points are stored \(flag) times") }
    // Any other value makes `storesZeroPoints` true until the real ones are read.
    if flag == 1, let integers = format.integers {
      zeroPoints = zeroPoints.map { $0 == integers.lowest ? integers.highest : integers.lowest }
    }
  }
}
