import CKernels

/// Where every layer of a network of bytes reads and writes, and what weights it multiplies with.
///
/// Layers are given in order; what can be done on the way is: a largest of 2 × 2 places while the
/// sums of a convolution are still in registers, a relu as the lowest code of the layer before.
struct ByteNetworkPlan {
  private(set) var first: EspalierCodes
  private(set) var layers: [EspalierByteLayer] = []
  /// By layer, what it multiplies with; empty for pooling.
  private(set) var packed: [[Int8]] = []
  private(set) var offsets: [[Int32]] = []
  private(set) var multipliers: [[Float]] = []
  /// The code of 0 of what the last layer gives.
  private var zero: Int32
  /// Multiply-adds and elements of one image.
  private(set) var units: Int

  /// - Parameter shape: channels, height and width, or a row of numbers.
  init?(_ shape: Shape, zero: Int32) {
    guard shape.rank == 1 || shape.rank == 3, shape.count > 0 else { return nil }
    first = EspalierCodes()
    first.channels = shape[0]
    first.height = shape.rank == 3 ? shape[1] : 1
    first.width = shape.rank == 3 ? shape[2] : 1
    // Images of one channel stay bytes side by side; all others are made whole fours a place.
    first.pixel = shape[0] == 1 ? 1 : fours(shape[0]) * 4
    self.zero = zero
    units = shape.count
  }

  private var last: EspalierCodes { layers.last?.to ?? first }

  /// - Returns: whether the layer fits; the plan is as it was when it does not.
  mutating func append(_ layer: ByteLayer) -> Bool {
    switch layer {
    case .convolution(let product, let windows, let kernel):
      return convolution(product, windows, kernel)
    case .linear(let product): return linear(product)
    case .aboveZero:
      // The lowest code of a layer holds for whatever it does besides.
      if layers.isEmpty { pool(ESPALIER_BYTE_MAXIMUM, window: 1, stride: 1) }
      layers[layers.count - 1].lowest = max(layers[layers.count - 1].lowest, zero)
      return true
    case .maximum(let pooling):
      guard pooling.padding == 0, fits(pooling.window) else { return false }
      if !halved(pooling) {
        pool(ESPALIER_BYTE_MAXIMUM, window: pooling.window, stride: pooling.stride)
      }
      return true
    case .average(let pooling, let offset, let multiplier, let zero, let highest):
      guard pooling.padding == 0, fits(pooling.window), isUsable([multiplier]) else { return false }
      self.zero = zero
      pool(
        ESPALIER_BYTE_AVERAGE, window: pooling.window, stride: pooling.stride, offset: offset,
        multiplier: multiplier, highest: highest)
      return true
    }
  }

  private func fits(_ window: Int) -> Bool {
    window > 0 && window <= min(last.height, last.width) && !isInLine
  }

  /// Whether linear layers have begun, behind which there are no images.
  private var isInLine: Bool { layers.last?.kind == Int32(ESPALIER_BYTE_LINEAR) }

  private mutating func convolution(
    _ product: ByteProduct, _ windows: Convolution, _ kernel: Int
  ) -> Bool {
    let (stride, padding) = (windows.stride, windows.padding)
    let channels = last.channels
    let (height, width) = (last.height + 2 * padding, last.width + 2 * padding)
    guard !isInLine, kernel > 0, kernel <= min(height, width), isUsable(product),
      product.inputs == channels * kernel * kernel
    else { return false }
    pad(padding)
    let pixel = last.pixel
    var layer = EspalierByteLayer()
    layer.kind = Int32(ESPALIER_BYTE_CONVOLUTION)
    layer.from = last
    layer.to.channels = product.outputs
    layer.to.height = (height - kernel) / stride + 1
    layer.to.width = (width - kernel) / stride + 1
    layer.to.pixel = fours(product.outputs) * 4
    layer.rows = kernel
    layer.fours = fours(kernel * pixel)
    layer.stride = stride
    units += product.codes.count * layer.to.height * layer.to.width
    // From channel, row, column to row, column, channel.
    add(layer, product, rows: kernel, run: kernel * pixel) { input in
      let (channel, place) = (input / (kernel * kernel), input % (kernel * kernel))
      return place * pixel + channel
    }
    return true
  }

  private mutating func linear(_ product: ByteProduct) -> Bool {
    let from = last
    let places = from.height * from.width
    guard isUsable(product), product.inputs == from.channels * places else {
      return false
    }
    var layer = EspalierByteLayer()
    layer.kind = Int32(ESPALIER_BYTE_LINEAR)
    layer.from = from
    layer.to.channels = product.outputs
    layer.to.height = 1
    layer.to.width = 1
    layer.to.pixel = fours(product.outputs) * 4
    layer.rows = 1
    layer.fours = fours(places * from.pixel)
    layer.stride = 1
    units += product.codes.count
    add(layer, product, rows: 1, run: places * from.pixel) { input in
      input % places * from.pixel + input / places
    }
    return true
  }

  /// - Parameter target: where an input's weight goes among those of its output.
  private mutating func add(
    _ layer: EspalierByteLayer, _ product: ByteProduct, rows: Int, run: Int, target: (Int) -> Int
  ) {
    let (outputs, inputs, length) = (product.outputs, product.inputs, rows * run)
    var laid = [Int8](repeating: 0, count: outputs * length)
    let targets = (0..<inputs).map(target)
    for output in 0..<outputs {
      for input in 0..<inputs {
        laid[output * length + targets[input]] = product.codes[output * inputs + input]
      }
    }
    var layer = layer
    layer.zero = product.zero
    layer.lowest = 0
    layer.highest = product.highest
    layers.append(layer)
    packed.append(
      [Int8](unsafeUninitializedCapacity: espalier_bytes_packed(outputs, rows, run)) {
        $1 = $0.count
        espalier_bytes_pack(laid, outputs, rows, run, $0.baseAddress)
      })
    let filling = (outputs + 15) / 16 * 16 - outputs
    offsets.append(product.offsets + [Int32](repeating: 0, count: filling))
    multipliers.append(product.multipliers + [Float](repeating: 0, count: filling))
    zero = product.zero
    units += layer.to.channels * layer.to.height * layer.to.width
  }

  private mutating func pool(
    _ kind: Int, window: Int, stride: Int, offset: Int32 = 0,
    multiplier: Float = 1, highest: Int32 = 255
  ) {
    var layer = EspalierByteLayer()
    layer.kind = Int32(kind)
    layer.from = last
    layer.to = last
    layer.to.border = 0
    layer.to.height = (last.height - window) / stride + 1
    layer.to.width = (last.width - window) / stride + 1
    layer.window = window
    layer.stride = stride
    layer.zero = zero
    layer.highest = highest
    layers.append(layer)
    packed.append([])
    offsets.append([offset])
    multipliers.append([multiplier])
    units += layer.to.channels * layer.to.height * layer.to.width * window * window
  }

  /// Whether a maximum could be taken on the way, by the convolution before it.
  private mutating func halved(_ pooling: MaxPooling) -> Bool {
    guard pooling.window == 2, pooling.stride == 2, let layer = layers.last,
      layer.kind == Int32(ESPALIER_BYTE_CONVOLUTION), layer.halves == 0
    else { return false }
    layers[layers.count - 1].halves = 1
    layers[layers.count - 1].to.height /= 2
    layers[layers.count - 1].to.width /= 2
    return true
  }

  /// Gives what the last layer writes a border that the next one reads.
  private mutating func pad(_ border: Int) {
    if layers.isEmpty {
      first.border = border
      first.padding = UInt8(clamping: zero)
    } else {
      layers[layers.count - 1].to.border = border
      layers[layers.count - 1].to.padding = UInt8(clamping: zero)
    }
  }

  private func isUsable(_ product: ByteProduct) -> Bool {
    product.outputs > 0 && product.multipliers.count == product.outputs
      && product.codes.count == product.outputs * product.inputs && isUsable(product.multipliers)
  }

  private func isUsable(_ multipliers: [Float]) -> Bool {
    multipliers.allSatisfy { $0 >= 0 && $0.isFinite }
  }

  // MARK: - Memory

  /// Bytes that linear layers may hold at a time before fewer images are taken together.
  private static let mostOfPiece = 1 << 16

  /// Lays what all layers write one behind the other.
  ///
  /// - Returns: how many images linear layers take at a time, and the bytes of one worker.
  mutating func placed() -> (piece: Int, memory: Int) {
    let firstLinear =
      layers.firstIndex { $0.kind == Int32(ESPALIER_BYTE_LINEAR) } ?? layers.count
    let (count, hasLinear) = (layers.count, firstLinear < layers.count)
    let isKept = { (place: Int) in hasLinear && place + 1 >= firstLinear && place < count }
    var piece = 1
    if hasLinear {
      let longest = layers[firstLinear...].map(\.fours).max() ?? 1
      piece = max(1, min(16, Self.mostOfPiece / (4 * longest)))
      if piece > 8 { piece = piece / 8 * 8 }
    }
    var memory = 0
    func place(_ codes: inout EspalierCodes, kept: Bool) {
      codes.offset = memory
      codes.row = (codes.width + 2 * codes.border) * codes.pixel
      let bytes = fours((codes.height + 2 * codes.border) * codes.row) * 4
      codes.image = kept ? bytes : 0
      // Windows are read in whole fours, past the last byte.
      memory += (bytes * (kept ? piece : 1) + 64 + 63) / 64 * 64
    }
    place(&first, kept: isKept(-1))
    for index in layers.indices {
      layers[index].from = index == 0 ? first : layers[index - 1].to
      place(&layers[index].to, kept: isKept(index))
    }
    return (piece, memory + 64)
  }
}

/// Groups of four.
private func fours(_ count: Int) -> Int { (count + 3) / 4 }
