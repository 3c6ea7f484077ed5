import Catalog
import Encodings
import Networks
import Tensors

/// Column by column, the weights that the layer's output misses least go, and those to their right
/// are moved to make up for them.
///
///     H = (2/n) Σ x xᵀ + 0.01 · mean(diag) · 1        UᵀU = H⁻¹, U upper
///     score = w² / U_jj²        e = w / U_jj for a weight that goes        w_rest ← w_rest − e · U_j,rest
///
/// Weights are chosen anew for every 128 columns; their counts add up to k = rne(share · n) exactly
/// (the authors' code prunes one more a block). With `structure: nm(N, M)` the N highest scores of a
/// row's M columns stay, chosen when the sweep reaches the first of them. Layers of a model are done in order, each on
/// what the pruned layers before it give. An input that is always 0 counts as if it had been 1 once. All in float64.
///
/// - Complexity: columns³ + rows · columns² a layer, and one pass over the examples a layer.
/// - Source: Frantar and Alistarh, 2023, algorithm 1 and §3.3, <https://arxiv.org/abs/2301.00774>.
public struct SparseGPTCriterion: CatalogedCriterion {
  /// Columns that are chosen among together, from 1.
  public var block: Int

  public init(_ settings: Settings) throws {
    block = try SettingsReader(Self.card, settings).whole("block", in: 1...1 << 20)
  }

  public var needs: [Statistic] { [.weight, .hessian] }

  /// - Parameter statistics: `hessian` is the layer's Σ x xᵀ here, `[columns, columns]`.
  public func judge(_ statistics: Statistics) throws -> Judgement {
    let moments = try statistics.value(.hessian)
    let columns = statistics.weight.shape.matrix.columns
    guard moments.shape == [columns, columns] else {
      throw PruneError.statisticShape(.hessian, moments.shape, wanted: [columns, columns])
    }
    return try judge(statistics, moments.withScalars { $0.map { Double($0) } })
  }

  private func judge(_ statistics: Statistics, _ moments: [Double]) throws -> Judgement {
    let weight = statistics.weight
    guard weight.count > 0 else {
      return statistics.share == nil && statistics.groups == nil
        ? .scores(weight) : .revised(pruned: weight, values: weight)
    }
    var regression = try SparseRegression(weight, moments, kept: statistics.kept)
    if let groups = statistics.groups {
      try regression.prune(groups)
    } else if let share = statistics.share {
      try regression.prune(rounded(share * Double(weight.count)), block: block)
    } else {
      return .scores(try regression.scores())
    }
    return .revised(pruned: try regression.mask(), values: try regression.values())
  }

  public func judge(_ question: ModelQuestion, random: inout Random) throws -> [Judgement] {
    let data = try question.data(for: .hessian, of: text)
    var model = question.model
    var judgements: [Judgement] = []
    for (index, path) in question.paths.enumerated() {
      let tensor = question.tensors[index]
      var calibration = try LayerCalibration(columns: tensor.shape.matrix.columns)
      try model.observeWeightInputs(data.images, of: [path]) { try calibration.observe($1) }
      let judgement = try judge(
        Statistics(
          weight: tensor.values, share: question.share, groups: question.groups,
          kept: tensor.kept),
        calibration.moments)
      if case .revised(let pruned, let values) = judgement {
        let kept = try tensor.mask(pruning: pruned, text)
        model = try model.replacing(
          path,
          with: .encoded(try tensor.pruned(to: kept, .revised(pruned: pruned, values: values))),
          constraint: nil)
      }
      judgements.append(judgement)
      question.resources.progress(
        VerbProgress(
          path, fraction: Double(index + 1) / Double(question.paths.count),
          isFinal: index + 1 == question.paths.count))
    }
    return judgements
  }

  public static let card = Card(
    "sparsegpt", .criterion,
    summary: "Prunes what each layer's output misses least, and moves the rest to make up for it.",
    formula: "score = w² / U_jj², UᵀU = H⁻¹; w_rest ← w_rest − (w / U_jj) · U_j,rest",
    source: "Frantar and Alistarh 2023, SparseGPT, algorithm 1, arXiv:2301.00774",
    parameters: [
      .weight,
      Parameter(
        "hessian", .label, or: "", accepts: "a tensor [inputs, inputs]",
        "Σ x xᵀ of the layer's inputs: `x.T @ x`"),
      Parameter(
        "block", .label, or: "128", accepts: "a whole number from 1",
        "columns that are chosen among together"),
    ],
    laws: [.keepsShape, .deterministic],
    examples: [
      Example("print(sparsegpt([[1, 2]], hessian: [[1, 0], [0, 1]]))", prints: "[[1.01, 4.04]]"),
      Example(
        "let x = tensor([[1, 1], [1, 1.1], [2, 2]]); "
          + "print(prune(tensor([[1, 2]]), 50%, by: sparsegpt, hessian: x.T @ x) > 2.9)",
        prints: "[[false, true]]"),
      Example(
        "let x = randn(20, 8, seed: 1); let w = prune(randn(3, 8, seed: 2), by: sparsegpt, "
          + "structure: nm(2, 4), hessian: x.T @ x); print(count(reshape(w.values, 6, 4) != 0, axis: 1))",
        prints: "[2, 2, 2, 2, 2, 2]"),
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10); "
          + "print(count(prune(net, 80%, by: sparsegpt(block: 32), on: digits.test)"
          + ".linear1.weight == 0))", prints: "512"),
      Example(
        "prune(input(4) |> linear(3), 50%, by: sparsegpt)",
        fails: "E0144: `sparsegpt` reads `hessian`, which is collected on examples; there are none"),
    ],
    related: ["obd", "wanda", "prune"])
}
