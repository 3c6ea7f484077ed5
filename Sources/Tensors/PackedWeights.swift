import CKernels
import COneDNN

/// Weights as 4- or 8-bit codes of a table of levels, multiplied without being stored wide.
///
///     w[o, k] = scale · (level[code] − zero)         float32, the decoded weight
///     y[o]    = Σ over k, in order, of x[k] · w[o, k], plus bias[o]
///
/// Few rows are multiplied with weights decoded in registers. Many rows, and the places of images,
/// share the decoding of some outputs at a time, which oneDNN then reads from the cache.
public struct PackedWeights: Sendable {
  public let outputs: Int
  public let inputs: Int
  /// Rows from which on a decoded panel is worth its while.
  public static let manyRows = 16

  /// Outputs that are decoded at a time, at least for many rows and just so many for places.
  private static let panel = 64

  private let bits: Int
  private let group: Int
  private let codes: [UInt8]
  private let levels: [Float]
  private let scales: [Float]
  private let zeros: [Float]

  /// - Parameters:
  ///   - codes: `[outputs × inputs]`, each a place in `levels`; below 16 when there are 16 levels.
  ///   - levels: up to 256; empty when a code is its own level, an 8-bit number with a sign.
  ///   - scales: one in all, one an output, or one a group of each output, output by output.
  ///   - zeros: one in all or one an output, or none.
  ///   - group: inputs that share a scale.
  public init(
    codes: [UInt8], outputs: Int, inputs: Int, levels: [Float], scales: [Float],
    zeros: [Float] = [], group: Int? = nil
  ) {
    self.outputs = outputs
    self.inputs = inputs
    let blocks = (outputs + 15) / 16
    bits = !levels.isEmpty && levels.count <= 16 ? 4 : 8
    let hasZeros = zeros.contains { $0 != 0 }
    // One scale in all: the table can hold the values themselves.
    let isDecoded = !levels.isEmpty && scales.count == 1 && zeros.count <= 1
    var table = levels + [Float](repeating: 0, count: levels.isEmpty ? 0 : 256 - levels.count)
    if isDecoded { table = table.map { scales[0] * ($0 - (zeros.first ?? 0)) } }
    self.levels = table
    let width = max(1, min(group ?? inputs, max(1, inputs)))
    self.group = width
    let groups = (inputs + width - 1) / width
    var blockScales: [Float] = []
    if !isDecoded {
      blockScales = [Float](repeating: 0, count: blocks * groups * 16)
      for output in 0..<outputs {
        for part in 0..<groups {
          let place =
            scales.count == 1 ? 0 : scales.count == outputs ? output : output * groups + part
          blockScales[(output / 16 * groups + part) * 16 + output % 16] = scales[place]
        }
      }
    }
    self.scales = blockScales
    self.zeros =
      hasZeros && !isDecoded
      ? (0..<blocks * 16).map { $0 < outputs ? zeros[zeros.count == 1 ? 0 : $0] : 0 } : []
    let steps = bits == 4 ? (inputs + 1) / 2 : inputs
    var packed = [UInt8](repeating: 0, count: blocks * steps * 16)
    for output in 0..<outputs {
      let lane = output / 16 * steps * 16 + output % 16
      for input in 0..<inputs {
        let code = codes[output * inputs + input]
        if bits == 4 {
          packed[lane + input / 2 * 16] |= (code & 15) << UInt8(input % 2 * 4)
        } else {
          packed[lane + input * 16] = code
        }
      }
    }
    self.codes = packed
  }

  /// The bytes that a product reads of the weights.
  public var bytes: Int { codes.count + (scales.count + zeros.count + levels.count) * 4 }

  private func withKernel(
    _ bias: Tensor, _ body: (inout EspalierPackedWeights) throws -> Void
  ) rethrows {
    let padded = bias.scalars + [Float](repeating: 0, count: (outputs + 15) / 16 * 16 - outputs)
    try codes.withUnsafeBufferPointer { codes in
      try levels.withUnsafeBufferPointer { levels in
        try scales.withUnsafeBufferPointer { scales in
          try zeros.withUnsafeBufferPointer { zeros in
            try padded.withUnsafeBufferPointer { bias in
              var weights = EspalierPackedWeights(
                outputs: outputs, inner: inputs, group: group, bits: Int32(bits),
                codes: codes.baseAddress, levels: levels.isEmpty ? nil : levels.baseAddress,
                scales: scales.isEmpty ? nil : scales.baseAddress,
                zeros: zeros.isEmpty ? nil : zeros.baseAddress, bias: bias.baseAddress)
              try body(&weights)
            }
          }
        }
      }
    }
  }

  /// x Wᵀ + b.
  ///
  /// - Parameters:
  ///   - x: `[rows, inputs]`.
  ///   - bias: `[outputs]`.
  /// - Returns: `[rows, outputs]`.
  public func linear(_ x: Tensor, bias: Tensor) throws -> Tensor {
    guard x.shape.rank == 2, x.shape[1] == inputs, bias.count == outputs else {
      throw TensorError.cannotMultiply(x.shape, [inputs, outputs])
    }
    let rows = x.shape[0]
    if rows >= Self.manyRows { return try panels(x, bias) }
    try Work.current.charge(rows * inputs * outputs)
    return try Tensor(unsafeUninitialized: [rows, outputs]) { target in
      guard target.count > 0 else { return }
      guard inputs > 0 else { return target.update(repeating: 0) }
      withKernel(bias) { espalier_packed_linear(&$0, x.pointer, rows, target.baseAddress) }
    }
  }

  /// The same for many rows: panels of outputs are decoded, multiplied, forgotten.
  private func panels(_ x: Tensor, _ bias: Tensor) throws -> Tensor {
    let rows = x.shape[0]
    let width = panelWidth
    let product = try Tensor(unsafeUninitialized: [rows, outputs]) { target in
      guard let out = target.baseAddress, target.count > 0, inputs > 0 else {
        return target.update(repeating: 0)
      }
      let panel = try Storage([inputs, width])
      try withKernel(bias) { weights in
        for first in stride(from: 0, to: outputs, by: width) {
          let count = min(width, outputs - first)
          espalier_packed_decode_columns(&weights, first, count, panel.base)
          try Work.current.charge(rows * inputs * count)
          try ran(
            "sgemm",
            espalier_sgemm(
              0, 0, rows, count, inputs, x.pointer, inputs, panel.base, (count + 15) / 16 * 16, 0,
              out + first, outputs))
        }
      }
    }
    return try product.addingBias(bias)
  }

  /// Outputs decoded at a time for many rows: a panel of at most 2 MB, which the caches hold.
  private var panelWidth: Int {
    let fitting = (1 << 19) / max(1, inputs) / 16 * 16
    return min((outputs + 15) / 16 * 16, max(Self.panel, fitting))
  }

  /// The windows of images `[n, channels, height, width]` times the weights, plus the bias.
  ///
  /// 64 outputs at a time are decoded, used at every place of every image, and forgotten.
  ///
  /// - Returns: `[n, outputs, height, width]`.
  public func windows(
    _ x: Tensor, _ windows: Convolution, kernel: Int, bias: Tensor
  ) throws -> Tensor {
    guard x.shape.rank == 4, x.shape[1] * kernel * kernel == inputs, bias.count == outputs else {
      throw TensorError.shapesDiffer("conv2d", x.shape, [outputs, inputs])
    }
    func part(_ first: Int, _ count: Int) throws -> Tensor {
      let weights = try Tensor(
        unsafeUninitialized: [count, x.shape[1], kernel, kernel]
      ) { target in
        withKernel(bias) { espalier_packed_decode(&$0, first, count, target.baseAddress) }
      }
      return try windows.forward(
        x, weights: weights, bias: Tensor(Array(bias.scalars[first..<first + count])))
    }
    if outputs <= Self.panel { return try part(0, outputs) }
    let parts = try stride(from: 0, to: outputs, by: Self.panel).map {
      try part($0, min(Self.panel, outputs - $0))
    }
    return try .concatenated(parts, axis: 1)
  }
}

extension Convolution {
  /// Image by image: the windows as columns `[inputs, places]`, and `[outputs, places]` out of them.
  func overColumns(
    _ x: Tensor, outputs: Int, kernel: Int,
    _ body: (UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>) throws -> Void
  ) throws -> Tensor {
    var sizes = try kernelSizes(x.shape, outputs: outputs, kernel: kernel)
    let places = sizes.outHeight * sizes.outWidth
    let inputs = x.shape[1] * kernel * kernel
    let image = x.shape[1] * x.shape[2] * x.shape[3]
    let columns = try Storage([inputs, places])
    return try Tensor(
      unsafeUninitialized: [x.shape[0], outputs, sizes.outHeight, sizes.outWidth]
    ) { target in
      guard let out = target.baseAddress, target.count > 0 else { return }
      for index in 0..<x.shape[0] {
        try Work.current.charge(inputs * places * outputs)
        espalier_windows_floats(&sizes, x.pointer + index * image, 0, columns.base)
        try body(columns.base, places, out + index * outputs * places)
      }
    }
  }
}
