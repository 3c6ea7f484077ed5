import CKernels
import TestSupport
import Testing

@testable import Tensors

/// Kernels compiled for the baseline, AVX2 and AVX-512 give the same bits.
@Suite(.serialized, .ownKernels) struct InstructionSetTests {
  private func bits(_ isa: Int32, _ body: () throws -> Tensor) rethrows -> [UInt32] {
    espalier_kernels_cap(isa)
    defer { espalier_kernels_cap(3) }
    return try body().scalars.map(\.bitPattern)
  }

  @Test(arguments: UnaryOperation.allCases)
  func unaryOperationsAgree(_ operation: UnaryOperation) throws {
    let x = try Tensor.apply(.multiply, normalTensor([10_007], seed: 5), 6)
    let baseline = try bits(0) { try x.mapped(operation) }
    #expect(try bits(1) { try x.mapped(operation) } == baseline)
    #expect(try bits(2) { try x.mapped(operation) } == baseline)
  }

  @Test func sumsAndOptimizerStepsAgree() throws {
    let x = try normalTensor([100, 333], seed: 6)
    let g = try normalTensor([100, 333], seed: 7)
    let kernels: [() throws -> Tensor] = [
      { try x.reduced(.sum) }, { try x.reduced(.variance, axis: 1) },
      { try x.reduced(.sum, axis: 0) },
      { try x.softmax(axis: 1) },
      { try x.steppedAdam(g, moments: nil, step: 1, rate: 0.01).weights },
      { try x.steppedSGD(g, velocity: nil, rate: 0.1).weights },
      { try AveragePooling(window: 4, stride: 4).forward(x.reshaped([1, 1, 100, 333])) },
      { try x.steppedSGD(g, velocity: g, rate: 0.1, momentum: 0.9, decay: 0.01).weights },
    ]
    for kernel in kernels {
      let baseline = try bits(0, kernel)
      #expect(try bits(1, kernel) == baseline)
      #expect(try bits(2, kernel) == baseline)
    }
  }
}
