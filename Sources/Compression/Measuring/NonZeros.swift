import Encodings
import Networks
import Tensors

/// How much of a weight tensor is not zero, by the pieces that hardware could leave out.
///
/// A piece counts as zero when all of its elements are. For a filter bank `[out, in, h, w]`
///
///     element   W[o, i, u, v]      row      W[o, :, :, :]   a filter, or a neuron of `linear`
///     kernel    W[o, i, :, :]      column   W[:, i, :, :]   an input channel, or an input
///
/// - Source: the sparsity table of Distiller, `distiller/model_summaries.py`
///   (<https://github.com/IntelLabs/distiller>), which lists the same pieces as 2D, 3D and channels.
public struct NonZeros: Sendable, Equatable {
  /// So many of so many are not zero.
  public struct Count: Sendable, Equatable {
    public var nonZero: Int
    public var total: Int

    public init(_ nonZero: Int, of total: Int) {
      self.nonZero = nonZero
      self.total = total
    }

    /// `nonZero / total`; 1 of nothing.
    public var share: Double { total == 0 ? 1 : Double(nonZero) / Double(total) }
  }

  public var elements: Count
  /// Slices of axis 0; a vector is one row.
  public var rows: Count
  /// Slices of axis 1.
  public var columns: Count
  /// Slices of axes 0 and 1 together; `nil` where these are single elements.
  public var kernels: Count?

  /// Counts the pieces of a tensor; NaN is not zero.
  public init(_ weight: Tensor) { self.init(.dense(weight)) }

  /// The same of a weight as it is held; codes are decoded a piece at a time.
  public init(_ weight: ParameterValue) {
    let isNonZero = weight.nonZeros
    let lengths = weight.shape.dimensions
    let rowCount = lengths.count > 1 ? lengths[0] : 1
    let columnCount = lengths.count > 1 ? lengths[1] : isNonZero.count
    let area = lengths.dropFirst(2).reduce(1, *)
    var rows = [Bool](repeating: false, count: rowCount)
    var columns = [Bool](repeating: false, count: columnCount)
    var kernels = 0
    var elements = 0
    for kernel in 0..<(isNonZero.count > 0 ? rowCount * columnCount : 0) {
      var count = 0
      for index in kernel * area..<(kernel + 1) * area where isNonZero[index] { count += 1 }
      guard count > 0 else { continue }
      elements += count
      kernels += 1
      rows[kernel / columnCount] = true
      columns[kernel % columnCount] = true
    }
    self.elements = Count(elements, of: isNonZero.count)
    self.rows = Count(rows.count { $0 }, of: rowCount)
    self.columns = Count(columns.count { $0 }, of: columnCount)
    self.kernels = lengths.count > 2 ? Count(kernels, of: rowCount * columnCount) : nil
  }
}
