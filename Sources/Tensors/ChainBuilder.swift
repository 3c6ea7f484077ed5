import CKernels

/// What a layer of a chain computes.
public enum ChainStep: Sendable {
  /// Weights `[out, in, kernel, kernel]` and bias `[out]`.
  case convolution(Convolution, weights: Tensor, bias: Tensor)
  /// Weights `[out, in]` and bias `[out]`.
  case linear(weights: Tensor, bias: Tensor)
  case relu
  case maximum(MaxPooling)
  case mean(AveragePooling)
  case flatten
  /// The layer hands on what it gets.
  case nothing
}

/// Takes layers into a chain, one after the other, as long as its kernels know them.
public struct ChainBuilder {
  private let inputShape: Shape
  /// Of what comes out so far, one example.
  private var shape: Shape
  private var images: [EspalierImageStep] = []
  private var rows: [EspalierRowStep] = []
  private var held: [Floats] = []
  private var units = 0
  /// Whether `flatten` has come, or the input is flat.
  private var isFlat: Bool

  /// Most weights that are laid out a second time.
  public static let mostWeights = 1 << 22
  /// Most numbers of an image between two layers, with its margin.
  private static let mostNumbers = 0x1p24

  /// - Parameter input: the shape of one example.
  public init(_ input: Shape) {
    inputShape = input
    shape = input
    isFlat = input.rank == 1
  }

  /// Whether there is anything that is faster together than layer by layer.
  public var isWorthwhile: Bool { !held.isEmpty }

  public func chain() -> LayerChain {
    LayerChain(images, rows, holding: held, from: inputShape, to: shape, units: units)
  }

  /// - Returns: whether the step was taken; if not, the chain is what it was.
  public mutating func append(_ step: ChainStep) throws -> Bool {
    switch step {
    case .nothing: return true
    case .flatten: return flatten()
    case .relu: return relu()
    case .maximum(let pooling):
      let isPlain = pooling.padding == 0
      return isPlain && pool(pooling.window, pooling.stride, ESPALIER_POOL_MAX)
    case .mean(let pooling):
      let isPlain = pooling.padding == 0
      return isPlain && pool(pooling.window, pooling.stride, ESPALIER_POOL_MEAN)
    case .linear(let weights, let bias): return try linear(weights, bias)
    case .convolution(let convolution, let weights, let bias):
      return try convolve(convolution, weights, bias)
    }
  }

  private mutating func flatten() -> Bool {
    isFlat = true
    shape = [shape.count]
    return true
  }

  private mutating func relu() -> Bool {
    if let last = rows.indices.last {
      rows[last].relu = 1
    } else if let last = images.indices.last {
      if images[last].pool == Int32(ESPALIER_POOL_NONE) {
        images[last].relu = 1
      } else {
        images[last].reluAfter = 1
      }
    } else {
      return false
    }
    units += 2 * shape.count
    return true
  }

  private mutating func linear(_ weights: Tensor, _ bias: Tensor) throws -> Bool {
    guard isFlat, weights.shape.rank == 2, weights.shape[1] == shape.count,
      bias.count == weights.shape[0], 1...Self.mostWeights ~= weights.count
    else { return false }
    // Rows that images leave lie in blocks of channels.
    let places = rows.isEmpty ? images.last.map { $0.outHeight * $0.outWidth } ?? 0 : 0
    let (outputs, inputs) = (weights.shape[0], weights.shape[1])
    let packed = try held(espalier_pack_rows(weights.pointer, outputs, inputs, places, nil)) {
      _ = espalier_pack_rows(weights.pointer, outputs, inputs, places, $0)
    }
    rows.append(
      EspalierRowStep(
        inputs: packed.count / ((outputs + 15) / 16 * 16), outputs: outputs, relu: 0,
        weights: packed.base, bias: try heldBias(bias)))
    shape = [outputs]
    units += outputs * inputs + 3 * outputs
    return true
  }

  private mutating func convolve(
    _ convolution: Convolution, _ weights: Tensor, _ bias: Tensor
  ) throws -> Bool {
    guard !isFlat, rows.isEmpty, let input = frame(margin: convolution.padding),
      weights.shape.rank == 4, weights.shape[2] == weights.shape[3],
      weights.shape[1] == input.channels, bias.count == weights.shape[0],
      1...Self.mostWeights ~= weights.count
    else { return false }
    let (outputs, kernel) = (weights.shape[0], weights.shape[2])
    let isPlanar: Int32 = images.isEmpty ? espalier_inference_is_planar(input.channels) : 0
    let stretches =
      isPlanar == 1 ? input.channels * kernel : (input.channels + 15) / 16 * kernel * kernel
    guard stretches <= ESPALIER_MOST_SEGMENTS,
      let height = try? windows("", input.height, kernel, convolution.stride, convolution.padding),
      let width = try? windows("", input.width, kernel, convolution.stride, convolution.padding),
      Double(outputs) * Double(height) * Double(width) <= Self.mostNumbers
    else { return false }
    var step = EspalierImageStep()
    (step.channels, step.height, step.width) = (input.channels, input.height, input.width)
    step.outChannels = outputs
    (step.kernel, step.stride, step.padding) = (kernel, convolution.stride, convolution.padding)
    (step.convolvedHeight, step.convolvedWidth) = (height, width)
    (step.outHeight, step.outWidth) = (height, width)
    let (from, channels) = (weights.pointer, input.channels)
    step.weights = UnsafePointer(
      try held(espalier_pack_convolution(from, outputs, channels, kernel, isPlanar, nil)) {
        _ = espalier_pack_convolution(from, outputs, channels, kernel, isPlanar, $0)
      }.base)
    step.bias = try heldBias(bias)
    let isThreeByThree = kernel == 3 && convolution.stride == 1
    if isPlanar == 0, isThreeByThree, TransformedFilters.pay(outputs, channels) {
      step.transformed = UnsafePointer(
        try held(espalier_transform_convolution(from, outputs, channels, nil)) {
          _ = espalier_transform_convolution(from, outputs, channels, $0)
        }.base)
    }
    images.append(step)
    shape = [outputs, height, width]
    units += shape.count * (channels * kernel * kernel + 1)
    return true
  }

  private mutating func pool(_ window: Int, _ stride: Int, _ kind: some BinaryInteger) -> Bool {
    guard !isFlat, rows.isEmpty, let input = frame(margin: 0),
      let height = try? windows("", input.height, window, stride, 0),
      let width = try? windows("", input.width, window, stride, 0)
    else { return false }
    if images.last.map({ !joins($0, window, stride) }) ?? true {
      var step = EspalierImageStep()
      (step.channels, step.height, step.width) = (input.channels, input.height, input.width)
      step.outChannels = input.channels
      (step.convolvedHeight, step.convolvedWidth) = (input.height, input.width)
      images.append(step)
    }
    let last = images.count - 1
    images[last].pool = Int32(kind)
    (images[last].window, images[last].windowStride) = (window, stride)
    (images[last].outHeight, images[last].outWidth) = (height, width)
    shape = [input.channels, height, width]
    units += shape.count * (window * window + 1)
    return true
  }

  /// Whether windows are taken of a convolution's rows as soon as these are there: not where they
  /// overlap, or where they end in the midst of transformed tiles.
  private func joins(_ step: EspalierImageStep, _ window: Int, _ stride: Int) -> Bool {
    guard step.kernel > 0, step.pool == 0, stride >= window else { return false }
    return step.transformed == nil || (stride == window && window % 2 == 0)
  }

  /// What comes out so far as an image, unless it is none or too large with its margin.
  private func frame(margin: Int) -> (channels: Int, height: Int, width: Int)? {
    guard shape.rank == 3, shape.count > 0, margin <= 64 else { return nil }
    let height = Double(shape[1] + 2 * margin)
    let width = Double(shape[2] + 2 * margin)
    guard Double(shape[0] + 15) * height * width <= Self.mostNumbers else { return nil }
    return (shape[0], shape[1], shape[2])
  }

  private mutating func held(
    _ count: Int, _ write: (UnsafeMutablePointer<Float>) -> Void
  ) throws -> (base: UnsafeMutablePointer<Float>, count: Int) {
    let floats = try Floats(count)
    write(floats.base)
    held.append(floats)
    return (floats.base, count)
  }

  /// The bias, filled up with zeros to a multiple of 16.
  private mutating func heldBias(_ bias: Tensor) throws -> UnsafePointer<Float> {
    UnsafePointer(
      try held((bias.count + 15) / 16 * 16) { target in
        target.update(repeating: 0, count: (bias.count + 15) / 16 * 16)
        bias.withScalars { from in
          for index in from.indices { target[index] = from[index] }
        }
      }.base)
  }
}

/// When filters of 3×3 are multiplied with transformed tiles.
enum TransformedFilters {
  /// Tiles are transformed once for all channels out, and their sums once for all channels in.
  static func pay(_ outputs: Int, _ channels: Int) -> Bool {
    16...1024 ~= channels && outputs >= 16
  }
}
