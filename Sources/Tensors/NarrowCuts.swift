import CKernels

/// Different numbers in order, with running totals of how often they occur and of their sums.
public struct SortedNumbers: Sendable {
  /// Ascending; −0 counts as 0.
  public let values: [Float]
  /// How many numbers lie before each value, and behind the last.
  public let numbers: [Int]
  /// Σ x of those, in double, over the different values in ascending order.
  public let sums: [Double]

  /// - Parameter numbers: finite, in any order.
  /// - Throws: `LimitError`, `Cancelled`.
  public init(_ numbers: [Float]) throws {
    try Work.current.charge(16 * numbers.count)
    let count = numbers.count
    var distinct = 0
    let scratch = try ByteStore(count: 4 * count)
    var sums: [Double] = []
    var totals: [Int] = []
    values = [Float](unsafeUninitializedCapacity: count) { sorted, written in
      _ = sorted.update(fromContentsOf: numbers)
      scratch.withMutableBytes { scratch in
        if let base = sorted.baseAddress, let room = scratch.baseAddress {
          espalier_sort_floats(base, room.assumingMemoryBound(to: Float.self), count)
        }
      }
      totals = [Int](unsafeUninitializedCapacity: count + 1) { totals, totalCount in
        sums = [Double](unsafeUninitializedCapacity: count + 1) { sums, sumCount in
          espalier_advise_large(totals.baseAddress, 8 * count)
          espalier_advise_large(sums.baseAddress, 8 * count)
          totals.withMemoryRebound(to: Int64.self) { totals in
            distinct = espalier_distinct_totals(
              sorted.baseAddress, count, totals.baseAddress, sums.baseAddress)
          }
          sumCount = distinct + 1
        }
        totalCount = distinct + 1
      }
      written = distinct
    }
    self.numbers = totals
    self.sums = sums
  }

  /// The ends of the runs of least inertia, where few places come into question for each.
  ///
  /// Blocks of places are left out when even a lower bound of all cuts that end a run in them is
  /// more than what some cut costs; the others are divided, down to single places: Cuts.c says how.
  /// Of equally good cuts the one is taken whose last ends lie lowest.
  ///
  /// - Parameter count: how many runs.
  /// - Returns: `nil` for few numbers, for as many runs as values, and where too many places are
  ///   left: `LineCuts` finds the cut then.
  /// - Throws: `LimitError`, `Cancelled`.
  public func narrowEnds(count: Int) throws -> [Int]? {
    guard values.count >= Self.fewest, count > 0, count < values.count,
      let sum = sums.last, let number = numbers.last
    else { return nil }
    try Work.current.charge(16 * values.count)
    var ends = [Int](repeating: 0, count: count)
    let status = numbers.withUnsafeBufferPointer { numbers in
      numbers.withMemoryRebound(to: Int64.self) { numbers in
        espalier_narrow_cut(
          values, numbers.baseAddress, values.count, sum / Double(number), count, &ends)
      }
    }
    return status == 0 ? ends : nil
  }

  /// Values from which on blocks save something.
  static let fewest = 8192
}

extension LineCuts {
  /// The means of the runs of least inertia, of numbers in any order.
  ///
  /// Numbers are counted into bins, and only those of bins that may hold an end are sorted. A mean is
  /// a difference of sums in double, in the order that `espalier_best_means` states; it does not
  /// depend on the number of threads.
  ///
  /// - Parameters:
  ///   - numbers: finite; −0 counts as 0.
  ///   - count: how many runs.
  /// - Returns: ascending; `nil` for few numbers or few different ones, and where too many of them
  ///   would have to be sorted: `SortedNumbers` finds the cut then.
  /// - Throws: `LimitError`, `Cancelled`.
  /// - Complexity: O(n), two passes.
  public static func means(
    of numbers: UnsafeBufferPointer<Float>, count: Int
  ) throws -> [Double]? {
    guard let base = numbers.baseAddress, count > 0, numbers.count >= SortedNumbers.fewest else {
      return nil
    }
    let work = Work.current
    try work.charge(4 * numbers.count)
    // Those that are listed, twice, and what is known before each.
    let bytes = 7 * numbers.count + 1 << 22
    try work.memory.reserve(bytes)
    defer { work.memory.release(bytes) }
    var means = [Double](repeating: 0, count: count)
    return espalier_best_means(base, numbers.count, count, &means) == 0 ? means : nil
  }
}

extension Tensor {
  /// Whether no element is a NaN or infinite.
  public var isAllFinite: Bool { espalier_all_finite(pointer, count) != 0 }

  /// Whether an element is a NaN.
  public var hasNaN: Bool { espalier_any_nan(pointer, count) != 0 }

  /// Writes how many limits lie below each element.
  ///
  /// - Parameters:
  ///   - limits: at most 255, or 15 for halves.
  ///   - fields: a byte an element, or half a byte, the first in the lower half.
  public func countBelow(
    _ limits: [Float], to fields: UnsafeMutableRawBufferPointer, halves: Bool
  ) {
    guard let target = fields.baseAddress, count > 0 else { return }
    espalier_count_below(
      pointer, count, limits, limits.count, halves, target.assumingMemoryBound(to: UInt8.self))
  }
}
