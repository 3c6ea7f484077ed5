import Catalog
import Encodings

/// Frequent codes and gaps in fewer bits: `HuffmanCode`.
///
/// The table of code lengths is stored and counted.
public enum HuffmanStorage: StorageOption {
  public static func request(_ settings: Settings) throws -> StorageRequest {
    StorageRequest(coder: .huffman)
  }

  public static let card = Card(
    "huffman", .option,
    summary:
      "Stores frequent codes and gaps in fewer bits than rare ones, by the best prefix code there is.",
    formula: "min Σ count · length with Σ 2^−length = 1;  H ≤ bits a symbol < H + 1",
    source: "Huffman 1952; Han et al. 2016, Deep Compression, §4, arXiv:1510.00149",
    examples: [
      Example(
        "let q = quantize(tensor([0, 0, 0, 0, 0, 1, 0, 7]), int4); "
          + "print(size(encode(q, huffman)).payloadBits < size(q).payloadBits + 32)",
        prints: "true"),
      Example(
        "let w = share(prune(randn(100, 100, seed: 1), 90%), bits: 5); "
          + "print(size(encode(w, relative(5), huffman)).bytes < size(encode(w, relative(5))).bytes)",
        prints: "true"),
    ],
    related: ["encode", "rangecoder", "relative"])
}
