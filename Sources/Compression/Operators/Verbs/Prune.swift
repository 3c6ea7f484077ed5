import Catalog
import Encodings
import Networks
import Tensors

/// Sets the weights that matter least to zero, an exact number of them, and keeps them there.
///
///     k = rne(share · n)      the k lowest scores go; of equal scores the lowest index first
///
/// Weights that are pruned already count as pruned, go first and stay zero: pruning 50 % and then
/// 80 % leaves 20 %. A quantized tensor stays on its grid.
///
/// - Source: Han et al., 2015, §3, <https://arxiv.org/abs/1506.02626>; exact counts as PyTorch's
///   `torch.nn.utils.prune.l1_unstructured` (`round(amount · n)`), ties made definite.
public struct Prune: CriterionVerb {
  /// The weights that one ranking covers.
  public enum Scope: String, Sendable, CaseIterable {
    /// Each weight tensor gives the same share.
    case layer
    /// All weights of the model are ranked together.
    case global
  }

  /// The share of weights that are zero afterwards, in `0...1`; `nil` for a criterion that gives a
  /// mask.
  public var share: Double?
  /// What says which weights matter least.
  public var criterion: any Criterion
  /// Whether layers are ranked each by itself or all together; the same for one tensor.
  public var scope: Scope
  /// A stream of its own for a criterion of chance, or `nil` for the run's.
  public var seed: UInt64?

  public init(
    _ share: Double?, by criterion: any Criterion = MagnitudeCriterion(), scope: Scope = .layer,
    seed: UInt64? = nil
  ) {
    self.share = share
    self.criterion = criterion
    self.scope = scope
    self.seed = seed
  }

  public init(_ settings: Settings) throws {
    let reader = SettingsReader(Self.card, settings)
    let everything = -Double.greatestFiniteMagnitude ... .greatestFiniteMagnitude
    share = reader.has("amount") ? try reader.number("amount", in: everything) : nil
    let by = try reader.entry("by", kind: "criterion", of: criterionCatalog) { $0.card.name }
    criterion = try by.entry.init(by.settings)
    scope = try reader.choice("scope", kind: "scope")
    seed = reader.has("seed") ? UInt64(try reader.whole("seed", in: 0...Int(1) << 53)) : nil
  }

  /// Prunes one tensor.
  ///
  /// - Parameters:
  ///   - others: statistics besides the weight, of the tensor's shape.
  ///   - random: drawn from only when the criterion is one of chance and has no seed.
  /// - Returns: the same tensor with its mask; shape and grid are kept.
  /// - Throws: `PruneError`.
  public func callAsFunction(
    _ x: EncodedTensor, _ others: [Statistic: Tensor] = [:], random: inout Random
  ) throws -> EncodedTensor {
    let judged = try judgements([x], [others], &random)
    return try x.pruned(to: masks([x], judged)[0])
  }

  /// Prunes the weights of a model, ranked layer by layer or all together.
  ///
  /// - Parameters:
  ///   - resources: examples that statistics are collected on, or the statistics themselves.
  ///   - random: drawn from only when the criterion is one of chance and has no seed.
  /// - Returns: a new model whose pruned weights stay zero through further training.
  /// - Throws: `PruneError`, `VerbError`.
  public func callAsFunction(
    _ model: Model, _ resources: Resources = Resources(), random: inout Random
  ) throws -> Model {
    let weights = try model.weights(for: Self.card.name)
    let tensors = try weights.map { try $0.parameter.value.encoded }
    let judged = try judgements(tensors, weights.map { resources.statistics[$0.path] ?? [:] }, &random)
    let masks = try masks(tensors, judged)
    var pruned: [String: EncodedTensor] = [:]
    for (entry, (tensor, mask)) in zip(weights, zip(tensors, masks)) {
      pruned[entry.path] = try tensor.pruned(to: mask)
    }
    return try model.replacingWeights(pruned)
  }

  /// The masks of several tensors, ranked each by itself or all together.
  func masks(_ tensors: [EncodedTensor], _ judgements: [Judgement]) throws -> [Bitmap] {
    var entries: [Ranking.Entry] = []
    var masks: [Bitmap] = []
    for (tensor, judgement) in zip(tensors, judgements) {
      switch judgement {
      case .scores(let scores): entries.append(.init(scores: scores, kept: tensor.kept))
      case .pruned(let mask): masks.append(try tensor.mask(pruning: mask, criterion.text))
      }
    }
    guard !entries.isEmpty else {
      if share != nil, !masks.isEmpty { throw PruneError.amountNotTaken(criterion: criterion.text) }
      return masks
    }
    guard masks.isEmpty else { throw PruneError.mixed(criterion: criterion.text) }
    let share = try checkedShare(of: tensors.reduce(0) { $0 + $1.count })
    switch scope {
    case .global: return try Ranking.masks(entries, share: share)
    case .layer: return try entries.flatMap { try Ranking.masks([$0], share: share) }
    }
  }

  /// What the criterion says of each tensor, checked: shapes fit and every score is a number.
  func judgements(
    _ tensors: [EncodedTensor], _ others: [[Statistic: Tensor]], _ random: inout Random
  ) throws -> [Judgement] {
    var stream = seed.map(Random.init(seed:)) ?? random
    let judged = try zip(tensors, others).map { tensor, others in
      let own = criterion.isRandom ? stream.split() : stream
      let judgement = try criterion.judge(
        Statistics(weight: tensor.values, others, random: own))
      try check(judgement, of: tensor)
      return judgement
    }
    if seed == nil { random = stream }
    return judged
  }

  private func check(_ judgement: Judgement, of tensor: EncodedTensor) throws {
    let answer: Tensor
    switch judgement {
    case .scores(let scores): answer = scores
    case .pruned(let mask): answer = mask
    }
    guard answer.shape == tensor.shape else {
      throw PruneError.wrongShape(answer.shape, wanted: tensor.shape, criterion: criterion.text)
    }
    let (count, first) = answer.withScalars { scalars in
      let bad = scalars.indices.filter { scalars[$0].isNaN }
      return (bad.count, bad.first ?? 0)
    }
    guard count == 0 else {
      throw PruneError.scoreNotANumber(count: count, first: first, criterion: criterion.text)
    }
  }

  private func checkedShare(of count: Int) throws -> Double {
    guard let share else { throw PruneError.amountMissing(criterion: criterion.text) }
    guard (0...1).contains(share) else { throw PruneError.notAShare(share, of: count) }
    return share
  }
}

extension Prune {
  public static let trials = [0, 0.3, 0.5, 1].map { Settings(["amount": .number($0)]) }

  public static let card = Card(
    "prune", .verb,
    summary:
      "Sets the least important weights to zero, an exact share of them, and keeps them zero.",
    formula:
      "w_i ← 0 for the k = rne(share·n) lowest scores; of equal scores the lowest index first",
    source: "Han et al. 2015, Learning both Weights and Connections, §3, arXiv:1506.02626",
    parameters: [
      Parameter("x", accepts: "a tensor or a model"),
      Parameter(
        "amount", or: "", accepts: "a share, 0%…100%",
        "the share of the weights that are zero afterwards, those pruned before included"),
      Parameter(
        "by", .label, or: "magnitude", accepts: "a criterion or a function of `weight`",
        choices: criterionCatalog.map { $0.card.name }, "what says which weights matter least"),
      Parameter(
        "scope", .label, or: "layer", accepts: "`layer` or `global`",
        choices: Scope.allCases.map(\.rawValue),
        "whether layers are ranked each by itself or all together"),
      Parameter(
        "seed", .label, or: "", accepts: "a whole number from 0 up",
        "where the stream of a random criterion starts"),
    ]
      + Statistic.allCases.dropFirst().map {
        Parameter(
          $0.rawValue, .label, or: "", accepts: "a tensor of the shape of `x`",
          "what a criterion that asks for `\($0.rawValue)` reads, for a tensor")
      },
    laws: [.keepsShape, .idempotent, .keepsZeros, .deterministic],
    examples: [
      Example("print(prune(tensor([0.5, -2, 3]), 1/3))", prints: "[0, -2, 3]"),
      Example("print(prune(tensor([1, 1, 1, 1]), 25%))", prints: "[0, 1, 1, 1]"),
      Example("print(tensor([4, 3, 2, 1]) |> prune(50%) |> prune(75%))", prints: "[4, 0, 0, 0]"),
      Example(
        "print(prune(tensor([1, -2, 3]), 1/3, by: weight => -abs(weight)))",
        prints: "[1, -2, 0]"),
      Example(
        "print(count(prune(ones(10), 30%, by: random, seed: 3) == 0))", prints: "3"),
      Example(
        "prune(ones(25), 40)", fails: "E0310: 40 is not a share of the weights"),
    ],
    related: ["magnitude", "random", "layer", "global", "quantize"])
}

extension EncodedTensor {
  /// The same tensor with another mask; the grid stays.
  func pruned(to kept: Bitmap) throws -> EncodedTensor {
    guard let grid else { return try EncodedTensor(values, kept: kept) }
    return try EncodedTensor(shape, grid: grid, kept: kept)
  }

  /// The mask after pruning where a 0/1 tensor holds 1; what was pruned stays pruned.
  func mask(pruning mask: Tensor, _ criterion: String) throws -> Bitmap {
    try mask.withScalars { scalars in
      try Bitmap(count: count) { index in
        let value = scalars[index]
        guard value == 0 || value == 1 else {
          throw PruneError.notAMask(value, criterion: criterion)
        }
        return value == 0 && kept?[index] != false
      }
    }
  }
}
