import Encodings
import Tensors

/// The weights of one tensor, divided into the parts that have their own scale.
public struct WeightParts {
  public let values: Tensor
  public let kept: Bitmap?
  public let partition: Partition
  let parts: Parts
  /// The ranges of some neighbouring parts, when they are all that is asked for.
  private var known: [GridRange]?

  /// - Throws: `QuantizeError.noChannels` for slices of a tensor without axes.
  init(_ values: Tensor, kept: Bitmap?, _ partition: Partition) throws {
    if case .axis(let axis) = partition, axis >= values.shape.rank {
      throw QuantizeError.noChannels
    }
    self.values = values
    self.kept = kept
    self.partition = partition
    parts = try Parts(partition, of: values.shape)
  }

  /// Some neighbouring parts whose ranges were found already.
  init(_ values: Tensor, _ partition: Partition, _ parts: Parts, ranges: [GridRange]) {
    (self.values, self.partition, self.parts) = (values, partition, parts)
    kept = nil
    known = ranges
  }

  public var count: Int { known?.count ?? parts.count }

  /// From the smallest to the largest weight of each part, widened to hold 0.
  public var ranges: [GridRange] {
    known
      ?? fold(GridRange(lowest: 0, highest: 0)) { range, weight in
        range.lowest = min(range.lowest, weight)
        range.highest = max(range.highest, weight)
      }
  }

  /// max|w| of each part.
  public var largest: [Float] { fold(0) { $0 = max($0, abs($1)) } }

  /// How many weights of each part are not pruned.
  public var keptCounts: [Int] {
    var counts = [Int](repeating: 0, count: count)
    parts.forEachRun { part, places in
      counts[part] += kept.map { kept in places.count { kept[$0] } } ?? places.count
    }
    return counts
  }

  /// Σ of each part of a tensor of the weights' shape, in double and rounded to float32 once.
  ///
  /// The sums are those that `sum(x)`, or `sum(rows, axis: 1)` of the rows of a derivation, gives.
  func sums(_ tensor: Tensor) throws -> [Float] {
    if partition == .tensor { return [Float(try tensor.folded(.sum))] }
    return try PartRows(values.shape, partition).rows(tensor).reduced(.sum, axis: 1).scalars
  }

  private func fold<State>(_ start: State, _ body: (inout State, Float) -> Void) -> [State] {
    var states = [State](repeating: start, count: count)
    values.withScalars { scalars in
      parts.forEachRun { part, places in
        var state = states[part]
        for index in places { body(&state, scalars[index]) }
        states[part] = state
      }
    }
    return states
  }
}
