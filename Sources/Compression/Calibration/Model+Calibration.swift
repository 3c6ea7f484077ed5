import Networks
import Tensors

extension Model {
  /// What flows into one layer with weights, summed up over all examples.
  ///
  /// - Parameters:
  ///   - images: `[n, …inputShape]`.
  ///   - node: a linear or convolutional layer.
  /// - Returns: `nil` for a layer whose inputs are not rows that meet weights.
  /// - Throws: what running the model throws; `LimitError` when the sums do not fit in memory.
  func calibration(of node: Int, on images: Tensor) throws -> LayerCalibration? {
    guard let rows = InputRows(nodes[node]) else { return nil }
    var calibration = try LayerCalibration(columns: rows.columns)
    try observe(images) { place, inputs, _ in
      guard place == node, let input = inputs.first else { return }
      try rows.forEachBlock(of: input) { try calibration.observe($0) }
    }
    return calibration
  }
}

/// How a layer's inputs become rows that its weights meet.
struct InputRows {
  /// The length of a row: the weights of one output.
  let columns: Int
  /// The window of a convolution; `nil` for a linear layer.
  private let convolution: Convolution2D?

  /// `nil` for layers without weights.
  init?(_ node: Model.Node) {
    guard let weight = node.parameters.first(where: { $0.name == "weight" }),
      node.layer is Linear || node.layer is Convolution2D
    else { return nil }
    columns = RowsAndColumns(weight.shape).columns
    convolution = node.layer as? Convolution2D
  }

  /// The rows of a batch, at most about 2²⁰ numbers of them at a time.
  ///
  /// - Parameter input: `[batch, columns]`, or images `[batch, channels, height, width]`.
  func forEachBlock(of input: Tensor, _ body: (Tensor) throws -> Void) throws {
    guard let convolution else { return try body(input) }
    let windows = Windows(input.shape, convolution)
    let examples = max(1, (1 << 20) / max(1, windows.perExample * columns))
    for start in stride(from: 0, to: input.shape[0], by: examples) {
      try body(windows.rows(start..<min(start + examples, input.shape[0]), of: input, columns))
    }
  }
}

/// The windows that a convolution's filters meet, flattened channel by channel.
private struct Windows {
  let channels: Int, height: Int, width: Int
  let kernel: Int, stride: Int, padding: Int
  let outHeight: Int, outWidth: Int

  init(_ shape: Shape, _ layer: Convolution2D) {
    (channels, height, width) = (shape[1], shape[2], shape[3])
    (kernel, stride, padding) = (layer.kernel, layer.stride, layer.padding)
    outHeight = (height + 2 * padding - kernel) / stride + 1
    outWidth = (width + 2 * padding - kernel) / stride + 1
  }

  var perExample: Int { outHeight * outWidth }

  /// `[examples · outHeight · outWidth, channels · kernel²]`, zeros where padding is.
  func rows(_ examples: Range<Int>, of input: Tensor, _ columns: Int) throws -> Tensor {
    try Work.current.charge(examples.count * perExample * columns)
    let shape: Shape = [examples.count * perExample, columns]
    return try Tensor(unsafeUninitialized: shape) { target in
      input.withScalars { source in
        var out = 0
        for example in examples {
          for top in 0..<outHeight {
            for left in 0..<outWidth {
              for channel in 0..<channels {
                let plane = (example * channels + channel) * height
                for y in top * stride - padding..<top * stride - padding + kernel {
                  for x in left * stride - padding..<left * stride - padding + kernel {
                    let isInside = y >= 0 && y < height && x >= 0 && x < width
                    target[out] = isInside ? source[(plane + y) * width + x] : 0
                    out += 1
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
