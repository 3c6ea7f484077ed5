import Catalog
import Tensors

/// Adam: steps whose length each weight's own gradients decide.
///
///     g ← ∂L/∂w + weightDecay · w
///     m ← β₁ m + (1 − β₁) g          v ← β₂ v + (1 − β₂) g²
///     w ← w − rate · m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε)        in step t = 1, 2, …
///
/// m and v are the moving means of the gradient and of its square; dividing by 1 − βᵗ makes up for
/// their start at 0. The decay goes through them, as PyTorch's `Adam` has it; it is not AdamW's.
///
/// - Source: Kingma and Ba, 2015, algorithm 1, <https://arxiv.org/abs/1412.6980>.
public struct Adam: Optimizer {
  public let settings: Settings
  /// The learning rate, from 0.
  public let rate: Double
  /// β₁, the share of m that a step keeps, below 1.
  public let beta1: Double
  /// β₂, the share of v that a step keeps, below 1.
  public let beta2: Double
  /// ε, which keeps a step finite where no gradient ever came, `0...1`.
  public let epsilon: Double
  /// How strongly weights are pulled towards 0, from 0.
  public let weightDecay: Double

  public init(_ settings: Settings) throws {
    self.settings = settings
    let reader = SettingsReader(Adam.card, settings)
    rate = try reader.number("rate", in: 0...1e6)
    beta1 = try reader.number("beta1", in: 0...0.999999)
    beta2 = try reader.number("beta2", in: 0...0.999999)
    epsilon = try reader.number("epsilon", in: 0...1)
    weightDecay = try reader.number("weightDecay", in: 0...1e6)
  }

  public func update(
    _ weights: inout Tensor, gradient: Tensor, memory: inout OptimizerMemory
  ) throws {
    memory.steps += 1
    let before =
      memory.moments.count == 2 ? (mean: memory.moments[0], square: memory.moments[1]) : nil
    let moved = try weights.steppedAdam(
      gradient, moments: before, step: memory.steps, rate: rate, beta1: beta1, beta2: beta2,
      epsilon: epsilon, decay: weightDecay)
    weights = moved.weights
    memory.moments = [moved.mean, moved.square]
  }
}

extension Adam {
  public static let card = Card(
    "adam", .optimizer,
    summary: "Adam: steps whose length each weight's own gradients decide.",
    formula: "m ← β₁m + (1−β₁)g,  v ← β₂v + (1−β₂)g²,  w ← w − rate · m̂ / (√v̂ + ε)",
    source: "Kingma and Ba 2015, algorithm 1, arXiv:1412.6980",
    parameters: [
      Parameter("rate", or: "0.001", accepts: "a number, from 0", "the learning rate"),
      Parameter("beta1", .label, or: "0.9", accepts: "a share, below 1", "memory of gradients"),
      Parameter("beta2", .label, or: "0.999", accepts: "a share, below 1", "memory of squares"),
      Parameter(
        "epsilon", .label, or: "0.00000001", accepts: "a number, 0…1", "keeps steps finite"),
      Parameter(
        "weightDecay", .label, or: "0", accepts: "a number, from 0", "pull of weights towards 0"),
    ],
    examples: [
      Example("print(adam(0.001))", prints: "adam(0.001)"),
      Example(
        "print(adam(0.01, beta1: 0.8, beta2: 0.99, epsilon: 0.001, weightDecay: 0.1))",
        prints: "adam(0.01, beta1: 0.8, beta2: 0.99, epsilon: 0.001, weightDecay: 0.1)"),
      Example(
        "adam(0.01, beta1: 2)",
        fails: "E0310: `beta1` of `adam` goes from 0 to 0.999999; it was 2"),
    ],
    related: ["sgd", "train"])
}
