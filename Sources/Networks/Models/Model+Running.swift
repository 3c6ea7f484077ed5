import Autograd
import Tensors

extension Model {
  /// The results for a batch, as inference computes them.
  ///
  /// - Parameter input: `[batch, …inputShape]`, or one example in `inputShape`.
  /// - Returns: `[batch, …outputShape]`; for one example, `outputShape`.
  /// - Throws: `LayerError.wrongData`, and what kernels throw (`Cancelled`, limits).
  public func predict(_ input: Tensor) throws -> Tensor {
    if input.shape == inputShape {
      let batch = try input.reshaped(Shape([1] + input.shape.dimensions))
      return try predict(batch).reshaped(outputShape)
    }
    try expect(input)
    let count = input.shape[0]
    let piece = inferenceBatch
    if count <= piece { return try infer(input) }
    var parts: [Tensor] = []
    for start in stride(from: 0, to: count, by: piece) {
      parts.append(try infer(input.rows(start..<min(start + piece, count))))
    }
    return try .concatenated(parts, axis: 0)
  }

  /// - Throws: `LayerError.wrongData` unless these are examples that this model takes.
  func expect(_ examples: Tensor) throws {
    let shape = Shape(Array(examples.shape.dimensions.dropFirst()))
    guard examples.shape.rank > 0, shape == inputShape else {
      throw LayerError.wrongData(
        examples.shape.rank > 1 ? shape : examples.shape, wants: inputShape)
    }
  }

  /// Examples that inference takes at a time, so that activations stay below 64 MiB.
  var inferenceBatch: Int {
    let largest = nodes.reduce(1) { max($0, $1.outputShape.count) }
    return max(1, min(256, (1 << 24) / largest))
  }

  /// The result for one batch with the given parameters.
  ///
  /// - Parameters:
  ///   - parameters: by node, then in the node's order.
  ///   - last: the index of the last node to run; the model's own when left out.
  ///   - statistics: receives what norms learn of the batch, by node.
  ///   - replacing: what a node hands on in place of its result.
  ///   - observing: sees each node's inputs and output.
  func run(
    _ input: Variable, _ parameters: [[Variable]], _ pass: Pass, last: Int? = nil,
    statistics: (Int, [Int: Tensor]) -> Void = { _, _ in },
    replacing: (Int, Variable) throws -> Variable = { $1 },
    observing: (Int, [Variable], Variable) throws -> Void = { _, _, _ in }
  ) throws -> Variable {
    let last = last ?? nodes.count - 1
    let lastUse = lastUses(upTo: last)
    var results: [Variable?] = []
    for place in 0...last {
      let node = nodes[place]
      let inputs = place == 0 ? [input] : node.inputs.compactMap { results[$0] }
      for used in node.inputs where lastUse[used] == place { results[used] = nil }
      let output = try replacing(place, node.layer.forward(inputs, parameters[place], pass))
      try observing(place, inputs, output)
      results.append(output)
      if !pass.statistics.isEmpty {
        statistics(place, pass.statistics)
        pass.statistics = [:]
      }
    }
    return results[last] ?? input
  }

  /// By node, the last node that reads it; its result can go once that has run.
  func lastUses(upTo last: Int) -> [Int] {
    var uses = Array(0...last)
    for place in 0...last {
      for input in nodes[place].inputs { uses[input] = place }
    }
    uses[last] = last + 1
    return uses
  }
}

extension Tensor {
  /// Consecutive entries of the first axis.
  func rows(_ range: Range<Int>) throws -> Tensor {
    let width = count / max(1, shape[0])
    let shape = shape.replacing(axis: 0, with: range.count)
    return try Tensor(unsafeUninitialized: shape) { target in
      withScalars { source in
        _ = target.update(
          fromContentsOf: source[range.lowerBound * width..<range.upperBound * width])
      }
    }
  }

  /// Entries of the first axis in the order given.
  public func rows(_ indices: ArraySlice<Int>) throws -> Tensor {
    let width = count / max(1, shape[0])
    let shape = shape.replacing(axis: 0, with: indices.count)
    return try Tensor(unsafeUninitialized: shape) { target in
      guard var out = target.baseAddress else { return }
      withScalars { source in
        guard let base = source.baseAddress else { return }
        for index in indices {
          out.update(from: base + index * width, count: width)
          out += width
        }
      }
    }
  }
}
