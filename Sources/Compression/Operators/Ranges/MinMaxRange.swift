import Catalog
import Encodings

/// The grid reaches from the smallest to the largest number: nothing is clipped.
///
///     lo = min(x, 0)        hi = max(x, 0)
///
/// - Source: PyTorch's MinMaxObserver; ONNX DynamicQuantizeLinear.
public struct MinMaxRange: RangeRule {
  public init() {}
  public init(_ settings: Settings) throws {}

  public func observer() -> any RangeObserver { Observer() }

  struct Observer: RangeObserver {
    private(set) var seen = Observed()

    mutating func observe(_ batch: UnsafeBufferPointer<Float>) throws { try seen.add(batch) }

    func range(for format: IntegerFormat, symmetric: Bool) -> GridRange { seen.range }

    func clipped(by range: GridRange) -> Int? {
      range.lowest <= seen.lowest && seen.highest <= range.highest ? 0 : nil
    }
  }

  public static let card = Card(
    "minmax", .option,
    summary: "Lets the grid reach from the smallest to the largest number, so nothing is clipped.",
    formula: "lo = min(x, 0), hi = max(x, 0)",
    source: "PyTorch's MinMaxObserver; ONNX DynamicQuantizeLinear",
    examples: [
      Example(
        "print(quantize(tensor([-1, 0, 3]), uint8, symmetric: false, range: minmax).zeroPoint)",
        prints: "64")
    ],
    related: ["quantize"])
}
