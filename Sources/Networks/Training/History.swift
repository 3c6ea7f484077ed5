/// How a training went, one entry an epoch.
public struct History: Sendable, Equatable {
  public struct Epoch: Sendable, Equatable {
    /// Mean over the epoch's examples, each measured before its batch changed the weights.
    public var loss: Double
    /// Share of the epoch's examples classified right; `nil` when labels are no classes.
    public var accuracy: Double?
    /// Measured after the epoch, when data for it were given.
    public var validationLoss: Double?
    public var validationAccuracy: Double?
    /// Share of the weights that were zero after the epoch, biases and norms not counted.
    public var sparsity: Double

    public init(
      loss: Double, accuracy: Double?, validationLoss: Double? = nil,
      validationAccuracy: Double? = nil, sparsity: Double = 0
    ) {
      self.loss = loss
      self.accuracy = accuracy
      self.validationLoss = validationLoss
      self.validationAccuracy = validationAccuracy
      self.sparsity = sparsity
    }
  }
  public var epochs: [Epoch]

  public init(epochs: [Epoch] = []) {
    self.epochs = epochs
  }
}
