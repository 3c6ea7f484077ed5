import Catalog
import Encodings

/// One scale for each run of n weights of a row.
///
///     group g of row r: weights g·n … g·n + n − 1 of the row, the last one perhaps shorter
///
/// A row is a slice of the first axis, flattened; a vector is one row.
public enum GroupSlices: Cataloged {
  public static func partition(_ settings: Settings) throws -> Partition {
    .groups(of: try SettingsReader(card, settings).whole("n", in: 1...1 << 24))
  }

  public static let card = Card(
    "group", .option,
    summary: "Gives each run of n weights of a row (an output neuron or filter) its own scale.",
    formula: "s_rg = max|w_rg| / (2^(b−1) − 1) for each run g of n weights of row r",
    source: "ONNX QuantizeLinear, opset 21, block_size; Shen et al. 2020, Q-BERT, arXiv:1909.05840",
    parameters: [
      Parameter("n", accepts: "a whole number from 1", "how many weights share a scale")
    ],
    examples: [
      Example(
        "print(quantize(tensor([7, 1, 0, 70, 10]), int4, per: group(3)))",
        prints: "[7, 1, 0, 70, 10]"),
      Example(
        "print(size(quantize(ones(2, 100), int4, per: group(32))).payloadBits, 200*4 + 8*32)",
        prints: "1056 1056"),
    ],
    related: ["channel", "tensor", "quantize"])
}
