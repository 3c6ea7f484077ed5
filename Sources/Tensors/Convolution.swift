import CKernels
import COneDNN

/// A two-dimensional convolution over images `[n, channels, height, width]` (oneDNN).
///
///     y[n, o, i, j] = bias[o] + Σ x[n, c, i·stride + u − padding, j·stride + v − padding] w[o, c, u, v]
///
/// As everywhere in deep learning the kernel is not mirrored (a cross-correlation). Long ones are
/// done in parts of the batch, with a checkpoint between.
public struct Convolution: Sendable, Hashable {
  /// Positions between two windows, along both axes, at least 1.
  public let stride: Int
  /// Zeros around the image on every side, at least 0.
  public let padding: Int
  /// Elements of input or output in one call, so that oneDNN's own copies stay below 256 MB.
  var partElements = 1 << 26

  /// - Throws: `TensorError.outsideDomain` when the stride is below 1 or the padding below 0.
  public init(stride: Int = 1, padding: Int = 0) throws {
    try checkWindow(stride: stride, padding: padding)
    self.stride = stride
    self.padding = padding
  }

  /// The shape `[n, out, height, width]` of the result.
  ///
  /// - Parameters:
  ///   - input: `[n, in, height, width]`.
  ///   - weights: `[out, in, kernel height, kernel width]`.
  /// - Throws: `TensorError.wrongRank`, `.shapesDiffer` (channels), `.windowTooLarge`.
  public func outputShape(_ input: Shape, _ weights: Shape) throws -> Shape {
    let sizes = try sizes(input, weights)
    return [sizes.batch, sizes.outChannels, sizes.outHeight, sizes.outWidth]
  }

  /// - Parameters:
  ///   - input: `[n, in, height, width]`.
  ///   - weights: `[out, in, kernel height, kernel width]`.
  ///   - bias: `[out]`, or none.
  /// - Returns: `[n, out, height, width]`.
  public func forward(_ input: Tensor, weights: Tensor, bias: Tensor? = nil) throws -> Tensor {
    let sizes = try sizes(input.shape, weights.shape)
    if let bias, bias.shape != [sizes.outChannels] {
      throw TensorError.shapesDiffer("conv2d", bias.shape, [sizes.outChannels])
    }
    return try Tensor(unsafeUninitialized: outputShape(input.shape, weights.shape)) { target in
      guard let output = target.baseAddress, !target.isEmpty else { return }
      try inParts(sizes) { part, inputOffset, outputOffset in
        espalier_convolution_forward(
          &part, input.pointer + inputOffset, weights.pointer, bias?.pointer,
          output + outputOffset)
      }
    }
  }

  /// The gradient with respect to the input.
  ///
  /// - Parameters:
  ///   - gradient: of the result, `[n, out, height, width]`.
  ///   - inputShape: `[n, in, height, width]`.
  /// - Returns: of the shape of the input.
  public func inputGradient(_ gradient: Tensor, weights: Tensor, inputShape: Shape) throws -> Tensor
  {
    let sizes = try checked(gradient, inputShape, weights.shape)
    return try Tensor(unsafeUninitialized: inputShape) { target in
      guard let input = target.baseAddress, !target.isEmpty else { return }
      try inParts(sizes) { part, inputOffset, outputOffset in
        espalier_convolution_backward_input(
          &part, input + inputOffset, weights.pointer, gradient.pointer + outputOffset)
      }
    }
  }

  /// The gradients with respect to weights and bias, summed over the batch.
  ///
  /// - Parameters:
  ///   - gradient: of the result, `[n, out, height, width]`.
  ///   - input: `[n, in, height, width]`.
  ///   - weightShape: `[out, in, kernel height, kernel width]`.
  public func weightGradients(_ gradient: Tensor, input: Tensor, weightShape: Shape) throws
    -> (weights: Tensor, bias: Tensor)
  {
    let sizes = try checked(gradient, input.shape, weightShape)
    var sum: (weights: Tensor, bias: Tensor)?
    try inParts(sizes) { part, inputOffset, outputOffset in
      let weights = try Storage(weightShape)
      let bias = try Storage([sizes.outChannels])
      let status = espalier_convolution_backward_weights(
        &part, input.pointer + inputOffset, weights.base, bias.base,
        gradient.pointer + outputOffset)
      let made = (Tensor(weightShape, weights), Tensor([sizes.outChannels], bias))
      if let before = sum {
        sum = (
          try Tensor.apply(.add, before.weights, made.0),
          try Tensor.apply(.add, before.bias, made.1)
        )
      } else {
        sum = made
      }
      return status
    }
    return try sum ?? (Tensor.zeros(weightShape), Tensor.zeros([sizes.outChannels]))
  }

  private func checked(_ gradient: Tensor, _ input: Shape, _ weights: Shape) throws
    -> EspalierConvolution
  {
    let expected = try outputShape(input, weights)
    guard gradient.shape == expected else {
      throw TensorError.shapesDiffer("conv2d", gradient.shape, expected)
    }
    return try sizes(input, weights)
  }

  private func sizes(_ input: Shape, _ weights: Shape) throws -> EspalierConvolution {
    guard input.rank == 4 else {
      throw TensorError.wrongRank("conv2d", wanted: "images [n, channels, height, width]", input)
    }
    guard weights.rank == 4 else {
      throw TensorError.wrongRank("conv2d", wanted: "weights [out, in, height, width]", weights)
    }
    guard input[1] == weights[1] else { throw TensorError.shapesDiffer("conv2d", input, weights) }
    guard input[1] > 0, weights[0] > 0 else {
      throw TensorError.outsideDomain("the number of channels", 0, allowed: "1 or more")
    }
    return EspalierConvolution(
      batch: input[0], inChannels: input[1], height: input[2], width: input[3],
      outChannels: weights[0], kernelHeight: weights[2], kernelWidth: weights[3],
      strideHeight: stride, strideWidth: stride, padHeight: padding, padWidth: padding,
      outHeight: try windows("conv2d", input[2], weights[2], stride, padding),
      outWidth: try windows("conv2d", input[3], weights[3], stride, padding))
  }

  /// Multiply-adds of one call: below 100 ms.
  private static let partWork = 2_000_000_000

  private func inParts(
    _ sizes: EspalierConvolution,
    _ body: (inout EspalierConvolution, _ inputOffset: Int, _ outputOffset: Int) throws -> Int32
  ) throws {
    let inputImage = sizes.inChannels * sizes.height * sizes.width
    let outputImage = sizes.outChannels * sizes.outHeight * sizes.outWidth
    let work = outputImage * sizes.inChannels * sizes.kernelHeight * sizes.kernelWidth
    guard sizes.batch > 0, inputImage > 0, work > 0 else { return }
    let count = max(
      1,
      min(
        sizes.batch, Self.partWork / work, partElements / max(inputImage, outputImage)))
    for start in Swift.stride(from: 0, to: sizes.batch, by: count) {
      var part = sizes
      part.batch = min(count, sizes.batch - start)
      try Work.current.charge(part.batch * work)
      try ran("convolution", body(&part, start * inputImage, start * outputImage))
    }
  }
}

/// How many windows fit along one axis: ⌊(length + 2·padding − window) / stride⌋ + 1.
///
/// - Throws: `TensorError.windowTooLarge` when none does.
func windows(_ operation: String, _ length: Int, _ window: Int, _ stride: Int, _ padding: Int)
  throws
  -> Int
{
  let (around, overflow) = length.addingReportingOverflow(2 * padding)
  guard !overflow, window >= 1, around >= window else {
    throw TensorError.windowTooLarge(operation, window: [window], input: [length + 2 * padding])
  }
  return (around - window) / stride + 1
}

/// - Throws: `TensorError.outsideDomain` when the stride is below 1 or the padding below 0.
func checkWindow(_ window: Int = 1, stride: Int, padding: Int) throws {
  // More than any axis can have, and small enough that sums of these never overflow.
  let most = 1 << 30
  guard 1...most ~= window else {
    throw TensorError.outsideDomain("the window", Double(window), allowed: "1 or more")
  }
  guard 1...most ~= stride else {
    throw TensorError.outsideDomain("`stride:`", Double(stride), allowed: "1 or more")
  }
  guard 0...most ~= padding else {
    throw TensorError.outsideDomain("`padding:`", Double(padding), allowed: "0 or more")
  }
}

extension Convolution {
  /// The windows of images as rows of a matrix: `[n · places, channels · kernel²]`.
  ///
  /// - Parameters:
  ///   - x: `[n, channels, height, width]`.
  ///   - filling: what stands outside the images.
  public func columns(_ x: Tensor, kernel: Int, filling: Float) throws -> Tensor {
    var sizes = try kernelSizes(x.shape, outputs: 1, kernel: kernel)
    let places = sizes.outHeight * sizes.outWidth
    let inputs = x.shape[1] * kernel * kernel
    let image = x.shape[1] * x.shape[2] * x.shape[3]
    let turned = try Tensor(unsafeUninitialized: [x.shape[0], inputs, places]) { target in
      guard let out = target.baseAddress, target.count > 0 else { return }
      for index in 0..<x.shape[0] {
        try Work.current.charge(inputs * places)
        espalier_windows_floats(
          &sizes, x.pointer + index * image, filling, out + index * inputs * places)
      }
    }
    return try turned.transposed([0, 2, 1]).reshaped([x.shape[0] * places, inputs])
  }
}
