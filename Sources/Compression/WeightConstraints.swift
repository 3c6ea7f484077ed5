import Encodings
import Networks
import Tensors

/// A constraint that keeps some weights at zero, whatever else it does.
public protocol MaskedConstraint: WeightConstraint {
  /// The weights that are not pruned; `nil` for all.
  var kept: Bitmap? { get }
  /// The same with another mask.
  func keeping(_ kept: Bitmap) -> any WeightConstraint
}

/// Keeps pruned weights at zero while the others train.
///
/// Putting them back to zero after every step is enough: the loss is always computed with zeros,
/// and what an optimizer remembers of a pruned weight moves nothing else.
public struct MaskConstraint: MaskedConstraint {
  public let kept: Bitmap?

  public init(_ kept: Bitmap) { self.kept = kept }

  public func keeping(_ kept: Bitmap) -> any WeightConstraint { MaskConstraint(kept) }

  public func projected(_ weights: Tensor) throws -> Tensor { try weights.masked(kept) }

  public func finish(_ weights: Tensor) throws -> ParameterValue {
    .encoded(try EncodedTensor(weights, kept: kept))
  }
}

/// Trains float weights through the grid they will be rounded to, and keeps pruned ones at zero.
///
/// The network computes with the rounded weights; gradients pass straight through to the float
/// ones (the straight-through estimator). Scales are found anew from the float weights in every
/// step unless they were given, and the codes are rebuilt at the end.
///
/// - Source: Bengio et al., 2013, <https://arxiv.org/abs/1308.3432>; Jacob et al., 2018, §3.
public struct GridConstraint: MaskedConstraint {
  public let quantize: Quantize
  public let kept: Bitmap?

  public init(_ quantize: Quantize, kept: Bitmap?) {
    self.quantize = quantize
    self.kept = kept
  }

  public func keeping(_ kept: Bitmap) -> any WeightConstraint {
    GridConstraint(quantize, kept: kept)
  }

  public func projected(_ weights: Tensor) throws -> Tensor { try weights.masked(kept) }

  public func forward(_ weights: Tensor) throws -> Tensor {
    try quantize.rounded(weights, kept: kept)
  }

  public func finish(_ weights: Tensor) throws -> ParameterValue {
    .encoded(try quantize(EncodedTensor(weights, kept: kept)))
  }
}

extension EncodedTensor {
  /// What further training must respect so that the tensor stays what it is: mask and grid.
  ///
  /// `nil` when there is nothing to respect. A loaded model gets its constraints back this way.
  public var constraint: (any WeightConstraint)? {
    guard let grid else { return kept.map(MaskConstraint.init) }
    if let centroidConstraint { return centroidConstraint }
    return GridConstraint(Quantize(again: grid), kept: kept)
  }
}

extension Quantize {
  /// The call that finds the same kind of grid for other weights.
  ///
  /// Levels of a table that is stored stay as they are; a range rule other than minmax is not known
  /// any more.
  init(again grid: Grid) {
    let given = grid.rule == .given
    self.init(
      formatCatalog.lazy.compactMap { $0.init(again: grid) }.first ?? SignedIntegers(.int8),
      isSymmetric: given || grid.format.integers == nil ? nil : grid.rule == .symmetric,
      scales: given ? grid.scales.map(Double.init) : nil,
      zeroPoints: given && grid.format.integers != nil ? grid.zeroPoints.map(Double.init) : nil,
      simulates: grid.isSimulated)
    if case .implied = grid.scaleCoding {
      isSymmetric = nil
      return
    }
    per = grid.partition
    scaleCoding = grid.scaleCoding
    convention =
      conventionCatalog.lazy.map { $0.init() }.first { $0.convention == grid.convention }
      ?? OnnxConvention()
  }
}

extension Model {
  /// The model whose encoded weights keep their masks and grids through further training.
  ///
  /// A container stores what weights are; this says what they must stay.
  public func withConstraints() throws -> Model {
    try mapParameters { entry in
      guard case .encoded(let tensor) = entry.parameter.value else { return nil }
      var parameter = entry.parameter
      parameter.constraint = tensor.constraint
      return parameter
    }
  }
}

extension Tensor {
  /// The elements of a mask, 0 elsewhere.
  func masked(_ kept: Bitmap?) throws -> Tensor {
    guard let kept else { return self }
    guard kept.count == count else {
      throw EncodingError.mismatch("mask bits", expected: count, found: kept.count)
    }
    return try Tensor(unsafeUninitialized: shape) { target in
      withScalars { source in
        for (word, bits) in kept.words.enumerated() {
          for index in word * 64..<min(word * 64 + 64, source.count) {
            target[index] = bits >> UInt64(index & 63) & 1 == 1 ? source[index] : 0
          }
        }
      }
    }
  }
}
