import Encodings
import Tensors

/// Codes of integers that are found while a part's weights are still in the cache: a few parts at a
/// time have their ranges taken, their points found, and their codes written.
///
///     weights  │ part 0 … part 99 │ part 100 … part 199 │ …
///                ranges → points → codes, then the next
///
/// It gives what `PlacedGrid` gives, which goes over all weights for each of the three.
struct NearCodes {
  private let values: Tensor
  private let partition: Partition
  private let parts: Parts
  private let integers: IntegerFormat
  private let quantize: Quantize
  /// The weights of a part, which lie together.
  private let width: Int

  /// Weights that two nearest caches hold.
  private static let few = 1 << 19
  /// Weights between checkpoints.
  private static let many = 1 << 24

  /// - Returns: `nil` where parts are not all alike and in order, or codes are found otherwise.
  init?(_ values: Tensor, _ format: any ScaledFormat, with quantize: Quantize) throws {
    guard format is any IntegerFamily, let integers = format.numbers.integers, integers.bits <= 8,
      quantize.convention.convention == .onnx, quantize.range is MinMaxRange,
      quantize.scales == nil, values.count > 0
    else { return nil }
    partition = try quantize.partition(of: format)
    guard try quantize.coding(of: format) == .float32,
      let parts = try? Parts(partition, of: values.shape)
    else { return nil }
    let (width, rest) = values.count.quotientAndRemainder(dividingBy: max(1, parts.count))
    guard rest == 0, parts.lieTogether else { return nil }
    (self.values, self.parts, self.integers, self.quantize) = (values, parts, integers, quantize)
    self.width = width
  }

  /// - Returns: the grid with its codes; `nil` where the plain way refuses the weights.
  /// - Throws: `LimitError`, `Cancelled`.
  func grid(of format: any ScaledFormat) throws -> Grid? {
    var points: [GridPoint] = []
    var scales: [Float] = []
    var zeros: [Int32] = []
    var isFine = true
    let codes = try CodeArray(count: values.count, range: integers.codes) { fields, lowest, bits in
      var step = max(1, Self.few / width)
      // Halves of a byte are written in pairs.
      if bits == 4, step % 2 == 1, width % 2 == 1 { step += 1 }
      for first in stride(from: 0, to: parts.count, by: step) {
        let some = first..<min(first + step, parts.count)
        try Work.current.charge(some.count * width)
        let (least, most) = values.rowRanges(some, width: width)
        let ranges = zip(least, most).map { GridRange(lowest: min(0, $0), highest: max(0, $1)) }
        guard zip(least, most).allSatisfy({ $0.isFinite && $1.isFinite }),
          let found = try? quantize.points(
            WeightParts(values, partition, parts, ranges: ranges), of: format)
        else {
          isFine = false
          return
        }
        points += found
        scales += found.map(\.scale)
        zeros += found.map(\.zeroPoint)
        let end = some.upperBound * width
        for start in stride(from: first * width, to: end, by: Self.many) {
          try Work.current.checkpoint()
          values.writeCodes(
            start..<min(start + Self.many, end), width: width, scales: scales, zeros: zeros,
            codes: integers.codes, to: fields, base: lowest, halves: bits == 4)
        }
      }
    }
    guard isFine,
      var grid = try? PlacedGrid.grid(points, format, partition, .float32, with: quantize)
    else { return nil }
    grid.codes = codes
    return grid
  }
}
