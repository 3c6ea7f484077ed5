import Catalog
import Tensors

/// Stochastic gradient descent, with momentum and weight decay.
///
///     g ← ∂L/∂w + weightDecay · w
///     v ← momentum · v + g        (v = g in the first step)
///     w ← w − rate · v
///
/// The rate stands outside of v, as in PyTorch: a change of rate acts at once.
///
/// - Source: Robbins and Monro, 1951, doi:10.1214/aoms/1177729586; momentum as in Sutskever et al.,
///   2013, ICML, eq. 1–2, in PyTorch's form.
public struct SGD: Optimizer {
  public let settings: Settings
  /// The learning rate, from 0.
  public let rate: Double
  /// The share of v that a step keeps, below 1; 0 is plain gradient descent.
  public let momentum: Double
  /// How strongly weights are pulled towards 0, from 0.
  public let weightDecay: Double

  public init(_ settings: Settings) throws {
    self.settings = settings
    let reader = SettingsReader(SGD.card, settings)
    rate = try reader.number("rate", in: 0...1e6)
    momentum = try reader.number("momentum", in: 0...0.999999)
    weightDecay = try reader.number("weightDecay", in: 0...1e6)
  }

  public func update(
    _ weights: inout Tensor, gradient: Tensor, memory: inout OptimizerMemory
  ) throws {
    memory.steps += 1
    let moved = try weights.steppedSGD(
      gradient, velocity: memory.moments.first, rate: rate, momentum: momentum, decay: weightDecay)
    weights = moved.weights
    memory.moments = moved.velocity.map { [$0] } ?? []
  }
}

extension SGD {
  public static let card = Card(
    "sgd", .optimizer,
    summary: "Stochastic gradient descent: a step of the learning rate against the gradient.",
    formula: "g ← ∂L/∂w + weightDecay·w,  v ← momentum·v + g,  w ← w − rate·v",
    source: "Robbins and Monro 1951; momentum: Sutskever et al. 2013, ICML",
    parameters: [
      Parameter("rate", or: "0.01", accepts: "a number, from 0", "the learning rate"),
      Parameter(
        "momentum", .label, or: "0", accepts: "a share, below 1", "how much of a step goes on"),
      Parameter(
        "weightDecay", .label, or: "0", accepts: "a number, from 0", "pull of weights towards 0"),
    ],
    examples: [
      Example("print(sgd(0.1))", prints: "sgd(0.1)"),
      Example(
        "print(sgd(0.1, momentum: 0.9, weightDecay: 0.0001))",
        prints: "sgd(0.1, momentum: 0.9, weightDecay: 0.0001)"),
      Example("sgd(-1)", fails: "E0310: `rate` of `sgd` goes from 0 to 1000000; it was -1"),
    ],
    related: ["adam", "train"])
}
