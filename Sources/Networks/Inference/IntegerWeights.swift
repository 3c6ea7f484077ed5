import Encodings
import Tensors

/// A layer's weights as codes that int32 sums can be made of: one scale an output at most.
struct IntegerWeights: Sendable {
  /// `[outputs × inputs]`, as the grid has them.
  private var codes: CodeArray
  /// What a code is moved down by, so that it lies in −128…127.
  private var shift: Int32
  /// The code of 0, one an output.
  var zeros: [Int32]
  /// One an output.
  var scales: [Float]
  var outputs: Int
  var inputs: Int

  /// - Throws: `IntegerError.weights` when the weights are no integers of at most 8 bits, or share
  ///   scales in another way than by tensor or output.
  init(_ value: ParameterValue, layer: String) throws {
    guard case .encoded(let tensor) = value, let grid = tensor.grid else {
      throw IntegerError.weights(layer, .floats)
    }
    guard let format = grid.format.integers, format.bits <= 8 else {
      throw IntegerError.weights(layer, .format(grid.format.description))
    }
    let outputs = tensor.shape.dimensions.first ?? 1
    let inputs = tensor.count / max(1, outputs)
    let perOutput: Bool
    switch grid.partition {
    case .tensor: perOutput = false
    case .axis(0): perOutput = true
    case .axis(let axis): throw IntegerError.weights(layer, .axis(axis))
    case .groups(let size):
      guard size >= inputs else { throw IntegerError.weights(layer, .groups(size)) }
      perOutput = true
    }
    func each<Number>(_ numbers: [Number], else standIn: Number) -> [Number] {
      (0..<outputs).map { numbers.isEmpty ? standIn : numbers[perOutput ? $0 : 0] }
    }
    // An unsigned byte is moved down by half its range; so is its zero point.
    shift = format.isSigned ? 0 : 1 << Int32(format.bits - 1)
    self.outputs = outputs
    self.inputs = inputs
    codes = grid.codes
    scales = each(grid.scales, else: 1)
    let shift = shift
    zeros = each(grid.zeroPoints, else: 0).map { $0 - shift }
  }

  /// `[outputs × inputs]`, each in −128…127.
  var bytes: [Int8] { codes.map { Int8(clamping: $0 - shift) } }

  /// Writes the codes of some inputs less their zero point.
  func copyDistances(
    _ output: Int, _ range: Range<Int>, to target: UnsafeMutablePointer<Float>
  ) {
    let zero = zeros[output] + shift
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: range.count) { buffer in
      guard let base = buffer.baseAddress else { return }
      codes.copy(output * inputs + range.lowerBound..<output * inputs + range.upperBound, to: base)
      for place in 0..<range.count { target[place] = Float(base[place] - zero) }
    }
  }

  /// Bias codes rne(b / (s_x · s_w)), in double, kept within int32.
  func biasCodes(_ bias: Tensor?, inputScale: Float) -> [Int32] {
    (0..<outputs).map { output in
      guard let bias, output < bias.count else { return 0 }
      let unit = Double(inputScale) * Double(scales[output])
      let code = (Double(bias[output]) / unit).rounded(.toNearestOrEven)
      return code.isNaN ? 0 : Int32(max(Double(Int32.min), min(Double(Int32.max), code)))
    }
  }

  /// Checks that no sum of any inputs can leave int32.
  ///
  /// - Throws: `IntegerError.sumTooLarge`.
  func checkSums(_ bias: [Int32], inputZero: Int32, layer: String) throws {
    var row = [Int32](repeating: 0, count: inputs)
    for output in 0..<outputs {
      row.withUnsafeMutableBufferPointer { row in
        guard let base = row.baseAddress else { return }
        codes.copy(output * inputs..<(output + 1) * inputs, to: base)
      }
      var absolute = 0
      var sum = 0
      for code in row {
        absolute += abs(Int(code - shift))
        sum += Int(code - shift)
      }
      // Each term of the sum by itself, so that no order of adding passes the bound.
      let zero = abs(Int(zeros[output]))
      let reach =
        255 * absolute + Int(inputZero) * abs(sum) + zero * inputs * (255 + Int(inputZero))
        + (output < bias.count ? abs(Int(bias[output])) : 0)
      guard reach <= Int(Int32.max) else {
        throw IntegerError.sumTooLarge(layer, output: output, inputs: inputs, reach: reach)
      }
    }
  }
}
