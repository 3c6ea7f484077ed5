import Catalog
import Compression
import Containers
import Encodings
import Tensors

/// `bits`: the fields of numbers, their codes, and the bytes of a file they lie in.
let bitsBuiltin = Builtin(
  Card(
    "bits", .verb,
    summary: "Numbers down to the bit: fields of floats, codes, and the packed bytes of the file.",
    formula: "(−1)^sign · 2^(exponent − 127) · 1.mantissa; a code's bits run lowest first",
    source: "IEEE 754-2019, §3.4 (binary32); two's complement for codes with a sign",
    parameters: [
      Parameter("x", accepts: "a number or a tensor"),
      Parameter(
        "at", .label, or: "", accepts: "a position, or a list of one for each axis",
        "one element instead of the first eight"),
    ],
    examples: [
      Example("print(bits(-1.3).fields)", prints: "[\"1 01111111 01001100110011001100110\"]"),
      Example(
        "let q = quantize(tensor([0.42, -1.30, 0.07, 0.91, -0.55, 0.00]), int4); "
          + "print(bits(q).codes, bits(q).bytes)",
        prints: "[\"0010\", \"1001\", \"0000\", \"0101\", \"1101\", \"0000\"] "
          + "e2 2b 3e 3e 92 50 0d"),
      Example("print(bits(tensor([[1, 2], [3, 4]]), at: [1, 0]).values)", prints: "[3]"),
      Example(
        "bits(ones(3), at: 3)", fails: "E0301: index 3 is outside axis 0, which has 3 positions"),
      Example("bits(\"a\")", fails: "E0202: `bits` wants a number or a tensor"),
    ],
    related: ["size", "diff", "quantize"])
) { call in
  if case .number(let number) = try call.value("x") {
    try call.refuse("at", because: "`x` is one number")
    let tensor = try call.placed(at: "x") { try EncodedTensor(Tensor([Float(number)])) }
    let isExact = Double(Float(number)) == number
    return .report(
      try BitReport(
        encoded: tensor, chosen: [0], hasFile: false,
        note: isExact ? nil : "the nearest float32 of \(textForm(number))"
      ).report)
  }
  let encoded = try call.encoded("x")
  return .report(try BitReport(encoded: encoded, chosen: call.chosen(of: encoded)).report)
}

extension Call {
  /// The flat indices that `at:` names; the first eight without it.
  fileprivate func chosen(of encoded: EncodedTensor) throws -> [Int] {
    guard has("at") else { return Array(0..<min(8, encoded.count)) }
    let places = try wholes("at")
    let lengths = encoded.shape.dimensions
    guard places.count == lengths.count else {
      throw error(
        "E0303", "\(encoded.shape) has \(lengths.count) axes; these are \(places.count) positions",
        at: "at")
    }
    var flat = 0
    for (axis, (place, length)) in zip(places, lengths).enumerated() {
      guard (0..<length).contains(place) else {
        throw error(TensorError.indexOutside(place, axis: axis, length: length), at: "at")
      }
      flat = flat * length + place
    }
    return [flat]
  }
}

/// The tables of `bits`.
private struct BitReport {
  let encoded: EncodedTensor
  let chosen: [Int]
  var hasFile = true
  var note: String?

  var report: Report {
    get throws {
      let values = try encoded.values
      let fields = chosen.map { BitFields(values[$0]) }
      var blocks: [Report.Block] =
        encoded.count == 0 ? [.text("no numbers, so no bits")] : [.table(elements(values, fields))]
      if let note { blocks.append(.text(note)) }
      var members: [(name: String, value: Value)] = [
        ("values", try .list(chosen.map { .number(Double(values[$0])) })),
        (
          "fields",
          try .list(fields.map { .string("\($0.sign) \($0.exponent) \($0.mantissa)") })
        ),
      ]
      if codes != nil {
        members.append(("codes", try .list(chosen.map { .string(codes?($0) ?? "") })))
      }
      if hasFile {
        let payload = encoded.payload()
        if encoded.count > 0 { blocks.append(.table(bytes(payload))) }
        members.append(("bytes", .string(hexadecimal(payload, 0..<payload.count, most: 64))))
      }
      let more = encoded.count - chosen.count
      let which = chosen.count == 1 || more == 0 ? "" : ", the first \(chosen.count)"
      return Report(
        (encoded.grid?.formatName ?? "f32") + "[\(encoded.shape)]" + which,
        blocks: blocks, members: members)
    }
  }

  /// The bits of an element's code; `nil` for plain floats.
  private var codes: ((Int) -> String)? {
    guard let grid = encoded.grid else { return nil }
    return { grid.format.fields(of: grid.codes[$0]) }
  }

  private func elements(_ values: Tensor, _ fields: [BitFields]) -> Report.Table {
    let rows = zip(chosen, fields).map { index, fields -> [Report.Table.Cell] in
      let value = values[index]
      var row: [Report.Table.Cell] = [.text(shown(value))]
      if let grid = encoded.grid, let codes {
        row += [.number(Double(grid.codes[index])), .text(codes(index)), .text(product(index))]
      } else {
        row += [
          .text("0x" + value.bitPattern.hexadecimal),
          .text("\(fields.sign) \(fields.exponent) \(fields.mantissa)"), .text(meaning(fields)),
        ]
      }
      if hasFile {
        if isHuffman { row.append(.text(written(index))) }
        row.append(.text(place(of: index)))
      }
      return row
    }
    return Report.Table(
      columns: (encoded.grid == nil
        ? ["value", "hex", "s exponent mantissa", "is"] : ["value", "code", "bits", "is"])
        + (hasFile ? (isHuffman ? ["written"] : []) + ["in the payload"] : []),
      rows: rows)
  }

  private var isHuffman: Bool { encoded.layout.coding == .huffman }

  /// The bits of an element's Huffman code.
  private func written(_ index: Int) -> String {
    encoded.bitPlace(of: index).map(encoded.written) ?? ""
  }

  private func place(of index: Int) -> String {
    guard encoded.stores(index) else { return "left out" }
    return encoded.bitPlace(of: index)?.description ?? "in the range stream"
  }

  /// `0.1857 · −7`: the scale and the level; of stored levels and scales of 1 the level alone.
  private func product(_ index: Int) -> String {
    guard let grid = encoded.grid, encoded.kept?[index] != false,
      let part = try? Parts(grid.partition, of: encoded.shape)(index)
    else { return "pruned" }
    let level = grid.format.level(of: grid.codes[index])
    let zero = grid.zeroPoints.isEmpty ? 0 : Float(grid.zeroPoints[part])
    let text = shown(level - zero)
    let scale = grid.scales[part]
    return scale == 1 ? text : "\(significant(Double(scale), digits: 4)) · \(text)"
  }

  /// Every digit of a number, with the minus sign of the other columns.
  private func shown(_ value: Float) -> String {
    textForm(Double(value)).replacing("-", with: "−")
  }

  /// `−1.3 · 2^0`: the significand with its sign, and the power.
  private func meaning(_ fields: BitFields) -> String {
    switch fields.kind {
    case .normal, .subnormal:
      let lead = fields.kind == .normal ? "1" : "0"
      return "\(fields.sign == "1" ? "−" : "")\(lead).m · 2^\(fields.power)"
    default: return (fields.sign == "1" ? "−" : "") + fields.kind.rawValue
    }
  }

  /// What lies where in the payload, and the first bytes of each part.
  ///
  /// Fillers stand among the other gaps, so the two are one part.
  private func bytes(_ payload: [UInt8]) -> Report.Table {
    let start = Container.encode(encoded).count - payload.count
    var offset = 0
    var parts: [(name: String, range: Range<Int>)] = []
    for item in encoded.footprint.items {
      let range = offset..<offset + item.bits
      offset = range.upperBound
      if item.kind == .fillers, let last = parts.indices.last {
        parts[last] = (
          "\(parts[last].name), \(grouped(item.count)) \(item.kind.rawValue)",
          parts[last].range.lowerBound..<range.upperBound
        )
      } else {
        parts.append((item.kind.rawValue, range))
      }
    }
    let rows = parts.map { name, range -> [Report.Table.Cell] in
      let covered =
        min(payload.count, range.lowerBound / 8)..<min(payload.count, (range.upperBound + 7) / 8)
      return [
        .text(name), .text("\(grouped(range.count)) bits"),
        .text("from byte \(start + covered.lowerBound)"),
        .text(hexadecimal(payload, covered, most: 12)),
      ]
    }
    return Report.Table(columns: ["", "", "of the file", ""], rows: rows)
  }

  private func hexadecimal(_ bytes: [UInt8], _ range: Range<Int>, most: Int) -> String {
    let shown = bytes[range].prefix(most).map(\.hexadecimal).joined(separator: " ")
    return range.count > most ? shown + " …" : shown
  }
}
