/// How to train.
public struct TrainingOptions: Sendable {
  /// Passes over all examples, from 1.
  public var epochs: Int
  /// Examples per step of the optimizer; the last batch of an epoch takes what is left.
  public var batch: Int
  /// The rule that moves the weights.
  public var optimizer: any Optimizer
  /// What is made small.
  public var loss: any Loss
  /// Measured after each epoch; its figures go into the history.
  public var validation: LabeledData?

  public init(
    epochs: Int, batch: Int = 32, optimizer: any Optimizer, loss: any Loss,
    validation: LabeledData? = nil
  ) {
    self.epochs = epochs
    self.batch = batch
    self.optimizer = optimizer
    self.loss = loss
    self.validation = validation
  }
}

/// How far a training has come; given after every batch.
public struct TrainingProgress: Sendable {
  /// From 1.
  public var epoch: Int
  public var epochs: Int
  /// Of this epoch.
  public var examplesDone: Int
  public var examples: Int
  /// Means over this epoch's examples so far.
  public var loss: Double
  public var accuracy: Double?
  /// The epochs that are complete.
  public var history: History
}
