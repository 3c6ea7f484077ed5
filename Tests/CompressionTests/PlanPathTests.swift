import Testing

@testable import Compression

@Suite struct PlanPathTests {
  private func layer(_ name: String, _ options: [(bits: Int, damage: Double)]) -> LayerOptions {
    LayerOptions(
      options: options.enumerated().map { place, option in
        .init(
          part: .init(name, pruning: .prune(percent: place)), bits: option.bits,
          multiplyAdds: 0, damage: option.damage)
      })
  }

  private func percents(_ plan: CompressionPlan) -> [String] {
    plan.parts.map { $0.pruning?.text ?? "" }
  }

  /// By hand: b's step costs 1/10 a bit, a's first 2/10, a's second 9/10.
  @Test func theStepThatHurtsLeastPerBitComesFirst() {
    let path = PlanPath([
      layer("a", [(30, 0), (20, 2), (10, 11)]), layer("b", [(20, 0), (10, 1)]),
    ]) { Double($0.bits) }
    #expect(
      path.plans.map(percents) == [
        ["prune(0%)", "prune(0%)"], ["prune(0%)", "prune(1%)"], ["prune(1%)", "prune(1%)"],
        ["prune(2%)", "prune(1%)"],
      ])
  }

  /// (20, 8) lies above the line from (30, 0) to (10, 10): no price makes it the best, but it fills
  /// the gap.
  ///
  /// (25, 9) is beaten by it in both.
  @Test func whatLiesBetweenTwoEndsOfAStepStandsOnThePath() {
    let options = layer("a", [(30, 0), (25, 9), (20, 8), (10, 10)])
    #expect(options.hull { Double($0.bits) }.map(\.bits) == [30, 10])
    let path = PlanPath([options]) { Double($0.bits) }
    #expect(path.plans.map(percents) == [["prune(0%)"], ["prune(2%)"], ["prune(3%)"]])
  }

  @Test func layersThatAreEquallyGoodGoInOrder() {
    let path = PlanPath([layer("a", [(2, 0), (1, 0)]), layer("b", [(2, 0), (1, 0)])]) {
      Double($0.bits)
    }
    #expect(path.plans.map(percents) == [["prune(1%)", "prune(1%)"]])
    #expect(PlanPath([]) { _ in 0 }.plans.count == 1)
  }
}
