import Autograd
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
  ///   - random: the order of examples and dropout are drawn from it, in streams of their own.
  ///   - progress: called after every batch.
  /// - Returns: the same network with other weights, and the history of this training.
  /// - Throws: `LayerError.wrongData` when the examples have another shape; `TrainingError` when
  ///   output and labels do not fit, or when the loss is no longer finite; `Cancelled`, `LimitError`.
  /// - Complexity: about three forward passes an example and epoch.
  /// - Source: Bottou, Curtis and Nocedal, 2018, §3, <https://arxiv.org/abs/1606.04838>.
  public func train(
    on data: LabeledData, _ options: TrainingOptions, random: inout Random,
    progress: (TrainingProgress) -> Void = { _ in }
  ) throws -> Model {
    try check(options, data)
    var run = try TrainingRun(self, options, order: random.split(), dropout: random.split())
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

/// A training under way: latent weights, what the optimizer remembers, and the history so far.
private struct TrainingRun {
  let model: Model
  let options: TrainingOptions
  /// By node and parameter: what the optimizer moves.
  var weights: [[Tensor]]
  var memories: [[OptimizerMemory]]
  var history = History()
  var order: Random
  let pass: Pass

  init(
    _ model: Model, _ options: TrainingOptions, order: Random, dropout: Random
  ) throws {
    self.model = model
    self.options = options
    self.order = order
    pass = Pass(isTraining: true, random: dropout)
    weights = model.nodes.map { $0.parameters.map(\.tensor) }
    memories = model.nodes.map { $0.parameters.map { _ in OptimizerMemory() } }
  }

  mutating func epoch(
    _ number: Int, on data: LabeledData, _ progress: (TrainingProgress) -> Void
  ) throws {
    let indices = order.shuffledIndices(data.count)
    var total = 0.0
    var right = 0
    var done = 0
    for start in stride(from: 0, to: indices.count, by: options.batch) {
      try Work.current.checkpoint()
      let chosen = indices[start..<min(start + options.batch, indices.count)]
      let labels = try data.labels.rows(chosen)
      let (loss, output) = try step(data.images.rows(chosen), labels)
      done += chosen.count
      guard loss.isFinite else {
        throw TrainingError.diverged(
          epoch: number, batch: start / options.batch + 1, rate: options.optimizer.rate)
      }
      total += Double(loss) * Double(chosen.count)
      right += try output.rightCount(labels)
      progress(
        TrainingProgress(
          epoch: number, epochs: options.epochs, examplesDone: done, examples: indices.count,
          loss: total / Double(done), accuracy: Double(right) / Double(done), history: history))
    }
    let validation = try options.validation.map {
      try finished().evaluate(on: $0, loss: options.loss)
    }
    history.epochs.append(
      History.Epoch(
        loss: total / Double(max(1, done)), accuracy: Double(right) / Double(max(1, done)),
        validationLoss: validation?.loss, validationAccuracy: validation?.accuracy))
  }

  /// One batch: forward, backward, and a step of the optimizer.
  private mutating func step(
    _ images: Tensor, _ labels: Tensor
  ) throws -> (loss: Float, output: Tensor) {
    let tape = Tape()
    let variables = try model.nodes.indices.map { node in
      try model.nodes[node].parameters.enumerated().map { index, parameter in
        let latent = weights[node][index]
        let value = try parameter.constraint?.forward(latent) ?? latent
        return parameter.isTrainable ? tape.variable(value) : Variable(value)
      }
    }
    var statistics: [(node: Int, index: Int, value: Tensor)] = []
    let output = try model.run(
      Variable(images), variables, pass, last: model.lastNode(before: options.loss)
    ) { node, values in
      statistics += values.map { (node, $0.key, $0.value) }
    }
    let loss = try options.loss.value(output, labels)
    let gradients = try tape.gradients(of: loss, for: variables.flatMap { $0 })
    let result = (loss.value[0], output.value)
    try update(gradients)
    for statistic in statistics { weights[statistic.node][statistic.index] = statistic.value }
    return result
  }

  private mutating func update(_ gradients: [Tensor?]) throws {
    var next = gradients.makeIterator()
    for node in weights.indices {
      for index in weights[node].indices {
        guard let element = next.next(), var gradient = element else { continue }
        let constraint = model.nodes[node].parameters[index].constraint
        if let constraint { gradient = try constraint.gradient(gradient, at: weights[node][index]) }
        try options.optimizer.update(
          &weights[node][index], gradient: gradient, memory: &memories[node][index])
        if let constraint { weights[node][index] = try constraint.projected(weights[node][index]) }
      }
    }
  }

  /// The model with the weights as they are now.
  func finished() throws -> Model {
    var result = model
    for (node, values) in weights.enumerated() {
      for (index, value) in values.enumerated() {
        var parameter = model.nodes[node].parameters[index]
        parameter.value = try parameter.constraint?.finish(value) ?? .dense(value)
        result.set(parameter, in: node, at: index)
      }
    }
    result.history = history
    return result
  }
}
