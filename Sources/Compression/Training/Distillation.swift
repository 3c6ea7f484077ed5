import Catalog
import Networks
import Tensors

/// What a student is to take over from a teacher.
public struct Distillation: Sendable {
  /// Layers of student and teacher that are to answer alike.
  public struct Match: Sendable, Equatable {
    public var student: String
    public var teacher: String

    public init(student: String, teacher: String) {
      self.student = student
      self.teacher = teacher
    }
  }

  public var teacher: Model
  /// T, above 0: how much the answers are softened.
  public var temperature: Double
  /// The teacher's share of the loss, in `0...1`; the labels have the rest.
  public var mix: Double
  public var matches: [Match]
  /// How much the matched layers count, from 0.
  public var hint: Double

  public init(
    teacher: Model, temperature: Double = 4, mix: Double = 0.5, matches: [Match] = [],
    hint: Double = 1
  ) {
    self.teacher = teacher
    self.temperature = temperature
    self.mix = mix
    self.matches = matches
    self.hint = hint
  }
}

extension Model {
  /// This model after training on what a teacher answers as well as on the labels.
  ///
  ///     L = (1 − mix) · own loss + mix · T² · KL(softmax(t/T) ‖ softmax(s/T)) + hint · Σ MSE
  ///
  /// KL is the mean over the examples of a batch. The teacher runs as in inference and learns
  /// nothing; its answers to all examples are computed once. A matched layer whose channels differ
  /// in number goes through a linear map that is learnt along and then dropped.
  ///
  /// - Parameters:
  ///   - hooks: what else takes part, such as a schedule.
  ///   - random: the starts of the maps are drawn from it, then what training draws.
  /// - Throws: `DistillationError` when teacher and student do not fit, and what training throws.
  /// - Source: Hinton, Vinyals and Dean, 2015, <https://arxiv.org/abs/1503.02531>; matched layers:
  ///   Romero et al., 2015, <https://arxiv.org/abs/1412.6550>.
  public func distilled(
    _ distillation: Distillation, on data: LabeledData, _ options: TrainingOptions,
    hooks: [any TrainingHook] = [], random: inout Random,
    progress: (TrainingProgress) -> Void = { _ in }
  ) throws -> Model {
    let hook = try DistillationHook(
      distillation, student: self, data, loss: options.loss, random: random.split())
    return try train(
      on: data, options, hooks: [hook] + hooks, random: &random, progress: progress)
  }
}

/// A teacher that a student cannot learn from.
public enum DistillationError: DescribedError, Equatable {
  /// The shapes of both answers, the teacher's first.
  case otherAnswers(Shape, student: Shape)
  /// Softened answers are shares of classes.
  case noClasses(Shape)
  /// No layer of this name: whose, and the near ones.
  case noLayer(String, of: String, near: [String])
  /// Two layers whose results cannot be compared: the student's shape and the teacher's.
  case unlike(Distillation.Match, Shape, Shape)

  public var code: String {
    switch self {
    case .otherAnswers, .noClasses: "E0364"
    case .noLayer, .unlike: "E0365"
    }
  }

  public var headline: String {
    switch self {
    case .otherAnswers(let teacher, let student):
      "the teacher answers with \(teacher) numbers, the student with \(student)"
    case .noClasses(let shape):
      "softened answers are shares of classes; these models answer with \(shape)"
    case .noLayer(let name, let owner, _): "the \(owner) has no layer `\(name)`"
    case .unlike(let match, let own, let theirs):
      "`\(match.student)` gives \(own) and `\(match.teacher)` gives \(theirs)"
    }
  }

  public var notes: [String] {
    switch self {
    case .unlike: ["layers match when they differ in channels only: a linear map makes up for that"]
    default: []
    }
  }

  public var help: [String] {
    switch self {
    case .noLayer(_, _, let near): near.map { "`\"\($0)\"`" }
    default: []
    }
  }

  public func argument(of card: Card) -> String? {
    switch self {
    case .otherAnswers, .noClasses: "teacher"
    case .noLayer, .unlike: "match"
    }
  }
}
