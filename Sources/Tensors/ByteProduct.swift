import CKernels

/// What becomes of exact int32 sums Σ x·w over the inputs of each output.
///
///     acc   = Σ x w + offset − rowZero · Σ w − weightZero · (Σ x − inputs · rowZero)      int32
///     code  = clamp(rne(float(acc) · multiplier) + zero, 0, highest)                      a byte
///     value = float(acc) · (rowScale · multiplier) + bias                                 float32
///
/// int32 → float32 and every float operation round to nearest, ties to even.
public struct Rescaling: Sendable {
  /// One an output; with a fixed zero point of the inputs it holds − zero · Σ w too.
  public var offsets: [Int32]
  /// One a row or image, when each has its own zero point.
  public var rowZeros: [Int32]
  /// One a row or image: the scale of its codes.
  public var rowScales: [Float]
  /// One an output.
  public var multipliers: [Float]
  /// One an output, added to values.
  public var bias: [Float]
  /// The code of 0 of the result.
  public var zero: Int32
  /// The largest code of the result.
  public var highest: Int32

  public init(
    offsets: [Int32] = [], rowZeros: [Int32] = [], rowScales: [Float] = [],
    multipliers: [Float] = [], bias: [Float] = [], zero: Int32 = 0, highest: Int32 = 255
  ) {
    self.offsets = offsets
    self.rowZeros = rowZeros
    self.rowScales = rowScales
    self.multipliers = multipliers
    self.bias = bias
    self.zero = zero
    self.highest = highest
  }

  enum Kind: Int32 {
    case codes, values, sums
  }

  /// Lends the kernel's form of this.
  func withKernel<Result>(
    kind: Kind, weights: ByteWeights? = nil, _ body: (inout EspalierRescale) -> Result
  ) -> Result {
    offsets.orNull { offsets in
      rowZeros.orNull { rowZeros in
        rowScales.orNull { rowScales in
          multipliers.orNull { multipliers in
            bias.orNull { bias in
              (weights?.zeroPoints ?? []).orNull { weightZeros in
                (rowZeros == nil ? [] : weights?.sums ?? []).orNull { weightSums in
                  var rescale = EspalierRescale(
                    offset: offsets, weightSums: weightSums, weightZero: weightZeros,
                    rowZero: rowZeros, multiplier: multipliers, bias: bias, rowScale: rowScales,
                    zero: zero, lowest: 0, highest: highest, kind: kind.rawValue)
                  return body(&rescale)
                }
              }
            }
          }
        }
      }
    }
  }
}

extension Array {
  /// Lends the elements, or nothing when there are none.
  fileprivate func orNull<Result>(_ body: (UnsafePointer<Element>?) -> Result) -> Result {
    isEmpty ? body(nil) : withUnsafeBufferPointer { body($0.baseAddress) }
  }
}

/// Weights as signed bytes, laid out once for many products with unsigned bytes.
public struct ByteWeights: Sendable {
  public let outputs: Int
  public let inputs: Int
  /// The code of 0 of each output; empty when all are 0.
  public let zeroPoints: [Int32]
  /// Σ w of each output.
  public let sums: [Int32]
  private let packed: [Int8]
  private let isForWindows: Bool
  /// The share of the groups of four neighbouring inputs that are not all 0.
  public let groupShare: Double
  /// These groups by themselves, where they are few.
  private let sparse: SparseBytes?

  /// - Parameters:
  ///   - codes: `[outputs × inputs]`, row-major.
  ///   - zeroPoints: one an output.
  ///   - isForWindows: laid out for convolutions instead of linear products.
  ///   - sparseUpTo: the share of groups up to which a product can skip zeros.
  public init(
    _ codes: [Int8], outputs: Int, inputs: Int, zeroPoints: [Int32] = [],
    isForWindows: Bool = false, sparseUpTo: Double = 0.5
  ) {
    self.outputs = outputs
    self.inputs = inputs
    self.zeroPoints = zeroPoints.allSatisfy { $0 == 0 } ? [] : zeroPoints
    self.isForWindows = isForWindows
    groupShare = Self.groupShare(of: codes, outputs: outputs, inputs: inputs)
    sparse =
      groupShare <= sparseUpTo ? SparseBytes(codes, outputs: outputs, inputs: inputs) : nil
    sums = Self.sums(of: codes, outputs: outputs, inputs: inputs)
    if isForWindows {
      let width = (inputs + 3) / 4 * 4
      var rows = [Int8](repeating: 0, count: outputs * width)
      for output in 0..<outputs {
        for input in 0..<inputs { rows[output * width + input] = codes[output * inputs + input] }
      }
      packed = rows
    } else {
      packed = [Int8](
        unsafeUninitializedCapacity: espalier_int8_packed_bytes(outputs, inputs)
      ) { target, count in
        count = target.count
        espalier_int8_pack(codes, outputs, inputs, target.baseAddress)
      }
    }
  }

  /// Σ w of each output of `[outputs × inputs]`.
  public static func sums(of codes: [Int8], outputs: Int, inputs: Int) -> [Int32] {
    (0..<outputs).map { output in
      codes[output * inputs..<(output + 1) * inputs].reduce(0) { $0 + Int32($1) }
    }
  }

  /// The share of the groups of four neighbouring inputs that are not all 0.
  public static func groupShare(of codes: [Int8], outputs: Int, inputs: Int) -> Double {
    SparseBytes.share(of: codes, outputs: outputs, inputs: inputs)
  }

  /// The bytes that all its products read of the weights.
  public var bytes: Int { packed.count + (sparse?.bytes ?? 0) }

  /// Codes of every row of `x` `[rows, inputs]`: `[rows, outputs]`.
  ///
  /// - Parameter skipsZeros: reads only the groups that are not all 0, where they were laid out; the
  ///   sums are the same.
  public func linearCodes(
    _ x: ByteTensor, _ rescaling: Rescaling, skipsZeros: Bool = false
  ) throws -> ByteTensor {
    let rows = try rows(of: x)
    return try ByteTensor(unsafeUninitialized: [rows, outputs]) { target in
      try linear(x, rescaling, .codes, skipsZeros, target.baseAddress)
    }
  }

  /// Values of every row of `x` `[rows, inputs]`: `[rows, outputs]`.
  public func linearValues(
    _ x: ByteTensor, _ rescaling: Rescaling, skipsZeros: Bool = false
  ) throws -> Tensor {
    let rows = try rows(of: x)
    return try Tensor(unsafeUninitialized: [rows, outputs]) { target in
      try linear(x, rescaling, .values, skipsZeros, target.baseAddress)
    }
  }

  /// The int32 sums themselves, `[rows · outputs]`.
  public func linearSums(
    _ x: ByteTensor, _ rescaling: Rescaling, skipsZeros: Bool = false
  ) throws -> [Int32] {
    let count = try rows(of: x) * outputs
    return try [Int32](unsafeUninitializedCapacity: count) { target, written in
      try linear(x, rescaling, .sums, skipsZeros, target.baseAddress)
      written = count
    }
  }

  private func rows(of x: ByteTensor) throws -> Int {
    guard x.shape.rank == 2, x.shape[1] == inputs, !isForWindows else {
      throw TensorError.cannotMultiply(x.shape, [inputs, outputs])
    }
    return x.shape[0]
  }

  private func linear(
    _ x: ByteTensor, _ rescaling: Rescaling, _ kind: Rescaling.Kind, _ skipsZeros: Bool,
    _ out: UnsafeMutableRawPointer?
  ) throws {
    guard x.count > 0, outputs > 0 else { return }
    let sparse = skipsZeros ? sparse : nil
    try Work.current.charge(x.shape[0] * (sparse.map { $0.count * 4 } ?? inputs * outputs))
    let failed = rescaling.withKernel(kind: kind, weights: self) { rescale -> Int32 in
      guard let sparse else {
        espalier_int8_linear(x.pointer, x.shape[0], packed, outputs, inputs, &rescale, out)
        return 0
      }
      return sparse.withKernel {
        espalier_int8_sparse_linear(
          x.pointer, x.shape[0], $0, outputs, inputs, &rescale, out)
      }
    }
    try expectMemory(failed, bytes: x.count)
  }

  private func expectMemory(_ failed: Int32, bytes: Int) throws {
    guard failed != 0 else { return }
    let memory = Work.current.memory
    throw LimitError.tooLarge(bytes: bytes, live: memory.live, limit: memory.limit)
  }

  /// Codes of the windows of images: `[n, outputs, height, width]`.
  ///
  /// - Parameters:
  ///   - x: `[n, channels, height, width]`.
  ///   - zeros: the code of 0 that pads, one in all or one an image.
  ///   - skipsZeros: reads only the groups that are not all 0; the sums are the same.
  public func windowCodes(
    _ x: ByteTensor, _ windows: Convolution, kernel: Int, zeros: [Int32], _ rescaling: Rescaling,
    skipsZeros: Bool = false
  ) throws -> ByteTensor {
    var sizes = try self.sizes(x.shape, windows, kernel)
    return try ByteTensor(unsafeUninitialized: outputShape(sizes)) { target in
      try run(&sizes, x, zeros, rescaling, .codes, skipsZeros, target.baseAddress)
    }
  }

  /// Values of the windows of images: `[n, outputs, height, width]`.
  public func windowValues(
    _ x: ByteTensor, _ windows: Convolution, kernel: Int, zeros: [Int32], _ rescaling: Rescaling,
    skipsZeros: Bool = false
  ) throws -> Tensor {
    var sizes = try self.sizes(x.shape, windows, kernel)
    return try Tensor(unsafeUninitialized: outputShape(sizes)) { target in
      try run(&sizes, x, zeros, rescaling, .values, skipsZeros, target.baseAddress)
    }
  }

  private func outputShape(_ sizes: EspalierWindows) -> Shape {
    [sizes.batch, sizes.outputs, sizes.outHeight, sizes.outWidth]
  }

  private func sizes(_ x: Shape, _ windows: Convolution, _ kernel: Int) throws -> EspalierWindows {
    guard isForWindows, x.rank == 4, kernel > 0, x[1] * kernel * kernel == inputs else {
      throw TensorError.shapesDiffer("conv2d", x, [outputs, inputs])
    }
    return try windows.kernelSizes(x, outputs: outputs, kernel: kernel)
  }

  private func run(
    _ sizes: inout EspalierWindows, _ x: ByteTensor, _ zeros: [Int32], _ rescaling: Rescaling,
    _ kind: Rescaling.Kind, _ skipsZeros: Bool, _ out: UnsafeMutableRawPointer?
  ) throws {
    let places = sizes.outHeight * sizes.outWidth
    let sparse = skipsZeros ? sparse : nil
    try Work.current.charge(
      sizes.batch * places * (sparse.map { $0.count * 4 } ?? outputs * inputs))
    guard x.count > 0, outputs > 0, !zeros.isEmpty else { return }
    let step: Int32 = zeros.count == sizes.batch && zeros.count > 1 ? 1 : 0
    let failed = rescaling.withKernel(kind: kind, weights: self) { rescale in
      guard let sparse else {
        return espalier_int8_convolution(&sizes, x.pointer, zeros, step, packed, nil, &rescale, out)
      }
      return sparse.withKernel {
        espalier_int8_convolution(&sizes, x.pointer, zeros, step, packed, $0, &rescale, out)
      }
    }
    try expectMemory(failed, bytes: places * inputs)
  }
}

extension Convolution {
  /// The sizes of square windows over images `[n, channels, height, width]`.
  ///
  /// - Throws: `TensorError.windowTooLarge`.
  func kernelSizes(_ x: Shape, outputs: Int, kernel: Int) throws -> EspalierWindows {
    EspalierWindows(
      batch: x[0], channels: x[1], height: x[2], width: x[3], outputs: outputs,
      kernelHeight: kernel, kernelWidth: kernel, stride: stride, padding: padding,
      outHeight: try windows("conv2d", x[2], kernel, stride, padding),
      outWidth: try windows("conv2d", x[3], kernel, stride, padding))
  }
}

extension Kernels {
  /// The instructions that products of bytes use: `AVX-512 VNNI`, `AVX-512`, `AVX2`, `scalar`.
  public static var byteInstructions: String {
    switch espalier_kernels_integer_isa() {
    case 3: "AVX-512 VNNI"
    case 2: "AVX-512"
    case 1: "AVX2"
    default: "scalar"
    }
  }

  /// Whether one instruction multiplies and adds four pairs of bytes (VNNI).
  public static var hasByteProducts: Bool { espalier_kernels_integer_isa() == 3 }

  /// The instructions that other kernels of ours use.
  public static var floatInstructions: String {
    switch espalier_kernels_isa() {
    case 2: "AVX-512"
    case 1: "AVX2"
    default: "scalar"
    }
  }
}
