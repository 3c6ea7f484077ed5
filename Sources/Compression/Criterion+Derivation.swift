import Catalog
import Tensors

extension CatalogedCriterion {
  /// How the answer for one tensor comes about, for `explain` of the criterion by itself.
  ///
  /// - Parameters:
  ///   - others: statistics besides the weight, each of its shape.
  ///   - answer: the scores, or 1 for each weight that goes. A criterion without an expression in
  ///     the language shows them as they are, headed by its formula.
  ///   - isMask: whether the answer says which go.
  public func derivation(
    _ weight: Tensor, _ others: [Statistic: Tensor], answer: Tensor, isMask: Bool
  ) -> WorkedDerivation {
    var inputs: [(name: String, value: Tensor)] = [("w", weight)]
    for need in needs {
      if let statistic = others[need] { inputs.append((need.rawValue, statistic)) }
    }
    var expression = "given"
    if let own = self.expression(of: "w") {
      expression = own
    } else {
      inputs.append(("given", answer))
    }
    let symbol = isMask ? "gone" : "score"
    return WorkedDerivation(
      derivation: Derivation(
        title: text,
        steps: [
          Derivation.Step(
            symbol, Self.card.formula, expression,
            remark: isMask ? "true where it goes" : "the lowest go first")
        ], result: symbol), inputs: inputs)
  }
}
