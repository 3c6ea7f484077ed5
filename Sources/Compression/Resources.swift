import Networks
import Tensors

/// What a verb may use beside the model: examples, statistics that are known already, a listener.
public struct Resources {
  /// Examples that the call gives as `on:` or `calibrate:`; `nil` without.
  public var data: LabeledData?
  /// Statistics by the weight's path (`conv1.weight`); what is here is not collected anew.
  public var statistics: [String: [Statistic: Tensor]]
  /// The model whose weights a schedule goes back to; `nil` for the one that is pruned.
  public var rewind: Model?
  /// Told how far a long verb has come; it has no clock and may be called often.
  public var progress: (VerbProgress) -> Void

  public init(
    data: LabeledData? = nil, statistics: [String: [Statistic: Tensor]] = [:],
    progress: @escaping (VerbProgress) -> Void = { _ in }
  ) {
    self.data = data
    self.statistics = statistics
    self.progress = progress
  }
}

/// How far a verb has come.
public struct VerbProgress: Sendable, Equatable {
  /// What it does just now: `gradients`.
  public var title: String
  /// From 0 to 1.
  public var fraction: Double
  /// The last one of its operation.
  public var isFinal: Bool

  public init(_ title: String, fraction: Double, isFinal: Bool = false) {
    self.title = title
    self.fraction = fraction
    self.isFinal = isFinal
  }
}
