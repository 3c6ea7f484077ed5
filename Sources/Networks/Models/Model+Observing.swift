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
    let values = nodes.map { $0.parameters.map { Variable($0.tensor) } }
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
