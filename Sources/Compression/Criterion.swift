import Catalog
import Tensors

/// What a criterion may ask for, by the names its parameters have in the language.
public enum Statistic: String, Sendable, CaseIterable {
  case weight, gradient, gradientMean, gradientStd, activation, inputNorm, hessian
}

/// What is known of one tensor when its elements are judged.
public struct Statistics: Sendable {
  private var tensors: [Statistic: Tensor]
  /// The stream that a random criterion draws from.
  public var random: Random

  public init(
    weight: Tensor, _ others: [Statistic: Tensor] = [:], random: Random = Random(seed: 0)
  ) {
    tensors = others
    tensors[.weight] = weight
    self.random = random
    self.weight = weight
  }

  public let weight: Tensor

  /// A statistic that the criterion said it needs.
  ///
  /// - Throws: `PruneError.missing` when it was not collected.
  public func value(_ statistic: Statistic) throws -> Tensor {
    guard let tensor = tensors[statistic] else { throw PruneError.missing(statistic) }
    return tensor
  }
}

/// What a criterion says of a tensor's elements.
public enum Judgement: Sendable {
  /// A number for each; the lowest go first, as many as were asked for.
  case scores(Tensor)
  /// 1 for each that goes, 0 for each that stays; takes no amount.
  case pruned(Tensor)
}

/// A rule that says which weights matter least.
public protocol Criterion: Sendable {
  /// What `judge` reads; exactly this is collected.
  var needs: [Statistic] { get }
  /// How the language writes it: `magnitude`, `weight => abs(weight)`.
  var text: String { get }
  /// The scores as an expression of the language over the weight's name, or `nil` without one.
  func expression(of weight: String) -> String?
  /// Whether it draws from `Statistics.random`.
  var isRandom: Bool { get }

  /// Judges every element of `statistics.weight`; the answer has the weight's shape.
  func judge(_ statistics: Statistics) throws -> Judgement
}

extension Criterion {
  public var needs: [Statistic] { [.weight] }
  public func expression(of weight: String) -> String? { nil }
  public var isRandom: Bool { false }
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
