import Catalog
import Encodings
import Glibc
import Networks
import Tensors

/// Weights that little flows through matter least; needs no data, and empties no layer.
///
///     R = 1ᵀ Π_l |W_l| 1        score = |w · ∂R/∂|w||        in rounds to density (1 − share)^(r/R)
///
/// R is the sum of the outputs for an input of ones when every parameter is replaced by its
/// absolute value. A whole model is judged in rounds: each lets the lowest scores of all layers go
/// and looks anew at what is left. The scores returned are the places in that order, so that any
/// scope ranks by it; above 2²⁴ weights near places coincide, and the lower index goes first.
///
/// - Complexity: one forward and backward pass of one example a round.
/// - Source: Tanaka et al., 2020, §6, <https://arxiv.org/abs/2006.05467>.
public struct SynapticFlowCriterion: CatalogedCriterion {
  /// How many rounds, from 1.
  public var rounds: Int

  public init(_ settings: Settings) throws {
    rounds = try SettingsReader(Self.card, settings).whole("rounds", in: 1...10_000)
  }

  public var needs: [Statistic] { [.weight, .gradient] }
  public var scope: Prune.Scope { .global }

  public func expression(of weight: String) -> String? { "abs(\(weight) * gradient)" }

  public func judge(_ statistics: Statistics) throws -> Judgement {
    .scores(try Tensor.magnitudeOfProduct(statistics.weight, statistics.matching(.gradient)))
  }

  public func judge(_ question: ModelQuestion, random: inout Random) throws -> [Judgement] {
    var flow = try SynapticFlow(question)
    guard let share = question.share else { return try flow.scores().map { .scores($0) } }
    let total = question.tensors.reduce(0) { $0 + $1.count }
    for round in 1...rounds {
      let pace = Double(round) / Double(rounds)
      // The last count is that of every criterion; those before only set the pace.
      let gone =
        round == rounds
        ? rounded(share * Double(total)) : total - rounded(pow(1 - share, pace) * Double(total))
      try flow.remove(upTo: gone)
      question.resources.progress(
        VerbProgress("synaptic flow", fraction: pace, isFinal: round == rounds))
    }
    return try flow.finalPlaces().map { .scores($0) }
  }

  public static let card = Card(
    "synflow", .criterion,
    summary: "Scores each weight by how much flows through it when every weight is positive.",
    formula: "score = |w · ∂R/∂|w||, R = 1ᵀ Π |W_l| 1, in rounds to density (1 − share)^(r/rounds)",
    source: "Tanaka et al. 2020, Pruning neural networks without any data, arXiv:2006.05467",
    parameters: [
      .weight, .statistic(.gradient, "∂R/∂|w|, the gradient of the flow"),
      Parameter(
        "rounds", .label, or: "100", accepts: "a whole number from 1",
        "how often a model is looked at anew"),
    ],
    laws: [.keepsShape, .deterministic, .nonNegative],
    examples: [
      Example("print(synflow([1, -2, 3], gradient: [2, 2, 0]))", prints: "[2, 4, 0]"),
      Example(
        "let net = input(2) |> linear(2) |> linear(1); "
          + "let a = replace(net, \"linear1.weight\", [[1, 2], [3, 4]]); "
          + "let b = replace(a, \"linear2.weight\", [[1, -5]]); "
          + "print(prune(b, 1/3, by: synflow(rounds: 10)).linear1.weight)",
        prints: "[[0, 0], [3, 4]]"),
    ],
    related: ["snip", "lamp", "prune"])
}

/// Which weights of a model are left, and the order in which the others went.
private struct SynapticFlow {
  private let model: Model
  private let weights: [Model.ParameterEntry]
  /// |θ| by node and parameter, 0 where a weight has gone.
  private var values: [[Tensor]]
  /// By weight tensor, then by element: the place in the order, from 1; `nil` while it is there.
  private var places: [[Int?]]
  private var goneCount = 0

  init(_ question: ModelQuestion) throws {
    model = question.model
    weights = model.weights
    values = try model.nodes.map { try $0.parameters.map { try $0.tensor.mapped(.absolute) } }
    places = question.tensors.map { tensor in
      (0..<tensor.count).map { tensor.kept?[$0] == false ? 0 : nil }
    }
    goneCount = places.reduce(0) { $0 + $1.count { $0 != nil } }
  }

  /// |θ| · ∂R/∂|θ| of every weight.
  ///
  /// A softmax at the end would make R a constant; it is left out.
  func scores() throws -> [Tensor] {
    try Work.current.checkpoint()
    let ones = try Tensor.ones(Shape([1] + model.inputShape.dimensions))
    let last = model.nodes.count - 1
    let (_, gradients) = try model.gradients(
      at: ones, values, of: Set(weights.map(\.path)),
      last: model.nodes[last].layer is Softmax ? last - 1 : last
    ) { $0 }
    return try weights.map { entry in
      let value = values[entry.node][entry.index]
      guard let gradient = gradients[entry.path] else { return try Tensor.zeros(value.shape) }
      return try Tensor.magnitudeOfProduct(value, gradient)
    }
  }

  /// Lets the lowest go until so many have gone; of equal scores the lowest index first.
  mutating func remove(upTo count: Int) throws {
    guard count > goneCount else { return }
    for (tensor, index) in try order(scores()).prefix(count - goneCount) {
      goneCount += 1
      places[tensor][index] = goneCount
    }
    for (tensor, entry) in weights.enumerated() {
      let old = values[entry.node][entry.index]
      values[entry.node][entry.index] = try Tensor(unsafeUninitialized: old.shape) { target in
        for index in target.indices {
          target[index] = places[tensor][index] == nil ? old[index] : 0
        }
      }
    }
  }

  private func order(_ scores: [Tensor]) -> [(tensor: Int, index: Int)] {
    var left: [(tensor: Int, index: Int, score: Float)] = []
    for (tensor, scores) in scores.enumerated() {
      scores.withScalars { scalars in
        for index in scalars.indices where places[tensor][index] == nil {
          left.append((tensor, index, scalars[index]))
        }
      }
    }
    left.sort {
      $0.score != $1.score
        ? $0.score < $1.score : ($0.tensor, $0.index) < ($1.tensor, $1.index)
    }
    return left.map { ($0.tensor, $0.index) }
  }

  /// The places of all, those that are left behind all others in the order of their last scores.
  mutating func finalPlaces() throws -> [Tensor] {
    for (tensor, index) in try order(scores()) {
      goneCount += 1
      places[tensor][index] = goneCount
    }
    return try zip(weights, places).map { entry, places in
      try Tensor(entry.parameter.shape, places.map { Float($0 ?? 0) })
    }
  }
}
