import Foundation
import TestSupport
import Testing

@testable import Tensors

/// exp, log, tanh and the logistic function against the C library's doubles, rounded once.
@Suite struct FunctionAccuracyTests {
  private func worst(
    _ operation: UnaryOperation, _ inputs: [Float], _ exact: (Double) -> Double
  ) throws -> (floats: Int, at: Float) {
    let results = try Tensor(inputs).mapped(operation)
    var worst = (floats: 0, at: Float(0))
    for (index, x) in inputs.enumerated() {
      let distance = floatsBetween(results[index], Float(exact(Double(x))))
      if distance > worst.floats { worst = (distance, x) }
    }
    return worst
  }

  /// Every 65,537th bit pattern: all exponents, both signs, subnormals, infinities and NaNs.
  private let everywhere: [Float] = stride(from: UInt32(0), to: .max - 65_537, by: 65_537).map {
    Float(bitPattern: $0)
  }
  private let ordinary: [Float] = (0..<40_000).map { Float($0) / 1000 - 20 }

  @Test func exponentialIsWithinOneFloat() throws {
    #expect(try worst(.exponential, everywhere + ordinary, exp).floats <= 1)
  }

  @Test func logarithmIsWithinOneFloat() throws {
    #expect(try worst(.logarithm, everywhere + ordinary, log).floats <= 1)
  }

  @Test func tanhIsWithinOneFloat() throws {
    #expect(try worst(.tanh, everywhere + ordinary, tanh).floats <= 1)
  }

  @Test func sigmoidIsWithinOneFloat() throws {
    #expect(try worst(.sigmoid, everywhere + ordinary) { 1 / (1 + exp(-$0)) }.floats <= 1)
  }

  @Test func powerIsTheRoundedDoubleResult() throws {
    let bases: [Float] = [2, -2, 0, 9, -8, .infinity]
    let result = try Tensor.apply(.power, Tensor(bases), Tensor([10, 3, 0, 0.5, 1.5, -1]))
    #expect(Array(result.scalars[..<4]) == [1024, -8, 1, 3])
    #expect(result[4].isNaN)
    #expect(result[5] == 0)
  }
}
