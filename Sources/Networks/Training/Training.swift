import Tensors

extension Model {
  /// This model after training: the weights that make the loss on the data small.
  ///
  ///     w ← constraint(optimizer(w, ∂L/∂w)),  L = the mean loss over one batch
  ///
  /// Each epoch goes through the examples in a new random order, in batches. Constraints on weights
  /// hold all the way: pruned weights stay zero, quantized ones are seen through their grid. When an
  /// error or a cancellation ends it, nothing has changed.
  ///
  /// - Parameters:
  ///   - data: images `[n, …inputShape]`, with class numbers below the count of outputs.
  ///   - options: epochs and batch from 1.
  ///   - hooks: what takes part in the training besides, such as a schedule; none by default.
  ///   - random: the order of examples and dropout are drawn from it, in streams of their own.
  ///   - progress: called after every batch.
  /// - Returns: the same network with other weights, and the history of this training.
  /// - Throws: `LayerError.wrongData` when the examples have another shape; `TrainingError` when
  ///   output and labels do not fit, or when the loss is no longer finite; `Cancelled`, `LimitError`.
  /// - Complexity: about three forward passes an example and epoch.
  /// - Source: Bottou, Curtis and Nocedal, 2018, §3, <https://arxiv.org/abs/1606.04838>.
  public func train(
    on data: LabeledData, _ options: TrainingOptions, hooks: [any TrainingHook] = [],
    random: inout Random, progress: (TrainingProgress) -> Void = { _ in }
  ) throws -> Model {
    try check(options, data)
    var run = try TrainingRun(
      self, options, hooks, examples: data.count, order: random.split(), dropout: random.split())
    for epoch in 1...options.epochs {
      try run.epoch(epoch, on: data, progress)
    }
    return try run.finished()
  }

  private func check(_ options: TrainingOptions, _ data: LabeledData) throws {
    guard options.epochs > 0 else { throw TrainingError.notPositive("epochs", options.epochs) }
    guard options.batch > 0 else { throw TrainingError.notPositive("batch", options.batch) }
    for part in [data] + (options.validation.map { [$0] } ?? []) {
      try expect(part.images)
      guard type(of: options.loss).fusesSoftmax else { continue }
      guard outputShape.rank == 1 else { throw TrainingError.noClasses(outputShape) }
      guard part.classCount <= outputShape[0] else {
        throw TrainingError.tooFewOutputs(outputShape[0], classes: part.classCount)
      }
    }
  }
}
