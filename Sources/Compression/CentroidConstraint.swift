import Encodings
import Networks
import Tensors

/// Trains the centroids of a codebook while every weight stays in its cluster.
///
///     ∂L/∂C_k = Σ ∂L/∂W over the weights of cluster k        (divided by their number: `averages`)
///
/// Every weight of a cluster gets the same gradient, and began with the same value, so an optimizer
/// moves all of them alike: the weights are the centroids. Sums are double, in row-major order.
/// Pruned weights stay 0.
///
/// - Source: Han et al., 2016, §3.3; the mean as TensorFlow's `GradientAggregation.AVG`.
public struct CentroidConstraint: MaskedConstraint {
  /// The cluster of each weight.
  public let codes: CodeArray
  public private(set) var kept: Bitmap?
  /// Whether gradients are divided by the weights of the cluster.
  public var averages: Bool
  let codebook: Share.Codebook

  init(_ tensor: EncodedTensor, codes: CodeArray, codebook: Share.Codebook, averages: Bool = false)
  {
    self.codes = codes
    kept = tensor.kept
    self.codebook = codebook
    self.averages = averages
  }

  public func keeping(_ kept: Bitmap) -> any WeightConstraint {
    var other = self
    other.kept = kept
    return other
  }

  public func gradient(_ gradient: Tensor, at weights: Tensor) throws -> Tensor {
    guard gradient.count == codes.count else {
      throw EncodingError.mismatch("codes", expected: gradient.count, found: codes.count)
    }
    let clusters = Int(codes.max() ?? 0) + 1
    var sums = [Double](repeating: 0, count: clusters)
    var counts = [Int](repeating: 0, count: clusters)
    gradient.withScalars { scalars in
      codes.forEachPiece { start, codes in
        for (place, code) in codes.enumerated() where kept?[start + place] ?? true {
          sums[Int(code)] += Double(scalars[start + place])
          counts[Int(code)] += 1
        }
      }
    }
    let shared = zip(sums, counts).map { Float(averages ? $0 / Double(max($1, 1)) : $0) }
    return try Tensor(unsafeUninitialized: gradient.shape) { target in
      codes.forEachPiece { start, codes in
        for (place, code) in codes.enumerated() {
          target[start + place] = kept?[start + place] ?? true ? shared[Int(code)] : 0
        }
      }
    }
  }

  public func projected(_ weights: Tensor) throws -> Tensor {
    try weights.masked(kept)
  }

  public func finish(_ weights: Tensor) throws -> ParameterValue {
    // One weight of each cluster tells where its centroid has come to.
    var levels: [Int32: Float] = [:]
    weights.withScalars { scalars in
      codes.forEachPiece { start, codes in
        for (place, code) in codes.enumerated() where kept?[start + place] ?? true {
          if levels[code] == nil { levels[code] = scalars[start + place] }
        }
      }
    }
    let centroids = levels.sorted { $0.key < $1.key }.map(\.value)
    return .encoded(try EncodedTensor(weights, kept: kept).sharing(centroids, codebook))
  }
}

extension EncodedTensor {
  /// The constraint of a tensor on a codebook, or `nil` for any other.
  var centroidConstraint: CentroidConstraint? {
    guard let grid, case .table(let table) = grid.format else { return nil }
    switch table.name {
    case LevelTable.codebookName:
      return CentroidConstraint(self, codes: grid.codes, codebook: .float32)
    case LevelTable.halfCodebookName:
      return CentroidConstraint(self, codes: grid.codes, codebook: .float16)
    default: return nil
    }
  }
}
