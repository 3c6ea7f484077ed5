import Catalog
import Containers
import Networks
import Tensors

/// Finds what to remove from a model and what to do to each layer so that it fits a budget and stays
/// accurate.
///
///  1. Fold batch norms; remove channels and neurons: none, and several shares of them
///     (`StructureStages`).
///  2. Of each such model measure, layer by layer and alone, how much each pruning and each number
///     format raises the loss, and estimate the bits of every pair of them.
///  3. Walk from the plan that hurts least to the cheapest, each time by the step of one layer that
///     hurts least per unit of cost saved.
///  4. Of the plans on that path take, measured on the whole model and its real file, each layer
///     written by the coder that makes it smallest, the most accurate of the first that meet the
///     budget; without a budget the smallest that keeps the accuracy.
///  5. Of what the models of 1 came to take the most accurate; without a budget the smallest.
///  6. Measure each part again while all others are as in that plan, and search from 3 on: what one
///     layer bears depends on what the others have lost. Stop when nothing better comes of it.
///  7. If nothing is accurate enough, try the plans between the model as it is and the first of 3:
///     losses may fall where accuracy does too.
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
    /// Multiply-adds for one example, those with zeros too: what every kernel saves.
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
    /// For one example: all, and those with a weight that is not zero.
    public var multiplyAdds: Int
    public var effectiveMultiplyAdds: Int
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
  /// Shares of channels and neurons that may go, in percent; empty: shapes stay.
  public var removals: [Int] = Self.defaultRemovals
  public var prunings: [PlanStep]
  public var codings: [PlanStep]
  /// What longer biases may lie on; nothing prunes them.
  public var biasCodings: [PlanStep] = Self.defaultBiasCodings
  /// Coders that may write a layer's numbers, besides fields of one width.
  public var packings: [PlanStep]
  /// Examples that sensitivities are measured on, the first of the data.
  public var sample = 512
  /// Plans on the front besides the chosen one.
  public var points = 6
  /// How often parts are measured again around the best plan, at most.
  public var refinements = 2
  /// Models with units removed that plans are searched for, that without any among them.
  public var stages = 4

  public init(
    _ model: Model, on data: LabeledData, goal: Goal, tuning: Tuning? = nil,
    prunings: [PlanStep] = defaultPrunings, codings: [PlanStep] = defaultCodings,
    packings: [PlanStep] = defaultPackings
  ) {
    self.model = model
    self.data = data
    self.goal = goal
    self.tuning = tuning
    self.prunings = prunings
    self.codings = codings
    self.packings = packings
  }

  public static let defaultRemovals = [10, 20, 30, 40, 50, 60, 70, 80, 90]
  public static let defaultPrunings = [30, 50, 60, 70, 80, 85, 90, 93, 95, 97]
    .map { PlanStep.prune(percent: $0) }
  /// Integers of one scale, and of one scale a channel where few bits leave little room; codebooks.
  public static let defaultCodings =
    ["int8", "int6", "int5", "int4", "int3", "int2"].map { PlanStep.quantize($0) }
    + ["int4", "int3", "int2"].map { PlanStep.quantize($0).per("channel") }
    + [5, 4, 3, 2].map { PlanStep.share(bits: $0) }
  public static let defaultBiasCodings =
    ["float16", "int8", "int6", "int4"].map { PlanStep.quantize($0) }
  public static let defaultPackings = ["huffman", "rangecoder"].map { PlanStep.encode($0) }

  /// The plan and the model it gives.
  ///
  /// - Throws: `PlanError` when there is no goal or none of the plans meets it; `VerbError` for a
  ///   model without weights; `Cancelled`.
  public func run(progress: @escaping (VerbProgress) -> Void = { _ in }) throws -> Result {
    guard goal != Goal() else { throw PlanError.noGoal }
    _ = try model.weights(for: "compress")
    let few = data.count > sample ? try data.subset(first: sample) : data
    let structures = try StructureStages(
      model: folded(), data: few, goal: goal, shares: removals
    ) { progress(VerbProgress("structure", fraction: 0.1 * $0)) }
    .stages(count: max(1, stages), refinements: refinements)
    // What was trained between steps is not what single steps are measured on.
    let rounds = tuning == nil && writesSmall ? refinements : 0
    let share = 0.9 / Double(structures.count + rounds)
    var start = 0.1
    var choice = PlanChoice(goal)
    var searched: [PlanRuns] = []
    var best: Int?
    var unchanged: (stage: StructureStage, layers: [LayerOptions])?
    func look(_ stage: StructureStage, _ context: CompressionPlan?) throws {
      let from = start
      start += share
      let layers = try measuring(stage, few, context) {
        progress(VerbProgress("sensitivity", fraction: from + 0.4 * share * $0))
      }.options()
      if stage.steps.isEmpty, unchanged == nil { unchanged = (stage, layers) }
      var runs = PlanRuns(
        search: self, stage: stage, path: PlanPath(layers) { Double($0.bits) }
      ) { done, most in
        let part = 0.4 + 0.6 * min(1, Double(done) / Double(most))
        progress(VerbProgress("plans", fraction: from + share * part))
      }
      if try choice.add({ try runs.choose() }) { best = searched.count }
      searched.append(runs)
    }
    for (place, structure) in structures.enumerated() {
      let stage = try tuned(structure)
      let isLast = place == structures.count - 1 && searched.isEmpty
      if try isLast || !isHopeless(stage) { try look(stage, nil) }
    }
    // What one part bears depends on what the others have: measured again around the best plan.
    for _ in 0..<rounds {
      guard let known = best, let plan = choice.best?.plan else { break }
      try look(searched[known].stage, plan)
      if best == known { break }
    }
    var gentle: [Outcome] = []
    if !choice.isMet, goal.accuracy != nil, let unchanged {
      var runs = PlanRuns(
        search: self, stage: unchanged.stage,
        path: .gentle(unchanged.layers) { Double($0.bits) }, progress: { _, _ in })
      _ = try choice.add { try runs.smallest() }
      gentle = runs.outcomes
    }
    if let best {
      try searched[best].runFront(points)
      if !choice.isMet { try searched[best].runAccurate() }
    }
    // What was carried out for the front may be better still.
    let outcomes = searched.flatMap(\.outcomes) + gentle
    for outcome in outcomes where goal.allows(outcome) { _ = choice.add(outcome) }
    let chosen = try choice.chosen(
      enough: goal.isBudgeted ? outcomes.filter(choice.isAccurate).map(\.bytes).min() : nil
    ) { try model.evaluate(on: data, loss: CrossEntropy()).accuracy }
    progress(VerbProgress("plans", fraction: 1, isFinal: true))
    return Result(chosen: chosen, front: Self.front(of: outcomes, with: chosen))
  }

  /// The model without the batch norms that can be part of the layer before them: the same outputs
  /// in fewer bytes, and nothing that the other steps have to spare.
  private func folded() throws -> Model {
    do {
      var folded = try NormFolding().prepared(model, on: nil)
      guard folded.nodes.count < model.nodes.count else { return model }
      folded.steps = model.steps + [NormFolding.card.name + "()"]
      return folded
    } catch PreparationError.quantized {
      return model
    }
  }

  private func measuring(
    _ stage: StructureStage, _ data: LabeledData, _ context: CompressionPlan?,
    progress: @escaping (Double) -> Void
  ) -> LayerMeasuring {
    LayerMeasuring(
      model: stage.model, data: data, prunings: writesSmall ? prunings : [],
      codings: writesSmall ? codings : [], biasCodings: writesSmall ? biasCodings : [],
      isCoded: !packings.isEmpty, context: context, progress: progress)
  }

  /// Whether files are to be small at all: a budget of multiply-adds alone leaves weights alone.
  var writesSmall: Bool { goal.bytes != nil || goal.multiplyAdds == nil }

  /// What was removed is trained once, for all plans that start there.
  private func tuned(_ stage: StructureStage) throws -> StructureStage {
    guard let tuning, !stage.steps.isEmpty else { return stage }
    try Work.current.checkpoint()
    return StructureStage(
      steps: stage.steps, model: try tuning.apply(to: stage.model, trains: true))
  }

  /// A model below the accuracy wanted is no start, unless there is no other.
  private func isHopeless(_ stage: StructureStage) throws -> Bool {
    guard let wanted = goal.accuracy, !stage.steps.isEmpty else { return false }
    return try stage.model.evaluate(on: data, loss: CrossEntropy()).accuracy < wanted
  }

  /// What no other beats in both size and accuracy, the chosen one always among them.
  static func front(of all: [Outcome], with chosen: Outcome) -> [Outcome] {
    var front: [Outcome] = []
    let sorted = all.enumerated().sorted { left, right in
      let (a, b) = (left.element, right.element)
      if a.bytes != b.bytes { return a.bytes < b.bytes }
      return a.accuracy != b.accuracy ? a.accuracy > b.accuracy : left.offset < right.offset
    }
    for (_, own) in sorted {
      let isBetter = front.allSatisfy({ $0.accuracy < own.accuracy })
      let isChosen = own.plan == chosen.plan && !front.contains(where: { $0.plan == own.plan })
      if isBetter || isChosen { front.append(own) }
    }
    return front
  }
}
