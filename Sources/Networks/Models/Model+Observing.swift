import Autograd
import Tensors

extension Model {
  /// Shows every layer's inputs and output for some examples, batch by batch, as inference
  /// computes them.
  ///
  /// Nothing is kept between batches, so memory is that of one batch; running statistics are read
  /// and never moved, and dropout drops nothing. The last batch takes what is left.
  ///
  /// - Parameters:
  ///   - images: `[n, …inputShape]`.
  ///   - batch: examples at a time, from 1; as many as inference takes when left out.
  ///   - body: called for each layer in the order of `nodes`, with the node's index, its inputs and
  ///     its output, each `[batch, …shape]`.
  /// - Throws: `LayerError.wrongData`, what `body` throws, `Cancelled`, `LimitError`.
  public func observe(
    _ images: Tensor, batch: Int? = nil,
    _ body: (_ node: Int, _ inputs: [Tensor], _ output: Tensor) throws -> Void
  ) throws {
    try expect(images)
    let values = try nodes.map { try $0.parameters.map { Variable(try $0.tensor) } }
    let count = images.shape[0]
    let piece = max(1, batch ?? inferenceBatch)
    for start in stride(from: 0, to: count, by: piece) {
      try Work.current.checkpoint()
      let input = Variable(try images.rows(start..<min(start + piece, count)))
      _ = try run(
        input, values, Pass(isTraining: false),
        observing: { place, inputs, output in
          try body(place, inputs.map(\.value), output.value)
        })
    }
  }
}

extension Model {
  /// Shows what each layer's weights are multiplied with, as rows, as inference computes them.
  ///
  ///     one row an example for a linear layer, one row a window for a convolution
  ///
  /// - Parameters:
  ///   - images: `[n, …inputShape]`.
  ///   - paths: the weights asked about (`conv1.weight`).
  ///   - body: called with the path and some rows `[rows, weights / out]`, at most about a million
  ///     numbers at a time, in the order of the examples.
  /// - Throws: `LayerError.wrongData`, what `body` throws, `Cancelled`, `LimitError`.
  public func observeWeightInputs(
    _ images: Tensor, of paths: Set<String>, _ body: (_ path: String, _ rows: Tensor) throws -> Void
  ) throws {
    let wanted = weights.filter { paths.contains($0.path) }
    try observe(images) { place, inputs, _ in
      for entry in wanted where entry.node == place {
        let input = inputs[0]
        let shape = entry.parameter.shape
        // Each output position of an example is a row.
        let positions = nodes[place].outputShape.count / max(1, shape[0])
        let width = shape.count / max(1, shape[0])
        let piece = max(1, (1 << 20) / max(1, positions * width))
        for start in stride(from: 0, to: input.shape[0], by: piece) {
          try Work.current.checkpoint()
          let part = try input.rows(start..<min(start + piece, input.shape[0]))
          if let rows = try nodes[place].layer.weightInputs(part) { try body(entry.path, rows) }
        }
      }
    }
  }

  /// The node whose output is the unit's activation: behind the norms and activation functions
  /// that follow, and nothing else reads what is between.
  ///
  /// - Parameter place: the index of a node.
  public func activationNode(of place: Int) -> Int {
    var end = place
    while true {
      let readers = nodes.indices.filter { nodes[$0].inputs.contains(end) }
      guard readers.count == 1, nodes[readers[0]].layer.keepsUnits else { return end }
      end = readers[0]
    }
  }
}
