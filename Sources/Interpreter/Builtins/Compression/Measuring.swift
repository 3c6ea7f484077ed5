import Catalog
import Compression
import Containers
import Encodings
import Networks
import Tensors

/// Verbs that look at what there is and change nothing.
let inspectionBuiltins: [Builtin] = [
  Builtin(
    Card(
      "size", .verb,
      summary: "How many bytes a tensor or a model takes in a file, itemised to the bit.",
      formula: "bits = Σ payload + padding + headers + recipe + checksum = 8 · bytes",
      parameters: [Parameter("x", accepts: "a model or a tensor")],
      examples: [
        Example("let net = input(4) |> linear(3); print(size(net).bytes < 200)", prints: "true"),
        Example("size(zeros(100)).textbookBits", prints: "3200"),
        Example(
          "let q = quantize(randn(64, seed: 1), int4); print(size(q).payloadBits)", prints: "288"),
        Example("size(3)", fails: "E0202: `size` wants a model or a tensor; this is a number"),
      ],
      related: ["compare", "save", "quantize", "prune"])
  ) { call in
    let table = try call.value("x").model.flatMap { model in
      try call.placed(at: "x") { try model.deepCompressionTable() }
    }
    return .report(try call.ledger("x").report(beside: table))
  },
  costBuiltin,
  bitsBuiltin,
  diffBuiltin,
  sensitivityBuiltin,
  crossValidateBuiltin,
  compressBuiltin,
  compareBuiltin,
  timeBuiltin,
  plotBuiltin,
]

extension Call {
  /// Where the bits go of what `save` would write.
  func ledger(_ name: String) throws -> SizeLedger {
    if let model = try value(name).model {
      return try placed(at: name) { try Container.ledger(model) }
    }
    return Container.ledger(try encoded(name))
  }
}

extension SizeLedger {
  /// Two tables (by tensor, by kind), the two totals, and how they part from the textbook's.
  ///
  /// - Parameter table: what Deep Compression counts, for a model that is pruned and on codes.
  fileprivate func report(beside table: Report.Table?) -> Report {
    Report(
      "\(grouped(bytes)) bytes in a file",
      blocks: [.table(byOwner), .table(byKind)] + (table.map { [.table($0)] } ?? [])
        + [.text(difference)],
      value: .number(Double(bytes)),
      members: [
        ("bytes", .number(Double(bytes))), ("bits", .number(Double(totalBits))),
        ("payloadBits", .number(Double(payloadBits))),
        ("textbookBits", .number(Double(textbookBits))),
        ("denseBytes", .number(Double(denseBits / 8))),
      ])
  }

  private var byOwner: Report.Table {
    var order: [String] = []
    var bits: [String: Int] = [:]
    for row in rows {
      if bits[row.owner] == nil { order.append(row.owner) }
      bits[row.owner, default: 0] += row.bits
    }
    let layouts = Dictionary(
      layouts.map { ($0.path, $0.layout.description) }, uniquingKeysWith: { first, _ in first })
    return Report.Table(
      columns: ["where", "stored as", "bits"],
      rows: order.map {
        [.text($0), .text(layouts[$0] ?? ""), .number(Double(bits[$0] ?? 0))]
      })
  }

  private var byKind: Report.Table {
    Report.Table(
      columns: ["what", "bits", "share"],
      rows: bitsByKind.map { kind, bits in
        [
          .text(kind.rawValue), .number(Double(bits)),
          .share(Double(bits) / Double(Swift.max(1, totalBits))),
        ]
      } + [
        [
          .text("payload"), .number(Double(payloadBits)),
          .share(Double(payloadBits) / Double(Swift.max(1, totalBits))),
        ],
        [.text("file"), .number(Double(totalBits)), .bytes(bytes)],
      ])
  }

  private var difference: String {
    let more = totalBits - textbookBits
    let parts = bitsByKind.filter { $0.kind != .values && $0.kind != .codes }
      .map { "\($0.kind.rawValue) \(grouped($0.bits))" }
    return "the textbook counts kept weights × width: \(grouped(textbookBits)) bits; "
      + "the file has \(grouped(abs(more))) \(more < 0 ? "fewer" : "more") "
      + "(\(parts.joined(separator: ", ")))"
  }
}
