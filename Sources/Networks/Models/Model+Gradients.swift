import Autograd
import Tensors

extension Model {
  /// The gradients of one batch.
  public struct BatchGradients: Sendable {
    /// The mean loss of the batch.
    public let loss: Double
    /// How many examples the batch had.
    public let count: Int
    /// By path (`conv1.weight`), the gradient of the mean loss, in the parameter's shape.
    public let gradients: [String: Tensor]
  }

  /// The mean loss over some examples and its gradient by every trainable parameter.
  ///
  ///     g = ∂L/∂θ = Σ_b (n_b / n) · ∂L_b/∂θ        L_b the mean loss of batch b
  ///
  /// The network is as in inference: norms use their running statistics and never move them, and
  /// dropout drops nothing. Encoded weights take part with the values that they decode to. Batches
  /// are summed in float64 in their order. A parameter that the loss does not depend on has zeros.
  ///
  /// - Parameters:
  ///   - images: `[n, …inputShape]`.
  ///   - labels: `[n]` class numbers.
  ///   - loss: cross-entropy takes logits, so a final softmax layer is left out for it.
  ///   - batch: examples at a time, from 1; memory is that of one batch.
  /// - Returns: the loss, and gradients by path (`conv1.weight`).
  /// - Throws: `LayerError.wrongData`, `TrainingError`, `Cancelled`, `LimitError`.
  public func gradients(
    _ images: Tensor, _ labels: Tensor, loss: any Loss, batch: Int = 64
  ) throws -> (loss: Double, gradients: [String: Tensor]) {
    var total = 0.0
    var sums: [String: [Double]] = [:]
    for entry in parameters where entry.parameter.isTrainable {
      sums[entry.path] = Array(repeating: 0, count: entry.parameter.shape.count)
    }
    try forEachGradient(images, labels, loss: loss, batch: batch) { part in
      let weight = Double(part.count) / Double(images.shape[0])
      total += part.loss * weight
      for (path, gradient) in part.gradients {
        // Taken out and put back, so that it is changed in place.
        guard var sum = sums.removeValue(forKey: path) else { continue }
        gradient.withScalars { scalars in
          for index in scalars.indices { sum[index] += weight * Double(scalars[index]) }
        }
        sums[path] = sum
      }
    }
    var gradients: [String: Tensor] = [:]
    for entry in parameters {
      guard let sum = sums[entry.path] else { continue }
      gradients[entry.path] = try Tensor(entry.parameter.shape, sum.map { Float($0) })
    }
    return (total, gradients)
  }

  /// The gradients of one batch after another, as `gradients` takes them together.
  ///
  /// - Parameters:
  ///   - images: `[n, …inputShape]`.
  ///   - labels: `[n]` class numbers.
  ///   - batch: examples at a time, from 1: 1 gives each example's own gradient.
  ///   - paths: the parameters wanted; every trainable one when left out.
  ///   - body: called once a batch, in the order of the examples.
  /// - Throws: `LayerError.wrongData`, `TrainingError`, what `body` throws, `Cancelled`.
  public func forEachGradient(
    _ images: Tensor, _ labels: Tensor, loss: any Loss, batch: Int = 64,
    of paths: Set<String>? = nil, _ body: (BatchGradients) throws -> Void
  ) throws {
    try expect(images)
    let piece = max(1, batch)
    let values = try nodes.map { try $0.parameters.map { try $0.tensor } }
    for start in stride(from: 0, to: images.shape[0], by: piece) {
      try Work.current.checkpoint()
      let range = start..<min(start + piece, images.shape[0])
      let answers = try labels.rows(range)
      let (value, gradients) = try gradients(
        at: images.rows(range), values, of: paths, last: lastNode(before: loss)
      ) { try loss.value($0, answers) }
      try body(
        BatchGradients(
          loss: Double(value.count > 0 ? value[0] : 0), count: range.count, gradients: gradients))
    }
  }

  /// A number that an objective makes of the outputs, and its gradients, at parameters of the
  /// caller's choice.
  ///
  /// - Parameters:
  ///   - input: one batch, `[n, …inputShape]`.
  ///   - values: by node, then in the node's order, each in its parameter's shape.
  ///   - paths: the parameters wanted; every trainable one when `nil`.
  ///   - last: the node whose output the objective gets; the last one when left out.
  ///   - objective: the output as one variable; a result of several numbers counts as their sum.
  /// - Returns: the objective, and its gradients by path, zeros where it does not depend on one.
  /// - Throws: `LayerError.wrongData`, what the objective and kernels throw.
  public func gradients(
    at input: Tensor, _ values: [[Tensor]], of paths: Set<String>? = nil, last: Int? = nil,
    _ objective: (Variable) throws -> Variable
  ) throws -> (value: Tensor, gradients: [String: Tensor]) {
    try expect(input)
    let tape = Tape()
    var wanted: [(path: String, variable: Variable)] = []
    let variables = nodes.enumerated().map { place, node in
      node.parameters.enumerated().map { index, parameter in
        let path = "\(node.name).\(parameter.name)"
        let value = values[place][index]
        guard parameter.isTrainable, paths?.contains(path) ?? true else { return Variable(value) }
        let variable = tape.variable(value)
        wanted.append((path, variable))
        return variable
      }
    }
    let result = try objective(
      run(Variable(input), variables, Pass(isTraining: false), last: last))
    let found = try tape.gradients(of: result, for: wanted.map(\.variable))
    var gradients: [String: Tensor] = [:]
    for (entry, gradient) in zip(wanted, found) {
      gradients[entry.path] = try gradient ?? Tensor.zeros(entry.variable.shape)
    }
    return (result.value, gradients)
  }
}
