import Autograd
import Tensors

/// A training under way: its state, its hooks and what they learn, and the history so far.
struct TrainingRun {
  let options: TrainingOptions
  var state: TrainingState
  var hooks: [any TrainingHook]
  /// By hook: numbers learnt along with the weights, and what the optimizer remembers of them.
  var learned: [[Tensor]]
  var learnedMemories: [[OptimizerMemory]]
  var history = History()
  var order: Random
  let pass: Pass

  private var model: Model { state.model }

  init(
    _ model: Model, _ options: TrainingOptions, _ hooks: [any TrainingHook], examples: Int,
    order: Random, dropout: Random
  ) throws {
    self.options = options
    self.order = order
    pass = Pass(isTraining: true, random: dropout)
    let batches = (examples + options.batch - 1) / options.batch
    let (steps, overflow) = batches.multipliedReportingOverflow(by: options.epochs)
    var state = try TrainingState(model, steps: overflow ? Int.max : steps)
    var hooks = hooks
    learned = try hooks.indices.map { try hooks[$0].begin(&state) }
    learnedMemories = learned.map { $0.map { _ in OptimizerMemory() } }
    self.state = state
    self.hooks = hooks
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
      for index in hooks.indices { try hooks[index].willStep(&state) }
      let (loss, output) = try step(chosen, data.images.rows(chosen), labels)
      done += chosen.count
      guard loss.isFinite else {
        throw TrainingError.diverged(
          epoch: number, batch: start / options.batch + 1, rate: options.optimizer.rate)
      }
      state.step += 1
      for index in hooks.indices { try hooks[index].didStep(&state) }
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
        validationLoss: validation?.loss, validationAccuracy: validation?.accuracy,
        sparsity: state.sparsity))
  }

  /// One batch: forward, backward, and a step of the optimizer.
  private mutating func step(
    _ chosen: ArraySlice<Int>, _ images: Tensor, _ labels: Tensor
  ) throws -> (loss: Float, output: Tensor) {
    let tape = Tape()
    let learning = learned.map { $0.map { tape.variable($0) } }
    var leaves: [Variable] = []
    let variables = try model.nodes.indices.map { node in
      try model.nodes[node].parameters.indices.map { index in
        let (leaf, value) = try parameter(.init(node: node, index: index), tape, learning)
        leaves.append(leaf)
        return value
      }
    }
    var statistics: [(node: Int, index: Int, value: Tensor)] = []
    var results: [Int: Variable] = [:]
    let watched = hooks.reduce(into: Set<Int>()) { $0.formUnion($1.watched) }
    let output = try model.run(
      Variable(images), variables, pass, last: model.lastNode(before: options.loss),
      statistics: { node, values in statistics += values.map { (node, $0.key, $0.value) } },
      replacing: { node, result in
        var result = try model.nodes[node].onGrid(result)
        for (hook, learned) in zip(hooks, learning) {
          result = try hook.result(result, of: node, learned)
        }
        if watched.contains(node) { results[node] = result }
        return result
      })
    var loss = try options.loss.value(output, labels)
    let seen = TrainingStep(
      chosen: chosen, images: images, labels: labels, output: output, results: results)
    for (hook, learned) in zip(hooks, learning) { loss = try hook.loss(loss, seen, learned) }
    let gradients = try tape.gradients(of: loss, for: leaves + learning.flatMap { $0 })
    let result = (loss.value[0], output.value)
    try update(gradients)
    for statistic in statistics { state.weights[statistic.node][statistic.index] = statistic.value }
    return result
  }

  /// The variable whose gradient moves a parameter, and the one that the network computes with.
  private func parameter(
    _ place: TrainingState.Place, _ tape: Tape, _ learning: [[Variable]]
  ) throws -> (leaf: Variable, value: Variable) {
    let latent = state.weights(at: place)
    let isTrainable = model.nodes[place.node].parameters[place.index].isTrainable
    if !hooks.isEmpty, isTrainable {
      let leaf = tape.variable(latent)
      for (hook, learned) in zip(hooks, learning) {
        if let value = try hook.weights(leaf, at: place, learned) { return (leaf, value) }
      }
    }
    let value = try state.constraint(at: place)?.forward(latent) ?? latent
    let variable = isTrainable ? tape.variable(value) : Variable(value)
    return (variable, variable)
  }

  private mutating func update(_ gradients: [Tensor?]) throws {
    var next = gradients.makeIterator()
    for node in state.weights.indices {
      for index in state.weights[node].indices {
        let found = next.next() ?? nil
        // Kept for hooks alone, so that a plain training holds each gradient no longer than needed.
        if !hooks.isEmpty { state.gradients[node][index] = found }
        guard var gradient = found else { continue }
        let constraint = state.constraints[node][index]
        if let constraint {
          gradient = try constraint.gradient(gradient, at: state.weights[node][index])
        }
        try options.optimizer.update(
          &state.weights[node][index], gradient: gradient, memory: &state.memories[node][index])
        if let constraint {
          state.weights[node][index] = try constraint.projected(state.weights[node][index])
        }
      }
    }
    for hook in learned.indices {
      for index in learned[hook].indices {
        guard let found = next.next(), let gradient = found else { continue }
        try options.optimizer.update(
          &learned[hook][index], gradient: gradient, memory: &learnedMemories[hook][index])
      }
      learned[hook] = try hooks[hook].projected(learned[hook])
    }
  }

  /// The model with the weights as they are now.
  func finished() throws -> Model {
    var result = model
    for (node, values) in state.weights.enumerated() {
      for (index, value) in values.enumerated() {
        var parameter = model.nodes[node].parameters[index]
        let place = TrainingState.Place(node: node, index: index)
        (parameter.value, parameter.constraint) = try stored(value, at: place)
        parameter.value = try parameter.value.laidOut(
          like: model.nodes[node].parameters[index].value)
        result.set(parameter, in: node, at: index)
      }
    }
    result.history = history
    return try result.withIntegersOfWeights()
  }

  private func stored(
    _ value: Tensor, at place: TrainingState.Place
  ) throws -> (ParameterValue, (any WeightConstraint)?) {
    for (hook, learned) in zip(hooks, learned) {
      if let stored = try hook.finish(state, at: place, learned) { return stored }
    }
    let constraint = state.constraint(at: place)
    return (try constraint?.finish(value) ?? .dense(value), constraint)
  }
}
