/// Weights as signed bytes with what makes codes of their sums.
///
///     code = clamp(rne(float(Σ x w + offset) · multiplier) + zero, 0, highest)
public struct ByteProduct: Sendable {
  /// `[outputs × inputs]`, inputs in the order channel, row, column.
  public let codes: [Int8]
  /// One an output.
  public let offsets: [Int32]
  /// One an output, finite and not negative.
  public let multipliers: [Float]
  /// The code of 0 of the results.
  public let zero: Int32
  /// The largest code of the results.
  public let highest: Int32

  public init(
    codes: [Int8], offsets: [Int32], multipliers: [Float], zero: Int32, highest: Int32
  ) {
    self.codes = codes
    self.offsets = offsets
    self.multipliers = multipliers
    self.zero = zero
    self.highest = highest
  }

  var outputs: Int { offsets.count }
  var inputs: Int { codes.count / max(1, outputs) }
}

/// What a layer of a `ByteNetwork` does with the codes of the one before.
public enum ByteLayer: Sendable {
  case convolution(ByteProduct, Convolution, kernel: Int)
  case linear(ByteProduct)
  /// Codes below that of 0 become it.
  case aboveZero
  case maximum(MaxPooling)
  /// The sum of each window and the offset, times the multiplier, onto another grid.
  case average(AveragePooling, offset: Int32, multiplier: Float, zero: Int32, highest: Int32)
}
