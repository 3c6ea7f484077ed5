import Encodings
import Foundation
import Tensors
import Testing

@testable import Networks

/// Integer products give the codes that ONNX Runtime gives, bit for bit.
///
/// The numbers are those of `Fixtures/integer_operators.py`, made with ONNX Runtime 1.31.
@Suite struct IntegerConformanceTests {
  struct Fixture: Decodable {
    struct Linear: Decodable {
      var rows: Int, inputs: Int, outputs: Int
      var x: [UInt8], weights: [Int32]
      var scaleX: Float, scalesW: [Float], scaleY: Float
      var zeroX: Int32, zeroY: Int32
      var y: [UInt8]
    }
    struct Windows: Decodable {
      var shape: [Int]
      var outputs: Int, kernel: Int, stride: Int, padding: Int
      var x: [UInt8], weights: [Int32], bias: [Int32]
      var scaleX: Float, scalesW: [Float], scaleY: Float
      var zeroX: Int32, zeroY: Int32
      var y: [UInt8]
    }
    struct Dynamic: Decodable {
      var x: [Float], y: [UInt8]
      var scale: Float
      var zero: Int32
    }
    struct Sums: Decodable {
      var rows: Int, inputs: Int, outputs: Int
      var x: [UInt8], weights: [Int8]
      var zeroX: Int32
      var y: [Int32]
    }
    var linear: [Linear], windows: [Windows], dynamic: [Dynamic], sums: [Sums]
  }

  private static let fixture = Result {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/integer_operators.json")
    return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: file))
  }
  private let bytes = Result { try IntegerFormat(bits: 8, isSigned: false) }

  private func grid(_ scale: Float, _ zero: Int32) throws -> ActivationGrid {
    try ActivationGrid(bytes.get(), scale: scale, zeroPoint: zero)
  }

  private func weights(_ shape: Shape, _ codes: [Int32], _ scales: [Float]) throws
    -> ParameterValue
  {
    let perOutput = scales.count > 1
    return .encoded(
      try EncodedTensor(
        shape,
        grid: Grid(
          format: .int8, rule: .given, scales: scales,
          zeroPoints: [Int32](repeating: 0, count: scales.count),
          partition: perOutput ? .axis(0) : .tensor, codes: codes)))
  }

  @Test func linearProductsAreThoseOfQLinearMatMul() throws {
    for entry in try Self.fixture.get().linear {
      let input = try grid(entry.scaleX, entry.zeroX)
      for isSimulated in [false, true] {
        let kernel = try IntegerKernel(
          .rows,
          weights([entry.outputs, entry.inputs], entry.weights, entry.scalesW), bias: nil,
          codes: nil, input: input, isSimulated: isSimulated, layer: "linear1")
        let x =
          isSimulated
          ? Codes.Storage.floats(
            try Tensor([entry.rows, entry.inputs], entry.x.map { Float($0) }))
          : .bytes(try ByteTensor([entry.rows, entry.inputs], entry.x))
        let y = try kernel(Codes(input, x), onto: grid(entry.scaleY, entry.zeroY))
        #expect(y.codes == entry.y.map { Int32($0) })
      }
    }
  }

  @Test func windowsAreThoseOfQLinearConv() throws {
    for entry in try Self.fixture.get().windows {
      let input = try grid(entry.scaleX, entry.zeroX)
      let shape = Shape(entry.shape)
      for isSimulated in [false, true] {
        let kernel = try IntegerKernel(
          .windows(
            Convolution(stride: entry.stride, padding: entry.padding), kernel: entry.kernel),
          weights(
            [entry.outputs, shape[1], entry.kernel, entry.kernel], entry.weights, entry.scalesW),
          bias: nil, codes: entry.bias, input: input, isSimulated: isSimulated, layer: "conv1")
        let x =
          isSimulated
          ? Codes.Storage.floats(try Tensor(shape, entry.x.map { Float($0) }))
          : .bytes(try ByteTensor(shape, entry.x))
        let y = try kernel(Codes(input, x), onto: grid(entry.scaleY, entry.zeroY))
        #expect(y.codes == entry.y.map { Int32($0) })
      }
    }
  }

  @Test func sumsAreThoseOfMatMulInteger() throws {
    for entry in try Self.fixture.get().sums {
      let weights = ByteWeights(entry.weights, outputs: entry.outputs, inputs: entry.inputs)
      let sums = try weights.linearSums(
        ByteTensor([entry.rows, entry.inputs], entry.x),
        Rescaling(rowZeros: [Int32](repeating: entry.zeroX, count: entry.rows)))
      #expect(sums == entry.y)
    }
  }

  @Test func dynamicGridsAreThoseOfDynamicQuantizeLinear() throws {
    for entry in try Self.fixture.get().dynamic {
      let x = try Tensor([1, entry.x.count], entry.x)
      let grid = try ActivationGrid.of(x, bytes.get())
      #expect(grid.scale == entry.scale && grid.zeroPoint == entry.zero, "\(entry.x.prefix(4))")
      #expect(
        try Codes(x, on: grid, isSimulated: false).codes == entry.y.map { Int32($0) },
        "\(entry.x.prefix(4))")
    }
  }
}
