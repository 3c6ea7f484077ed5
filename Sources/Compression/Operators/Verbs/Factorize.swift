import Catalog
import Encodings
import Networks
import Tensors

/// Puts two thin layers in the place of a wide one: W ≈ (U_r Σ_r) V_rᵀ.
///
///     linear      [out, in]        → V_rᵀ [r, in], then U_r Σ_r [out, r]
///     conv2d      [out, in, k, k]  → r filters of [in, k, k], then a 1×1 convolution [out, r]
///     parameters  m·n → r·(m + n):  fewer only where r < m·n/(m + n)
///
/// A convolution is factored as the matrix [out, in·k·k]. The bias goes on the second layer; the
/// first has one of zeros, since layers have biases. A layer for which the rank is not worth while
/// stays as it is. The new layers are named after the old one, `linear1a` and `linear1b`, and the
/// others keep their names. A tensor becomes the nearest one of that rank (Eckart and Young), of
/// the same shape.
///
/// - Source: Denton et al., 2014, <https://arxiv.org/abs/1404.0736>; Eckart and Young, 1936.
public struct Factorize: WeightVerb {
  /// The rank, or `nil` where `energy` decides.
  public var rank: Int?
  /// The share of Σ σ² to keep, in `0...1`.
  public var energy: Double?

  public init(rank: Int) { self.rank = rank }

  public init(energy: Double) { self.energy = energy }

  public init(_ settings: Settings) throws {
    let reader = SettingsReader(Self.card, settings)
    rank = reader.has("rank") ? try reader.whole("rank", in: 1...1 << 20) : nil
    energy = reader.has("energy") ? try reader.number("energy", in: 0...1) : nil
    guard (rank == nil) != (energy == nil) else { throw FactorError.rule(both: rank != nil) }
  }

  public func callAsFunction(
    _ x: EncodedTensor, _ others: [Statistic: Tensor] = [:], random: inout Random
  ) throws -> EncodedTensor {
    guard x.count > 0 else { return try EncodedTensor(x.values) }
    let (left, right, _) = try factors(x.values)
    return try EncodedTensor(left.matrixProduct(right).reshaped(x.shape))
  }

  /// U_r Σ_r and V_rᵀ of the tensor as a matrix with one row a slice of the first axis; a vector is
  /// one row.
  func factors(_ tensor: Tensor) throws -> (left: Tensor, right: Tensor, rank: Int) {
    if let bad = tensor.scalars.firstIndex(where: { !$0.isFinite }) {
      throw QuantizeError.notFinite(
        count: tensor.scalars.count { !$0.isFinite }, first: bad, value: tensor[bad])
    }
    let rows = Self.rows(tensor.shape)
    let svd = try SingularValues(tensor.reshaped([rows, tensor.count / max(rows, 1)]))
    let rank = min(rank ?? svd.rank(energy: energy ?? 1), max(svd.values.count, 1))
    let (left, right) = try svd.factors(rank: rank)
    return (left, right, rank)
  }

  private static func rows(_ shape: Shape) -> Int { shape.rank >= 2 ? shape[0] : 1 }

  public func callAsFunction(
    _ model: Model, _ resources: Resources, random: inout Random
  ) throws -> Model {
    let weighted = Set(try model.weights(for: Self.card.name).map(\.node))
    var parts: [Model.Part] = []
    var places: [Int] = []
    var needed: [String] = []
    for (index, node) in model.nodes.enumerated() {
      var part = model.parts[index]
      part.inputs = part.inputs.map { places[$0] }
      part.name = index == 0 ? part.name : node.name
      if weighted.contains(index), let split = try split(part, node.name, &needed) {
        parts.append(split.first)
        parts.append(split.second(parts.count - 1))
      } else {
        parts.append(part)
      }
      places.append(parts.count - 1)
    }
    guard parts.count > model.nodes.count else { throw FactorError.notWorthwhile(needed) }
    return try Model(parts: parts, steps: model.steps).withConstraints()
  }

  /// The two layers for one, or `nil` where they would hold more numbers.
  private func split(
    _ part: Model.Part, _ name: String, _ needed: inout [String]
  ) throws -> (first: Model.Part, second: (Int) -> Model.Part)? {
    guard part.values.count == 2, let weight = try part.values.first?.tensor, weight.count > 0
    else {
      return nil
    }
    let rows = Self.rows(weight.shape)
    let columns = weight.count / rows
    let (left, right, rank) = try factors(weight)
    guard rank * (rows + columns) < rows * columns else {
      needed.append(
        "`\(name)` \(rows)×\(columns): rank \(rank), worth while below "
          + "\((rows * columns + rows + columns - 1) / (rows + columns))")
      return nil
    }
    let layers: (any Layer, any Layer)
    var shapes: (Shape, Shape) = ([rank, columns], [rows, rank])
    switch part.layer {
    case is Linear: layers = try (Linear(outputs: rank), Linear(outputs: rows))
    case let convolution as Convolution2D:
      var settings = convolution.settings
      settings["channels"] = .number(Double(rank))
      layers = try (
        Convolution2D(settings),
        Convolution2D(Settings(["channels": .number(Double(rows)), "kernel": .number(1)]))
      )
      shapes = (Shape([rank] + weight.shape.dimensions.dropFirst()), [rows, rank, 1, 1])
    default: return nil
    }
    let first = Model.Part(
      layers.0, name: name + "a", inputs: part.inputs,
      values: [.dense(try right.reshaped(shapes.0)), .dense(try Tensor.zeros([rank]))])
    let second = Model.Part(
      layers.1, name: name + "b", inputs: [],
      values: [.dense(try left.reshaped(shapes.1)), part.values[1]])
    return (
      first,
      { place in
        var part = second
        part.inputs = [place]
        return part
      }
    )
  }
}

extension Linear {
  fileprivate init(outputs: Int) throws {
    try self.init(Settings(["outputs": .number(Double(outputs))]))
  }
}

/// A request that factoring cannot carry out.
public enum FactorError: DescribedError, Equatable {
  case rule(both: Bool)
  /// What each layer would need.
  case notWorthwhile([String])

  public var code: String {
    switch self {
    case .rule: "E0333"
    case .notWorthwhile: "E0334"
    }
  }

  public var headline: String {
    switch self {
    case .rule(let both):
      both
        ? "`rank` and `energy` both say how much is kept"
        : "`factorize` needs `rank` or `energy`: how much is kept"
    case .notWorthwhile:
      "two layers of this rank would hold more numbers than the one they replace"
    }
  }

  public var notes: [String] {
    if case .notWorthwhile(let layers) = self { Array(layers.prefix(8)) } else { [] }
  }

  public var help: [String] {
    if case .rule = self { ["`rank: 8`, or `energy: 95%`"] } else { [] }
  }
}

extension Factorize {
  public static let trials = [
    Settings(["rank": .number(1)]), Settings(["energy": .number(0.9)]),
  ]

  public func derivation(
    _ x: EncodedTensor, _ others: [Statistic: Tensor], random: Random
  ) throws -> WorkedDerivation {
    var steps = DerivationSteps()
    var inputs: [(name: String, value: Tensor)] = [("w", try x.values)]
    let title: String
    if x.count == 0 {
      title = "nothing to factor"
      steps.add("ŵ", "ŵ = w", "w")
    } else {
      let (left, right, rank) = try factors(x.values)
      title = "rank \(rank)"
      inputs += [("u", left), ("v", right)]
      let lengths = x.shape.dimensions.map(String.init).joined(separator: ", ")
      steps.add("ŵ", "ŵ = (U_r Σ_r) V_rᵀ", "reshape(u @ v, \(lengths))", "nearest of its rank")
      steps.add("e", "e = Σ (w − ŵ)²", "sum((w - ŵ)^2)", "the squares of the σ left out")
      let m = Self.rows(x.shape)
      let n = x.count / m
      steps.add("full", "m · n", "\(m) * \(n)")
      steps.add("pair", "r · (m + n)", "\(rank) * (\(m) + \(n))", "numbers in both factors")
      steps.add("limit", "m · n / (m + n)", "full / (\(m) + \(n))", "worth while below this rank")
    }
    return WorkedDerivation(
      derivation: Derivation(title: title, steps: steps.steps, result: "ŵ"), inputs: inputs)
  }

  public static let card = Card(
    "factorize", .verb,
    summary: "Puts two thin layers in the place of a wide one, by its largest singular values.",
    formula: "W ≈ (U_r Σ_r) V_rᵀ;  r·(m + n) numbers for m·n, worth while iff r < m·n/(m + n)",
    source: "Denton et al. 2014, arXiv:1404.0736; Eckart and Young 1936",
    parameters: [
      Parameter("x", accepts: "a tensor or a model"),
      Parameter("rank", .label, or: "", accepts: "a whole number, from 1", "how many σ are kept"),
      Parameter(
        "energy", .label, or: "", accepts: "a share, 0%…100%",
        "the share of Σ σ² to keep, instead of `rank`"),
    ],
    laws: [.keepsShape, .deterministic],
    examples: [
      Example(
        "print(factorize(tensor([[1, 2], [2, 4]]), rank: 1))", prints: "[[1, 2], [2, 4]]"),
      Example(
        "let net = input(40) |> linear(30) |> relu |> linear(5) |> factorize(rank: 4, layers: \"linear1\"); "
          + "print(net.linear1a.weight.shape, net.linear1b.weight.shape)",
        prints: "[4, 40] [30, 4]"),
      Example(
        "let w = randn(20, 30, seed: 1); "
          + "print(sum((w - factorize(w, energy: 90%))^2) <= 0.1 * sum(w^2))", prints: "true"),
      Example(
        "factorize(input(4) |> linear(4), rank: 3)",
        fails:
          "E0334: two layers of this rank would hold more numbers than the one they replace"),
      Example(
        "factorize(ones(3, 3))",
        fails: "E0333: `factorize` needs `rank` or `energy`: how much is kept"),
    ],
    related: ["prune", "share", "quantize"])
}
