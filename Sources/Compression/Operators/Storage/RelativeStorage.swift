import Catalog
import Encodings

/// The kept elements, each with its gap from the one before: `RelativeIndex`.
public enum RelativeStorage: StorageOption {
  public static func request(_ settings: Settings) throws -> StorageRequest {
    let bits = try SettingsReader(card, settings).whole("bits", in: RelativeIndex.widths)
    return StorageRequest(positions: .relative(bits: bits))
  }

  public static let card = Card(
    "relative", .option,
    summary:
      "Stores the elements that are not zero, each with its gap from the one before in a few bits.",
    formula: "gap − 1 in i bits; 2^i − 1 is a filler: that many places on, nothing stored",
    source: "Han et al. 2016, Deep Compression, §2 and Fig. 2, arXiv:1510.00149",
    parameters: [
      Parameter(
        "bits", or: "5", accepts: "a whole number, 1…16",
        "the bits of a gap: 5 for linear layers, 8 for convolutions in the paper")
    ],
    examples: [
      Example(
        "let w = tensor([0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]); "
          + "print(size(encode(w, relative(3))).payloadBits)", prints: "108"),
      Example(
        "let w = prune(randn(100, 100, seed: 1), 92%); "
          + "print(size(encode(w, relative(5))).bytes < size(encode(w, csr)).bytes)",
        prints: "true"),
    ],
    related: ["encode", "huffman", "bitmask"])
}
