import Catalog
import Encodings
import Glibc
import Networks
import Tensors

/// What a verb does to a model, as tables that `explain` shows.
public struct ModelAccount: Sendable, Equatable {
  public enum Cell: Sendable, Equatable {
    case text(String)
    case number(Double)
  }

  public struct Table: Sendable, Equatable {
    /// Headings; the first column names the rows.
    public var columns: [String]
    public var rows: [[Cell]]

    public init(_ columns: [String], _ rows: [[Cell]]) {
      self.columns = columns
      self.rows = rows
    }
  }

  /// One line above the tables.
  public var title: String
  public var tables: [Table]

  public init(_ title: String, _ tables: [Table]) {
    self.title = title
    self.tables = tables
  }
}

extension ModelAccount {
  /// What became of each parameter: zeros, numbers, scales, error and bits.
  ///
  ///     largest = max |ŵ − w|,  SQNR = 10 · log10(Σ w² / Σ (w − ŵ)²) dB
  ///
  /// Scales go from the smallest to the largest. Of parameters that are not in both, or not in one
  /// shape, there is no error.
  public init(from before: Model, to after: Model) throws {
    let difference = try ModelDifference(before, after)
    let changed = difference.rows.filter { !$0.isSame }
    var shapes = Table(["weights", "shape", "zeros", "bits", "stored as"], [])
    var errors = Table(["error", "numbers", "scales", "largest", "SQNR"], [])
    for row in changed {
      shapes.rows.append([
        .text(row.path), .text(Self.change(row) { "\($0.shape)" }),
        .text(Self.change(row) { grouped($0.zeros.nonZero) }),
        .text(Self.change(row) { grouped($0.bits) }), .text(row.after?.layout ?? "gone"),
      ])
      guard let now = row.after else { continue }
      let grid = try after.parameter(named: row.path)?.value.encoded.grid
      // Floats that were not there before have neither.
      guard grid != nil || row.change != nil else { continue }
      errors.rows.append([
        .text(row.path), .text(now.format), .text(Self.scales(grid)),
        row.change.map { .number($0.largest) } ?? .text(""),
        .text(
          row.change.map { $0.signalToNoise.isFinite ? Self.decibels($0.signalToNoise) : "exact" }
            ?? ""),
      ])
    }
    let same = difference.rows.count - changed.count
    self.init(
      changed.isEmpty
        ? "nothing changes in \(same) parameters"
        : "\(changed.count) of \(difference.rows.count) parameters change", [shapes, errors])
  }

  /// `0 → 120`, or one of them where both are the same.
  private static func change(
    _ row: ModelDifference.Row, _ text: (ModelDifference.Side) -> String
  ) -> String {
    let sides = [row.before, row.after].compactMap { $0.map(text) }
    guard let first = sides.first, let last = sides.last, first != last else {
      return sides.first ?? ""
    }
    return "\(first) → \(last)"
  }

  /// `0.0123`, `12 from 0.011 to 0.034`.
  private static func scales(_ grid: Grid?) -> String {
    guard let grid, let least = grid.scales.min(), let most = grid.scales.max() else { return "" }
    if case .table(let table) = grid.format, table.isStored, grid.scales == [1] {
      return "\(table.levels.count) numbers"
    }
    let ends = [least, most].map { short(Double($0)) }
    return grid.scales.count == 1
      ? ends[0] : "\(grouped(grid.scales.count)): \(ends[0])…\(ends[1])"
  }

  private static func decibels(_ value: Double) -> String {
    plain((value * 10).rounded() / 10) + " dB"
  }

  /// Four digits.
  private static func short(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return plain(value) }
    let power = pow(10, 3 - floor(log10(abs(value))))
    return power.isFinite ? plain((value * power).rounded() / power) : plain(value)
  }
}
