import Catalog
import Encodings

/// The kept elements, and one bit an element that tells which they are.
public enum BitmaskStorage: StorageOption {
  public static func request(_ settings: Settings) throws -> StorageRequest {
    StorageRequest(positions: .bitmask)
  }

  public static let card = Card(
    "bitmask", .option,
    summary:
      "Stores the elements that are not zero, and one bit an element that tells which they are.",
    formula: "bits = n + kept · b",
    source: "the mask of llm-compressor and of Deep Compression hardware (EIE has gaps)",
    examples: [
      Example("print(size(encode(tensor([0, 0, 0, 5]), bitmask)).payloadBits)", prints: "36")
    ],
    related: ["encode", "csr", "relative"])
}
