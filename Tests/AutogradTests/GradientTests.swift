import Tensors
import TestSupport
import Testing

@testable import Autograd

@Suite struct GradientTests {
  /// With L = Σ r z for fixed r, compares ∂L/∂x with (L(x + h) − L(x − h)) / 2h.
  ///
  /// The error of the difference is about h²/6 · L‴ + 2⁻²⁴ |L| / h, below 1e-3 with h = 1/128.
  @Test(arguments: Primitive.Kind.allCases)
  func everyRowAgreesWithCentralDifferences(_ kind: Primitive.Kind) throws {
    let checks = try kind.checks()
    #expect(!checks.isEmpty)
    for check in checks {
      #expect(check.primitive.kind == kind)
      let weights = try resultWeights(check)
      let tape = Tape()
      let variables = check.inputs.map(tape.variable)
      let result = try Variable.apply(check.primitive, variables)
      let gradients = try tape.gradients(of: result, for: variables, seed: weights)
      for (input, gradient) in gradients.enumerated() {
        let gradient = try #require(gradient)
        #expect(gradient.shape == check.inputs[input].shape)
        let expected = try differences(check, input, weights)
        #expect(
          isClose(gradient.scalars, expected, absolute: 2e-3, relative: 4e-3),
          "\(kind), input \(input): \(gradient.scalars) and \(expected)")
      }
    }
  }

  private func resultWeights(_ check: GradientCheck) throws -> Tensor {
    let shape = try Variable.apply(check.primitive, check.inputs.map { Variable($0) }).shape
    return try uniformTensor(shape, 0.5, 1.5, seed: 77)
  }

  private func differences(
    _ check: GradientCheck, _ input: Int, _ weights: Tensor
  ) throws -> [Float] {
    let h: Float = 1 / 128
    return try check.inputs[input].scalars.indices.map { index in
      let ends = try [h, -h].map { step in
        var inputs = check.inputs
        var scalars = inputs[input].scalars
        scalars[index] += step
        inputs[input] = try Tensor(inputs[input].shape, scalars)
        let value = try Variable.apply(check.primitive, inputs.map { Variable($0) }).value
        return zip(value.scalars, weights.scalars).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      }
      return Float((ends[0] - ends[1]) / Double(2 * h))
    }
  }

  @Test func gradientsOfAVariableUsedTwiceAddUp() throws {
    // z = x · x + x, dz/dx = 2x + 1
    let tape = Tape()
    let x = tape.variable(try Tensor([3, -1]))
    let z = try Variable.apply(.add, [.apply(.multiply, [x, x]), x])
    #expect(try tape.gradients(of: z, for: [x])[0]?.scalars == [7, -1])
  }

  @Test func constantsWantNoGradient() throws {
    let tape = Tape()
    let x = tape.variable(try Tensor([3]))
    let unused = tape.variable(try Tensor([5]))
    let z = try Variable.apply(.multiply, [x, Variable(try Tensor([2]))])
    let gradients = try tape.gradients(of: z, for: [x, unused])
    #expect(gradients[0]?.scalars == [2])
    #expect(gradients[1] == nil)
  }

  @Test func operationsAmongConstantsLeaveNoTrace() throws {
    let x = Variable(try Tensor([3]))
    #expect(try Variable.apply(.square, [x]).tape == nil)
  }

  @Test func straightThroughRoundsForwardsAndDoesNothingBackwards() throws {
    let rounding = CustomGradient.straightThrough("round") { try $0.mapped(.roundHalfToEven) }
    let tape = Tape()
    let x = tape.variable(try Tensor([0.4, 2.5, -1.6]))
    let z = try Variable.apply(.custom(rounding), [x])
    #expect(z.value.scalars == [0, 2, -2])
    let seed = try Tensor([1, 2, 3])
    #expect(try tape.gradients(of: z, for: [x], seed: seed)[0] == seed)
  }

  @Test func theGradientOfAnIntermediateResultCanBeAskedFor() throws {
    // z = (2x)², at x = 3: dz/d(2x) = 12, dz/dx = 24
    let tape = Tape()
    let x = tape.variable(try Tensor([3]))
    let y = try Variable.apply(.add, [x, x])
    let z = try Variable.apply(.square, [y])
    let gradients = try tape.gradients(of: z, for: [y, x])
    #expect(gradients.map { $0?.scalars } == [[12], [24]])
  }
}
