import Catalog
import Encodings

/// Codes and places in as many bits as they are surprising: `RangeEncoder`.
///
/// Shares are learnt as it goes, or stored in a table where that is smaller; masks are foretold from
/// row, column and neighbours (`MaskModel`).
public enum RangeCoderStorage: StorageOption {
  public static func request(_ settings: Settings) throws -> StorageRequest {
    StorageRequest(coder: .range)
  }

  public static let card = Card(
    "rangecoder", .option,
    summary:
      "Stores codes and places in as many bits as they are surprising, fractions of a bit included.",
    formula: "bits = Σ −log2 p(symbol), p learnt from what came before",
    source: "Martin 1979, Range encoding; Marpe et al. 2003 and Wiedemann et al. 2020 (DeepCABAC)",
    examples: [
      Example(
        "let w = share(prune(randn(100, 100, seed: 1), 90%), bits: 5); "
          + "print(size(encode(w, rangecoder)).bytes < size(encode(w, huffman)).bytes)",
        prints: "true")
    ],
    related: ["encode", "huffman", "bitmask"])
}
