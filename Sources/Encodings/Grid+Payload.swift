// What a grid adds to a tensor's payload, in order:
//
//   words     outer scales · levels of a table that is not known · scales of 32 bits
//   fields    scales of fewer bits · zero points, where they are stored

extension Grid {
  private var storedTable: LevelTable? {
    if case .table(let table) = format, table.isStored { table } else { nil }
  }

  /// The items of the footprint that are whole words.
  func addWords(to footprint: inout Footprint) {
    footprint.add(.outerScales, count: outerScales.count, width: 32)
    if let storedTable {
      footprint.add(.codebook, count: storedTable.levels.count, width: storedTable.levelBits)
    }
    if scaleCoding == .float32 { footprint.add(.scales, count: scales.count, width: 32) }
  }

  /// The items of the footprint behind the float values.
  func addFields(to footprint: inout Footprint) {
    if scaleCoding != .float32 {
      footprint.add(.scales, count: scales.count, width: scaleCoding.bits)
    }
    if storesZeroPoints {
      footprint.add(.zeroPoints, count: zeroPoints.count, width: format.codeBits)
    }
  }

  func writeWords(to writer: inout BitWriter) {
    for word in outerScales { writer.write(word.bitPattern, width: 32) }
    if let storedTable {
      for level in storedTable.levels {
        let bits = storedTable.levelBits
        writer.write(
          bits == 16 ? UInt32(Minifloat.float16.nearestCode(level)) : level.bitPattern,
          width: bits)
      }
    }
    for word in scaleCoding == .float32 ? scales : [] {
      writer.write(word.bitPattern, width: 32)
    }
  }

  func writeFields(to writer: inout BitWriter) {
    if scaleCoding != .float32 {
      // Every scale has its field: a grid is checked when a tensor is made of it.
      for part in scales.indices {
        writer.write(scaleField(part) ?? 0, width: scaleCoding.bits)
      }
    }
    if storesZeroPoints {
      for zero in zeroPoints { writer.write(UInt32(bitPattern: zero), width: format.codeBits) }
    }
  }

  /// Reads the words of a grid whose header is read, so that every count is known.
  ///
  /// - Throws: `EncodingError.damaged` for levels that are not ascending and finite.
  mutating func readWords(from reader: inout BitReader) throws {
    outerScales = outerScales.map { _ in Float(bitPattern: reader.read(width: 32)) }
    if case .table(let table) = format, table.isStored {
      let bits = table.levelBits
      let levels = table.levels.map { _ in
        let field = reader.read(width: bits)
        return bits == 16
          ? Minifloat.float16.level(of: Int32(field)) : Float(bitPattern: field)
      }
      let read = try LevelTable(table.name, levels)
      guard read.levels.map(\.bitPattern) == levels.map(\.bitPattern) else {
        throw EncodingError.damaged("the levels are out of order")
      }
      format = .table(read)
    }
    if scaleCoding == .float32 {
      scales = scales.map { _ in Float(bitPattern: reader.read(width: 32)) }
    }
  }

  mutating func readFields(from reader: inout BitReader) {
    if scaleCoding != .float32 {
      for part in scales.indices {
        scales[part] = scaleCoding.scale(
          reader.read(width: scaleCoding.bits), outer: outerScale(of: part))
      }
    }
    if storesZeroPoints {
      let isSigned = format.integers?.isSigned ?? false
      zeroPoints = zeroPoints.map { _ in reader.code(format.codeBits, isSigned: isSigned) }
    }
  }
}

extension BitReader {
  /// The next code, its sign extended where it has one.
  mutating func code(_ width: Int, isSigned: Bool) -> Int32 {
    let unused = Int32(32 - width)
    let raw = Int32(bitPattern: read(width: width))
    return isSigned ? (raw << unused) >> unused : raw
  }
}
