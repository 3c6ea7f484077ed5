import Containers
import Encodings
import Networks
import Tensors

/// What one model weighs and does, for `compare` and `size`.
public struct Measurement: Sendable, Equatable {
  /// The share of the data's examples classified right; `nil` without data.
  public var accuracy: Double?
  /// The length of the file that `save` writes.
  public var storedBytes: Int
  /// The bits of the weights themselves, their places and scales: no header, no padding.
  public var payloadBits: Int
  /// Kept weights × their width, the number that slides show.
  public var textbookBits: Int
  /// The parameters as plain floats.
  public var denseBits: Int
  /// Weights, biases and norms not counted.
  public var weights: Int
  /// Weights that are not zero.
  public var nonZeroWeights: Int
  /// Multiply-adds for one example; 1 multiply-add = 1 MAC = 2 FLOP.
  public var multiplyAdds: Int
  /// Those in which a weight other than zero takes part.
  public var effectiveMultiplyAdds: Int
  /// `int8 weights`, `simulated int8`, or `nil`.
  public var badge: String?

  /// The bandwidth that transfer times are stated for, in bits a second.
  public static let bandwidth = 256_000.0

  /// The seconds that the file takes at `bandwidth`.
  public var transferSeconds: Double { Double(storedBytes) * 8 / Self.bandwidth }

  /// Measures a model: its container is written, and run on data if there are any.
  ///
  /// - Throws: what writing and running the model throw.
  public init(_ model: Model, on data: LabeledData? = nil) throws {
    let (bytes, ledger) = try Container.write(model)
    accuracy = try data.map { try model.evaluate(on: $0, loss: CrossEntropy()).accuracy }
    storedBytes = bytes.count
    payloadBits = ledger.payloadBits
    textbookBits = ledger.textbookBits
    denseBits = ledger.denseBits
    let cost = try Cost(model, ledger: ledger)
    weights = cost.weights
    nonZeroWeights = cost.nonZeroWeights
    multiplyAdds = cost.multiplyAdds
    effectiveMultiplyAdds = cost.effectiveMultiplyAdds
    badge = model.badge
  }
}
