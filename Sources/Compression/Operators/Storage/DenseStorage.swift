import Catalog
import Encodings

/// Every element in order: as a float, or as a code where there are codes.
public enum DenseStorage: StorageOption {
  public static func request(_ settings: Settings) throws -> StorageRequest {
    StorageRequest(positions: .all)
  }

  public static let card = Card(
    "dense", .option,
    summary:
      "Stores every element in order, zeros too; what tensors are when nobody asks for anything else.",
    formula: "bits = n · 32",
    source: "safetensors, NumPy: row-major, little-endian",
    examples: [
      Example("print(size(encode(tensor([0, 0, 0, 5]), dense)).payloadBits)", prints: "128")
    ],
    related: ["encode", "packed", "smallest"])
}
