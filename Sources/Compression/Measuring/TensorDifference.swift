import Tensors

/// Where and how much two tensors of one shape differ.
///
///     SQNR = 10 · log10(Σ a² / Σ (a − b)²) dB
///
/// Two NaNs are the same, and so are +0 and −0. Sums are float64, in flat order.
public struct TensorDifference: Sendable, Equatable {
  /// Elements that differ.
  public var count: Int
  /// The elements in all.
  public var total: Int
  /// The first element that differs, and the one that differs most; flat indices.
  public var first: Int?
  public var farthest: Int?
  /// max |a − b|; NaN where a number stands against NaN.
  public var largest: Double
  /// √(mean (a − b)²).
  public var rootMeanSquare: Double
  /// In decibels; ∞ where nothing differs.
  public var signalToNoise: Double

  /// Compares element by element; both must have as many elements.
  public init(_ a: Tensor, _ b: Tensor) {
    var count = 0
    var first: Int?
    var farthest: Int?
    var largest = 0.0
    var noise = 0.0
    var signal = 0.0
    a.withScalars { left in
      b.withScalars { right in
        for index in 0..<min(left.count, right.count) {
          let (x, y) = (left[index], right[index])
          signal += Double(x) * Double(x)
          guard x != y, !(x.isNaN && y.isNaN) else { continue }
          let change = abs(Double(x) - Double(y))
          noise += change * change
          count += 1
          first = first ?? index
          // Of equal changes the first; a NaN is farther than any number.
          if change > largest || farthest == nil || (change.isNaN && !largest.isNaN) {
            largest = change
            farthest = index
          }
        }
      }
    }
    self.count = count
    total = min(a.count, b.count)
    self.first = first
    self.farthest = farthest
    self.largest = largest
    rootMeanSquare = total == 0 ? 0 : (noise / Double(total)).squareRoot()
    signalToNoise = decibels(signal: signal, noise: noise)
  }
}
