import Autograd
import Encodings
import Tensors

/// What flows from layer to layer: numbers, or codes on a grid.
enum Flow: Sendable {
  case values(Tensor)
  case codes(Codes)

  /// As numbers, decoded when necessary.
  var tensor: Tensor {
    get throws {
      switch self {
      case .values(let tensor): tensor
      case .codes(let codes): try codes.values
      }
    }
  }
}

extension Model {
  /// The results for a batch with the kernels that fit how each layer's weights are stored.
  ///
  /// - Parameter last: the index of the last node to run; the model's own when left out.
  func infer(_ batch: Tensor, last: Int? = nil) throws -> Tensor {
    guard last == nil, let run = byteRun else { return try flow(batch, last: last).tensor }
    if run.last == nodes.count - 1 { return try run.values(batch) }
    let begun = [Flow?](repeating: nil, count: run.last) + [.codes(try run.codes(batch))]
    return try flow(batch, after: begun).tensor
  }

  /// The same before it is decoded.
  ///
  /// - Parameters:
  ///   - begun: what the first nodes handed on, as far as others read it.
  ///   - observing: sees what each node hands on; then each is computed by itself.
  func flow(
    _ batch: Tensor, last: Int? = nil, after begun: [Flow?] = [],
    observing: ((Int, Flow) throws -> Void)? = nil
  ) throws -> Flow {
    let last = last ?? nodes.count - 1
    let chains = observing == nil ? try chained(upTo: last, rows: batch.shape[0]) : []
    if let chain = chains.first, chain.places == 1...last, nodes[1].inputs == [0] {
      return .values(try chain.chain(batch))
    }
    let lastUse = lastUses(upTo: last)
    var results = begun + [Flow?](repeating: nil, count: last + 1 - begun.count)
    var (place, next) = (begun.count, 0)
    while place <= last {
      let node = nodes[place]
      let inputs = place == 0 ? [.values(batch)] : node.inputs.compactMap { results[$0] }
      for used in node.inputs where lastUse[used] == place { results[used] = nil }
      if next < chains.count, chains[next].places.lowerBound == place {
        place = chains[next].places.upperBound
        results[place] = .values(try chains[next].chain(inputs[0].tensor))
        next += 1
      } else {
        let output = try step(node, inputs)
        try observing?(place, output)
        results[place] = output
      }
      place += 1
    }
    return results[last] ?? .values(batch)
  }

  private func step(_ node: Node, _ inputs: [Flow]) throws -> Flow {
    guard let step = node.integers else { return .values(try floats(node, inputs)) }
    switch step.activations {
    case .dynamic(let format):
      guard let input = inputs.first, let kernel = node.integerKernel(input: nil) else {
        return .values(try floats(node, inputs))
      }
      return .values(
        try kernel.dynamic(input.tensor, format, isSimulated: step.isSimulated))
    case .fixed(let grid):
      let codes = inputs.compactMap { if case .codes(let codes) = $0 { codes } else { nil } }
      guard codes.count == inputs.count, !codes.isEmpty else {
        return .codes(
          try Codes(floats(node, inputs), on: grid, isSimulated: step.isSimulated))
      }
      let run = IntegerRun(
        grid: grid, isSimulated: step.isSimulated, parameters: node.parameters,
        kernel: node.integerKernel(input: codes[0].grid))
      return .codes(try node.layer.integers(codes, run))
    }
  }

  private func floats(_ node: Node, _ inputs: [Flow]) throws -> Tensor {
    let values = try inputs.map { try $0.tensor }
    if values.count == 1, let kernel = node.storedKernel(rows: values[0].shape[0]) {
      return try kernel(values[0], node)
    }
    let parameters = try node.floats.map { Variable($0) }
    return try node.layer.forward(
      values.map { Variable($0) }, parameters, Pass(isTraining: false)
    ).value
  }
}

extension Model.Node {
  var weight: ModelParameter? { parameters.first(where: \.isWeight) }
  var bias: Tensor? {
    get throws { try parameters.first { $0.role == .bias }?.tensor }
  }

  /// The layer's product in integers for inputs on a grid, or each on its own; `nil` when weights
  /// are not such that integers can be summed.
  func integerKernel(input: ActivationGrid?) -> IntegerKernel? {
    identity.kernels.integers(input) { try preparedIntegers(input: input) }
  }

  /// - Throws: `IntegerError` saying why there is none.
  func preparedIntegers(input: ActivationGrid?) throws -> IntegerKernel? {
    guard let weight, let product = try layer.product, let integers else { return nil }
    return try IntegerKernel(
      product, weight.value, bias: bias, codes: integers.bias, input: input,
      isSimulated: integers.isSimulated, layer: name)
  }
}
