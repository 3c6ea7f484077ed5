import Catalog
import Encodings

/// The kept elements by row: how many there are in each, and the column of each.
public enum RowStorage: StorageOption {
  public static func request(_ settings: Settings) throws -> StorageRequest {
    StorageRequest(positions: .rows)
  }

  public static let card = Card(
    "csr", .option,
    summary:
      "Stores the elements that are not zero row by row: a count for each row, a column for each element.",
    formula: "bits = rows · ⌈log2(columns + 1)⌉ + kept · (⌈log2 columns⌉ + b)",
    source: "compressed sparse rows, Tinney and Walker 1967, with counts in the place of pointers",
    examples: [
      Example(
        "print(size(encode(tensor([[0, 0, 0, 5], [0, 7, 0, 0]]), csr)).payloadBits)", prints: "74")
    ],
    related: ["encode", "bitmask", "relative"])
}
