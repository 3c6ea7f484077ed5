import Catalog
import Encodings
import Tensors

/// What a criterion says of a tensor's elements.
public enum Judgement: Sendable {
  /// A number for each; the lowest go first, as many as were asked for.
  case scores(Tensor)
  /// The element's own magnitude is its score; nobody has to write it down to rank single weights.
  case magnitudes
  /// 1 for each that goes, 0 for each that stays; takes no amount.
  case pruned(Tensor)
  /// 1 for each that goes, as many as were asked for, and the values of all: those that stay have
  /// been moved to make up for those that go.
  case revised(pruned: Tensor, values: Tensor)
}

extension Judgement {
  /// The scores of the elements of a tensor; `nil` for what chooses without.
  public func scores(of weight: Tensor) throws -> Tensor? {
    switch self {
    case .scores(let scores): scores
    case .magnitudes: try weight.mapped(.absolute)
    case .pruned, .revised: nil
    }
  }
}

/// A rule that says which weights matter least.
///
/// A tensor is judged by its statistics. A model is judged tensor by tensor, each with statistics
/// collected on the call's data, unless the criterion writes its own `judge(_: ModelQuestion…)`.
public protocol Criterion: Sendable {
  /// What `judge` reads; exactly this is collected.
  var needs: [Statistic] { get }
  /// How the language writes it: `magnitude`, `weight => abs(weight)`.
  var text: String { get }
  /// The scores as an expression of the language, or `nil` when it has none.
  ///
  /// It stands over the weight's name and, by their names, the other statistics in `needs`.
  func expression(of weight: String) -> String?
  /// Whether it draws from `Statistics.random`.
  var isRandom: Bool { get }
  /// Whether layers are ranked together when the call does not say.
  var scope: Prune.Scope { get }
  /// Whether weights are compared only within their row (the slice of axis 0), each row giving
  /// the same share, when layers are ranked each by itself.
  var comparesRows: Bool { get }

  /// Judges every element of `statistics.weight`; the answer has the weight's shape.
  func judge(_ statistics: Statistics) throws -> Judgement

  /// Judges all weights of a model.
  ///
  /// - Parameter random: moved on only by a criterion of chance.
  /// - Returns: one judgement a tensor, in the order of `question.tensors`.
  func judge(_ question: ModelQuestion, random: inout Random) throws -> [Judgement]
}

extension Criterion {
  public var needs: [Statistic] { [.weight] }
  public func expression(of weight: String) -> String? { nil }
  public var isRandom: Bool { false }
  public var scope: Prune.Scope { .layer }
  public var comparesRows: Bool { false }

  public func judge(_ question: ModelQuestion, random: inout Random) throws -> [Judgement] {
    let collected = try question.statistics(needs, for: text)
    return try question.tensors.indices.map { index in
      let tensor = question.tensors[index]
      return try judge(
        Statistics(
          weight: tensor.values, collected[index], random: isRandom ? random.split() : random,
          share: question.share, groups: question.groups, kept: tensor.kept))
    }
  }
}

/// A criterion with a card, chosen by its name.
public protocol CatalogedCriterion: Criterion, Cataloged {
  init(_ settings: Settings) throws
}

extension CatalogedCriterion {
  public var text: String { Self.card.name }
}

/// A criterion that the user wrote as a function.
public struct UserCriterion: Criterion {
  public let needs: [Statistic]
  public let text: String
  private let function: @Sendable (Statistics) throws -> Judgement

  /// - Parameters:
  ///   - needs: the statistics that the function's parameters are named after, in their order.
  ///   - text: its source, for recipes.
  ///   - function: scores, or a mask of what goes.
  public init(
    needs: [Statistic], text: String,
    function: @escaping @Sendable (Statistics) throws -> Judgement
  ) {
    self.needs = needs
    self.text = text
    self.function = function
  }

  public func judge(_ statistics: Statistics) throws -> Judgement { try function(statistics) }
}
