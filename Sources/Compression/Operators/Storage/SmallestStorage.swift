import Catalog
import Encodings

/// The smallest of all layouts, coders included.
///
/// Of equals the plainer one: fields of one width, then Huffman, then the range coder; dense, mask,
/// rows, then gaps.
public enum SmallestStorage: StorageOption {
  public static func request(_ settings: Settings) throws -> StorageRequest {
    StorageRequest(takesAnyCoder: true)
  }

  public static let card = Card(
    "smallest", .option,
    summary: "Stores a tensor in the smallest layout there is, after trying all of them.",
    formula: "argmin over layouts of the bytes written",
    source: "the minimum description length principle, Rissanen 1978",
    examples: [
      Example("print(encode(ones(4), smallest).layout)", prints: "dense"),
      Example(
        "let w = prune(randn(50, 50, seed: 2), 90%); "
          + "print(size(encode(w, smallest)).bytes <= size(encode(w, relative(4))).bytes)",
        prints: "true"),
    ],
    related: ["encode", "rangecoder", "dense"])
}
