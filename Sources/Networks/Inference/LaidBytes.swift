import Synchronization
import Tensors

/// A layer's weights laid out for products of bytes when first multiplied with.
///
/// A network of bytes has a layout of its own; where it runs, this one is never made.
final class LaidBytes: Sendable {
  private let codes: IntegerWeights
  private let product: WeightProduct
  private let laid = Mutex<ByteWeights?>(nil)
  /// Σ w of each output.
  let sums: [Int32]
  /// The share of the groups of four weights that are not all 0.
  let groupShare: Double

  init(_ codes: IntegerWeights, _ product: WeightProduct) {
    self.codes = codes
    self.product = product
    let bytes = codes.bytes
    sums = ByteWeights.sums(of: bytes, outputs: codes.outputs, inputs: codes.inputs)
    groupShare = ByteWeights.groupShare(of: bytes, outputs: codes.outputs, inputs: codes.inputs)
  }

  var weights: ByteWeights {
    laid.withLock { laid in
      if let laid { return laid }
      let made = ByteWeights(
        codes.bytes, outputs: codes.outputs, inputs: codes.inputs, zeroPoints: codes.zeros,
        isForWindows: product != .rows, sparseUpTo: ByteRule.mostGroups(product))
      laid = made
      return made
    }
  }

  /// What the layout takes, once it is made.
  var bytes: Int { laid.withLock { $0?.bytes ?? 0 } }
}
