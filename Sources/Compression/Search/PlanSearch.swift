import Catalog
import Containers
import Networks
import Tensors

/// Finds what to do to each layer so that a model fits a budget and stays accurate.
///
///  1. Measure, layer by layer and alone, how much each pruning and each number format raises the
///     loss, and the encoded bits of every pair of them.
///  2. Walk from the plan that hurts least to the cheapest, each time by the step of one layer that
///     hurts least per unit of cost saved.
///  3. Of the plans on that path take, measured on the whole model and its real file, the first that
///     meets the budget; without a budget the last that keeps the accuracy.
///
/// Same model, data and settings: the same plan. Nothing is drawn but what `train` draws from `seed`.
///
/// - Source: one-on sensitivities as Han et al., 2015, §4.1, <https://arxiv.org/abs/1506.02626>; the
///   allocation is Fox's marginal analysis, 1966.
public struct PlanSearch {
  /// What is wanted; at least one of the four.
  public struct Goal: Sendable, Equatable {
    /// The length of the file, in bytes.
    public var bytes: Int?
    /// Effective multiply-adds for one example.
    public var multiplyAdds: Int?
    /// The least accuracy, absolute; relative goals are made absolute before.
    public var accuracy: Double?

    public init(bytes: Int? = nil, multiplyAdds: Int? = nil, accuracy: Double? = nil) {
      self.bytes = bytes
      self.multiplyAdds = multiplyAdds
      self.accuracy = accuracy
    }
  }

  /// Training between the steps.
  public struct Tuning: Sendable {
    public var data: LabeledData
    /// How the pipeline writes the data: `mnist.train`.
    public var dataText: String
    public var epochs: Int
    public var seed: Int

    public init(_ data: LabeledData, text: String, epochs: Int, seed: Int) {
      self.data = data
      dataText = text
      self.epochs = epochs
      self.seed = seed
    }
  }

  /// A plan carried out.
  public struct Outcome: Sendable {
    public var plan: CompressionPlan
    public var model: Model
    /// The length of its file.
    public var bytes: Int
    public var multiplyAdds: Int
    public var accuracy: Double
    /// The lines after the model's name, in order.
    public var pipeline: [String]
  }

  public struct Result: Sendable {
    public var chosen: Outcome
    /// What was carried out, by size, smallest first; none is both larger and worse than another.
    public var front: [Outcome]
  }

  public var model: Model
  /// What accuracy is measured on.
  public var data: LabeledData
  public var goal: Goal
  public var tuning: Tuning?
  public var prunings: [PlanStep]
  public var codings: [PlanStep]
  public var packing: PlanStep?
  /// Examples that sensitivities are measured on, the first of the data.
  public var sample = 512
  /// Plans on the front besides the chosen one.
  public var points = 6

  public init(
    _ model: Model, on data: LabeledData, goal: Goal, tuning: Tuning? = nil,
    prunings: [PlanStep] = defaultPrunings, codings: [PlanStep] = defaultCodings,
    packing: PlanStep? = nil
  ) {
    self.model = model
    self.data = data
    self.goal = goal
    self.tuning = tuning
    self.prunings = prunings
    self.codings = codings
    self.packing = packing
  }

  public static let defaultPrunings = [30, 50, 60, 70, 80, 85, 90, 93, 95, 97]
    .map { PlanStep.prune(percent: $0) }
  /// Integers of one scale, and of one scale a channel where few bits leave little room.
  public static let defaultCodings =
    ["int8", "int6", "int5", "int4", "int3", "int2"].map { PlanStep.quantize($0) }
    + ["int4", "int3", "int2"].map { PlanStep.quantize($0).per("channel") }

  /// The plan and the model it gives.
  ///
  /// - Throws: `PlanError` when there is no goal or none of the plans meets it; `VerbError` for a
  ///   model without weights; `Cancelled`.
  public func run(progress: @escaping (VerbProgress) -> Void = { _ in }) throws -> Result {
    guard goal != Goal() else { throw PlanError.noGoal }
    _ = try model.weights(for: "compress")
    let few = data.count > sample ? try data.subset(first: sample) : data
    let layers = try LayerMeasuring(
      model: model, data: few, prunings: prunings, codings: codings, packing: packing
    ) { progress(VerbProgress("sensitivity", fraction: 0.5 * $0)) }
    .options()
    let path = PlanPath(layers, cost: cost)
    var runs = PlanRuns(search: self, path: path) { done, all in
      progress(VerbProgress("plans", fraction: 0.5 + 0.5 * Double(done) / Double(all)))
    }
    let result = try runs.choose()
    progress(VerbProgress("plans", fraction: 1, isFinal: true))
    return result
  }

  /// What the budgets count, each relative to its budget.
  private func cost(_ option: LayerOptions.Option) -> Double {
    var sum = 0.0
    if let bytes = goal.bytes { sum += Double(option.bits) / (8 * Double(max(1, bytes))) }
    if let macs = goal.multiplyAdds { sum += Double(option.multiplyAdds) / Double(max(1, macs)) }
    return goal.bytes == nil && goal.multiplyAdds == nil ? Double(option.bits) : sum
  }
}
