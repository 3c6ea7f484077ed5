import Catalog
import Interpreter
import Tensors
import Testing

/// Every law that a function's card claims, on tensors of several ranks and on awkward numbers.
@Suite struct BuiltinsLawTests {
  /// Functions of one tensor: everything else may be left out.
  static let subjects = builtinCatalog.map(\.card).filter { card in
    !card.laws.isEmpty && [.function, .layer].contains(card.family)
      && card.parameters?.first?.accepts.contains("tensor") == true
      && (card.parameters ?? []).dropFirst().allSatisfy { !$0.isRequired }
  }

  static let samples = [
    "tensor([0])", "tensor([-2.5, 0, 0.5, 1, 3])", "zeros(3)", "ones(2, 2)",
    "tensor([[1, -2], [0.25, 4]])", "randn(2, 3, 4, seed: 1)", "randn(2, 1, 3, 2, seed: 2) * 100",
  ]

  @Test func thereAreFunctionsWithLaws() {
    #expect(Self.subjects.count >= 10)
  }

  @Test(arguments: subjects.map(\.name), samples)
  func lawsHold(_ name: String, _ sample: String) {
    let card = Self.subjects.first { $0.name == name }
    for law in card?.laws ?? [] {
      guard let check = expression(law, name) else { continue }
      let run = ExampleRun("let x = \(sample); let y = \(name)(x); print(\(check))")
      #expect(run.outcome == "true", "\(name) \(law) of \(sample)")
    }
  }

  @Test func aLawThatDoesNotHoldIsNoticed() {
    let check = expression(.keepsZeros, "exp") ?? ""
    #expect(ExampleRun("let x = zeros(3); let y = exp(x); print(\(check))").outcome == "false")
  }

  private func expression(_ law: Law, _ name: String) -> String? {
    switch law {
    case .keepsShape: "y.shape == x.shape"
    // NaN where a root or a logarithm has no value is not the law's business.
    case .idempotent: "all((\(name)(y) == y) or (y != y))"
    case .keepsZeros: "all((x != 0) or (y == 0))"
    case .deterministic: "all((\(name)(x) == y) or (y != y))"
    case .nonNegative: "not any(stack(y) < 0)"
    }
  }
}
