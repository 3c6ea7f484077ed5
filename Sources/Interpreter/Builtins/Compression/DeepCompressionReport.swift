import Compression
import Networks

extension Model {
  /// The table of Deep Compression beside the bytes, for a model that is pruned and on codes.
  func deepCompressionTable() throws -> Report.Table? {
    guard let table = try DeepCompressionTable(self) else { return nil }
    func tenths(_ bits: Double) -> Report.Table.Cell { .number((bits * 10).rounded() / 10) }
    return Report.Table(
      columns: [
        "as in the paper", "weights", "kept", "bits", "+H", "gaps", "+H", "fillers", "P+Q", "P+Q+H",
        "stored",
      ],
      rows: table.rows.map { row in
        [
          .text(row.layer), .number(Double(row.weights)),
          .share(Double(row.kept) / Double(max(row.weights, 1))), .number(Double(row.weightBits)),
          tenths(row.huffmanWeightBits), .number(Double(row.indexBits)),
          tenths(row.huffmanIndexBits), .number(Double(row.fillers)), .share(row.packedRate),
          .share(row.huffmanRate), .bytes(row.storedBytes),
        ]
      })
  }
}
