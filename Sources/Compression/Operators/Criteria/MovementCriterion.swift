import Catalog
import Encodings
import Networks
import Tensors

/// Weights that training moves towards zero matter least.
///
///     S ← S − r · w · g        w ← w − r · g        in every step; score = S
///
/// In `train(…, pruning:)` S accumulates over that training, from its first step on, as in the paper;
/// in `prune(…, schedule:)` over the trainings between its rounds, whatever their optimizer. Else, and
/// in the first of such rounds, a copy of the model is trained with plain gradient descent, in the
/// order of the examples and with masks held; the model itself keeps its weights. S is float64.
/// On a bare tensor it is one step. A weight that grows away from zero has w · g < 0 and scores high.
/// What a schedule pruned stays pruned, where the paper's masks may open again.
///
/// - Source: Sanh, Wolf and Rush, 2020, §3, <https://arxiv.org/abs/2005.07683>; accumulated as in
///   NNI's MovementPruner.
public struct MovementCriterion: CatalogedCriterion, TrainedCriterion {
  /// r, above 0.
  public var rate: Double
  /// Passes over the examples, from 1.
  public var epochs: Int

  public init(_ settings: Settings) throws {
    let reader = SettingsReader(Self.card, settings)
    rate = try reader.number("rate", in: 1e-12...1e3)
    epochs = try reader.whole("epochs", in: 1...1_000_000)
  }

  public var needs: [Statistic] { [.weight, .gradient] }
  public var factor: Double { -rate }

  public func expression(of weight: String) -> String? {
    "\(DerivationSteps.literal(-rate)) * \(weight) * gradient"
  }

  public func judge(_ statistics: Statistics) throws -> Judgement {
    let scaled = try Tensor.apply(.multiply, Float(-rate), statistics.weight)
    return .scores(try Tensor.apply(.multiply, scaled, statistics.matching(.gradient)))
  }

  public func judge(_ question: ModelQuestion, random: inout Random) throws -> [Judgement] {
    let data = try question.data(for: .gradient, of: text)
    var model = question.model
    var sums = question.tensors.map { RunningSums(count: $0.count) }
    let batch = StatisticsCollector.batch
    for epoch in 0..<epochs {
      for start in stride(from: 0, to: data.count, by: batch) {
        let part = try data.examples(at: Array(start..<min(start + batch, data.count)))
        let gradients = try model.gradients(
          part.images, part.labels, loss: CrossEntropy(), batch: batch
        ).gradients
        for (index, path) in question.paths.enumerated() {
          guard let gradient = gradients[path], let value = model.parameter(named: path) else {
            continue
          }
          sums[index].add(
            try Tensor.apply(.multiply, value.tensor, gradient), times: -rate)
        }
        model = try model.stepped(gradients, rate: Float(rate), question)
        let done = epoch * data.count + start + part.count
        question.resources.progress(
          VerbProgress(
            "movement", fraction: Double(done) / Double(epochs * data.count),
            isFinal: done == epochs * data.count))
      }
    }
    return try zip(sums, question.tensors).map { .scores(try $0.tensor($1.shape)) }
  }

  public static let card = Card(
    "movement", .criterion,
    summary: "Scores each weight by how far training moves it away from zero.",
    formula: "S ← S − r · w · g in every step of a schedule's training, or else of one on a copy",
    source: "Sanh, Wolf and Rush 2020, Movement Pruning, §3, arXiv:2005.07683",
    parameters: [
      .weight, .gradient,
      Parameter(
        "rate", .label, or: "0.01", accepts: "a number above 0", "r, the length of a step"),
      Parameter(
        "epochs", .label, or: "1", accepts: "a whole number from 1",
        "passes over the examples of a model"),
    ],
    laws: [.keepsShape, .deterministic],
    examples: [
      Example(
        "print(movement([1, -2, 3], gradient: [2, 2, -1], rate: 0.5))", prints: "[-1, 2, 1.5]"),
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10); "
          + "print(count(prune(net, 50%, by: movement(rate: 0.1, epochs: 1), on: digits.test)"
          + ".linear1.weight == 0))", prints: "320"),
    ],
    related: ["taylor", "gradient", "prune"])
}

extension Model {
  /// The model after a step of gradient descent; what is pruned in the question stays zero.
  fileprivate func stepped(
    _ gradients: [String: Tensor], rate: Float, _ question: ModelQuestion
  ) throws -> Model {
    let masks = Dictionary(
      zip(question.paths, question.tensors.map(\.kept)), uniquingKeysWith: { first, _ in first })
    return try mapParameters { entry in
      guard let gradient = gradients[entry.path] else { return nil }
      var parameter = entry.parameter
      let moved = try Tensor.apply(
        .subtract, parameter.tensor, Tensor.apply(.multiply, gradient, rate))
      parameter.value = .dense(moved)
      if let kept = masks[entry.path] ?? nil {
        parameter.value = .encoded(try EncodedTensor(moved, kept: kept))
      }
      parameter.constraint = nil
      return parameter
    }
  }
}
