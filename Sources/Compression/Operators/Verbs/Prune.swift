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
  /// A share for each weight of a model, in the order of the layers, in the place of one for all.
  public var shares: [Double]?
  /// The rounds in which a model is pruned, with training in between; `nil` for all at once.
  public var plan: ScheduledPruning?
  /// What says which weights matter least.
  public var criterion: any Criterion
  /// Whether layers are ranked each by itself or all together; the same for one tensor.
  public var scope: Scope
  /// What goes or stays as one piece.
  public var structure: any Structure
  /// Whether channels and neurons of a model are taken out, or only set to zero.
  public var removes = true
  /// A stream of its own for a criterion of chance, or `nil` for the run's.
  public var seed: UInt64?

  public init(
    _ share: Double?, by criterion: any Criterion = MagnitudeCriterion(), scope: Scope = .layer,
    structure: any Structure = SingleWeights(), seed: UInt64? = nil
  ) {
    self.share = share
    self.criterion = criterion
    self.scope = scope
    self.structure = structure
    self.seed = seed
  }

  public init(_ settings: Settings) throws {
    let reader = SettingsReader(Self.card, settings)
    let everything = -Double.greatestFiniteMagnitude ... .greatestFiniteMagnitude
    if case .numbers(let amounts)? = settings["amount"] {
      shares = amounts
    } else {
      share = reader.has("amount") ? try reader.number("amount", in: everything) : nil
    }
    plan = try ScheduledPruning(reader)
    let by = try reader.entry("by", kind: "criterion", of: criterionCatalog) { $0.card.name }
    criterion = try by.entry.init(by.settings)
    scope = reader.has("scope") ? try reader.choice("scope", kind: "scope") : criterion.scope
    let pieces = try reader.entry("structure", kind: "structure", of: structureCatalog) {
      $0.card.name
    }
    structure = try pieces.entry.init(pieces.settings)
    removes = try reader.boolean("remove")
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
    if plan != nil { throw ScheduleError.onTensor }
    let judged = try judgements([x], [others], &random)
    return try x.pruned(to: masks([x], judged)[0], judged[0])
  }
}

extension Prune {
  public static let trials =
    [0, 0.3, 0.5, 1].map { Settings(["amount": .number($0)]) }
    + ["rows", "blocks", "nm"].map { name in
      let pair = Settings(["height": .number(2), "width": .number(3)])
      let kept = Settings(["kept": .number(2), "of": .number(4)])
      let structure = Setting.option(
        name, name == "blocks" ? pair : name == "nm" ? kept : Settings())
      return Settings(
        name == "nm" ? ["structure": structure] : ["amount": .number(0.5), "structure": structure])
    }

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
        "amount", or: "", accepts: "a share, 0%…100%, or a list with one for each weight",
        "the share of the weights that are zero afterwards, those pruned before included"),
      Parameter(
        "by", .label, or: "magnitude", accepts: "a criterion or a function of `weight`",
        choices: criterionCatalog.map { $0.card.name }, "what says which weights matter least"),
      Parameter(
        "scope", .label, or: "", accepts: "`layer` or `global`",
        choices: Scope.allCases.map(\.rawValue),
        "layers ranked each by itself (the rule) or all together (`lamp`, `snip`, `synflow`)"),
      Parameter(
        "structure", .label, or: "weights", accepts: "a structure, such as `rows`",
        choices: structureCatalog.map { $0.card.name }, "what goes or stays as one piece"),
      Parameter(
        "remove", .label, or: "true", accepts: "`true` or `false`",
        "whether channels and neurons of a model are taken out, or only set to zero"),
      Parameter(
        "seed", .label, or: "", accepts: "a whole number from 0 up",
        "where the stream of a random criterion starts"),
      Parameter(
        "on", .label, or: "", accepts: "data, such as `mnist.train`",
        "for a model: what statistics are collected on, and what a schedule trains on"),
    ] + ScheduledPruning.parameters
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
        "print(prune(tensor([[1, 9], [5, 2]]), 50%, structure: rows))",
        prints: "[[1, 9], [0, 0]]"),
      Example(
        "let net = input(1, 8, 8) |> conv2d(4) |> flatten |> linear(10); "
          + "print(prune(net, 50%, structure: channels).conv1.weight.shape, "
          + "prune(net, 50%, structure: channels, remove: false).conv1.weight.shape)",
        prints: "[2, 1, 3, 3] [4, 1, 3, 3]"),
      Example(
        "let net = input(4) |> linear(4) |> linear(4) |> prune(75%, layers: \"linear2\"); "
          + "print(count(net.linear1.weight != 0), count(net.linear2.weight != 0))",
        prints: "16 4"),
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10); let p = prune(net, 80%, "
          + "by: (weight, gradient) => abs(weight * gradient), on: digits.test); "
          + "print(count(p.linear1.weight == 0))", prints: "512"),
      Example(
        "let net = input(2) |> linear(5) |> linear(2) |> prune([50%, 20%]); "
          + "print(count(net.linear1.weight == 0), count(net.linear2.weight == 0))",
        prints: "5 2"),
      Example(
        "prune(ones(25), 40)", fails: "E0310: 40 is not a share of the weights"),
    ],
    related: ["magnitude", "random", "layer", "global", "quantize"])
}
