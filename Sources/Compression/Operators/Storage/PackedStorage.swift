import Catalog
import Encodings

/// Every code in order, in as many bits as the format has.
public enum PackedStorage: StorageOption {
  public static func request(_ settings: Settings) throws -> StorageRequest {
    StorageRequest(positions: .all, needsCodes: true)
  }

  public static let card = Card(
    "packed", .option,
    summary:
      "Stores every code of a quantized or shared tensor in order, in as many bits as the format has.",
    formula: "bits = n · b",
    source: "two 4-bit codes a byte, the low one first, as GGML and ONNX have it",
    examples: [
      Example(
        "print(size(encode(quantize(zeros(100), int4), packed)).payloadBits)", prints: "432"),
      Example(
        "encode(zeros(100), packed)",
        fails: "E0315: this tensor has no packed form: its values are plain floats"),
    ],
    related: ["encode", "dense", "quantize"])
}
