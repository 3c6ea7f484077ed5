import Catalog
import Tensors
import TestSupport
import Testing

@testable import Networks

@Suite struct OptimizerTests {
  /// Two steps from w = 1 with g = 1, then g = 2.
  private func twoSteps(_ optimizer: any Optimizer) throws -> [Float] {
    var weights = try Tensor([1])
    var memory = OptimizerMemory()
    return try [Float(1), 2].map { slope in
      try optimizer.update(&weights, gradient: Tensor([slope]), memory: &memory)
      return weights[0]
    }
  }

  @Test func momentumGoesOnWithTheLastStep() throws {
    // v = 1, then 0.5 · 1 + 2 = 2.5
    let sgd = try SGD(Settings(["rate": .number(0.1), "momentum": .number(0.5)]))
    #expect(isClose(try twoSteps(sgd), [0.9, 0.65]))
  }

  @Test func weightDecayPullsTowardsZero() throws {
    // g = 1 + 0.5 · 1 = 1.5, then 2 + 0.5 · 0.85 = 2.425
    let sgd = try SGD(Settings(["rate": .number(0.1), "weightDecay": .number(0.5)]))
    #expect(isClose(try twoSteps(sgd), [0.85, 0.6075]))
  }

  @Test func adamsFirstStepIsTheRateWhateverTheGradient() throws {
    // Then m̂ = 0.29/0.19, v̂ = 0.004999/0.001999: 0.9 − 0.1 · 1.526316 / 1.581377
    let adam = try Adam(Settings(["rate": .number(0.1)]))
    #expect(isClose(try twoSteps(adam), [0.9, 0.8034818], absolute: 2e-6))
  }

  @Test func everyOptimizerAndLossCardSaysEnough() {
    for card in optimizerCatalog.map({ $0.card }) + lossCatalog.map({ $0.card }) {
      #expect(card.summary.count <= 150 && card.summary.hasSuffix("."))
      #expect(!card.formula.isEmpty && !card.source.isEmpty && card.examples.count >= 2)
    }
  }
}
