import Catalog
import Networks
import Tensors

/// Pruning in several rounds with training in between: what `prune` needs for that.
public struct ScheduledPruning: Sendable {
  public var schedule: any PruningSchedule
  /// Of each round; 0 prunes round by round without training.
  public var epochs: Int
  public var batch: Int
  public var optimizer: any Optimizer
  public var loss: any Loss

  public init(
    _ schedule: any PruningSchedule, epochs: Int = 1, batch: Int = 32,
    optimizer: any Optimizer, loss: any Loss
  ) {
    self.schedule = schedule
    self.epochs = epochs
    self.batch = batch
    self.optimizer = optimizer
    self.loss = loss
  }

  /// `nil` when the call gives no schedule.
  ///
  /// - Throws: `ScheduleError` when it has what only a schedule can use.
  init?(_ reader: SettingsReader) throws {
    guard reader.has("schedule") else {
      for name in ["epochs", "batch", "optimizer", "loss"] where reader.settings[name] != nil {
        throw ScheduleError.withoutSchedule(name)
      }
      return nil
    }
    schedule = try reader.schedule("schedule")
    if schedule.course.amount != nil { throw ScheduleError.twoAmounts }
    epochs = try reader.whole("epochs", in: 0...1_000_000)
    batch = try reader.whole("batch", in: 1...1_000_000)
    let rule = try reader.entry("optimizer", kind: "optimizer", of: optimizerCatalog) {
      $0.card.name
    }
    optimizer = try rule.entry.init(rule.settings)
    let measure = try reader.entry("loss", kind: "loss", of: lossCatalog) { $0.card.name }
    loss = try measure.entry.init(measure.settings)
  }

  static let parameters = [
    Parameter(
      "schedule", .label, or: "", accepts: "a schedule, such as `cubic`",
      choices: scheduleCatalog.map { $0.card.name },
      "prune in several rounds, and train after each"),
    Parameter(
      "epochs", .label, or: "1", accepts: "a whole number from 0",
      "passes over the data after each round of a schedule"),
    Parameter(
      "batch", .label, or: "32", accepts: "a whole number from 1",
      "examples per step of that training"),
    Parameter(
      "optimizer", .label, or: "adam", accepts: "an optimizer",
      choices: optimizerCatalog.map { $0.card.name }, "the rule of that training"),
    Parameter(
      "loss", .label, or: "crossEntropy", accepts: "a loss",
      choices: lossCatalog.map { $0.card.name }, "what that training makes small"),
    Parameter(
      "rewind", .label, or: "", accepts: "a model",
      "for `lottery`: where weights go back to, instead of `x`, which then counts as trained"),
  ]
}

extension Prune {
  /// The same pruning to other shares.
  func scaled(_ share: (Double) -> Double) -> Prune {
    var other = self
    other.plan = nil
    other.share = self.share.map(share)
    other.shares = shares?.map(share)
    return other
  }

  /// Prunes to the share of each round, trains, and goes on; the history is that of all rounds.
  ///
  /// Where a structure removes what it prunes, each round takes its share of what is left.
  ///
  /// - Throws: `ScheduleError` without data, and what pruning and training throw.
  func scheduled(
    _ plan: ScheduledPruning, _ model: Model, _ resources: Resources, random: inout Random
  ) throws -> Model {
    var rounds = try PruningRounds(plan, resources, TrainedScores(criterion))
    let schedule = plan.schedule
    let start = resources.rewind ?? model
    var current = model
    if schedule.rewinds, resources.rewind == nil {
      current = try rounds.trained(current, nil, &random)
    }
    var removes = false
    for round in 1...schedule.course.steps {
      var once = scaled { final in
        let shares = [round - 1, round].map {
          schedule.share(
            at: Double($0) / Double(schedule.course.steps), from: schedule.course.initial,
            to: final)
        }
        return removes && shares[0] < 1 ? 1 - (1 - shares[1]) / (1 - shares[0]) : shares[1]
      }
      if let scores = rounds.scores { once.criterion = try scores.summed() }
      let pruned = try once(current, rounds.resources, random: &random)
      removes = removes || pruned.weightCount != current.weightCount
      if schedule.rewinds { try start.expectRewindable(to: pruned) }
      current = schedule.rewinds ? try pruned.rewound(to: start) : pruned
      if schedule.rewinds { rounds.scores?.clear() }
      current = try rounds.trained(current, self, &random)
    }
    current.history = rounds.history
    return current
  }
}

/// What the rounds of a schedule share: data, how training goes, the history so far.
private struct PruningRounds {
  let plan: ScheduledPruning
  let resources: Resources
  /// Of a criterion whose scores add up over the trainings.
  let scores: TrainedScores?
  var history = History()
  private var done = 0

  init(_ plan: ScheduledPruning, _ resources: Resources, _ scores: TrainedScores?) throws {
    self.plan = plan
    self.resources = resources
    self.scores = scores
    guard plan.epochs == 0 || resources.data != nil else { throw ScheduleError.noData }
  }

  /// How often the network is trained in all.
  private var trainings: Int {
    plan.schedule.course.steps + (plan.schedule.rewinds && resources.rewind == nil ? 1 : 0)
  }

  /// The model after the training of one round.
  ///
  /// - Parameter prune: what a schedule goes on pruning by in that training, if it does.
  mutating func trained(_ model: Model, _ prune: Prune?, _ random: inout Random) throws -> Model {
    guard plan.epochs > 0, let data = resources.data else { return model }
    let options = TrainingOptions(
      epochs: plan.epochs, batch: plan.batch, optimizer: plan.optimizer, loss: plan.loss)
    var hooks: [any TrainingHook] = scores.map { [ScoringHook(scores: $0)] } ?? []
    if let prune, plan.schedule.goesOnInTraining {
      hooks.append(
        plan.schedule.hook(
          TrainingPruning(prune.scaled { $0 }, data: data, random: random.split())))
    }
    let (before, all) = (Double(done), Double(trainings))
    let result = try model.train(on: data, options, hooks: hooks, random: &random) { step in
      let epoch = Double(step.examplesDone) / Double(max(1, step.examples))
      let share = (Double(step.epoch - 1) + epoch) / Double(step.epochs)
      resources.progress(
        VerbProgress(
          "round \(Int(before) + 1)/\(Int(all)), loss \(shortened(step.loss))",
          fraction: (before + share) / all, isFinal: before + share >= all))
    }
    done += 1
    history.epochs += result.history?.epochs ?? []
    return result
  }
}

/// To three decimals.
private func shortened(_ loss: Double) -> String { printed("%.*f", 3, loss) }

extension Model {
  /// - Throws: `ScheduleError.otherShapes` unless the other's weights fit in the place of these.
  fileprivate func expectRewindable(to pruned: Model) throws {
    let (own, other) = (parameters, pruned.parameters)
    if own.map(\.path) == other.map(\.path),
      own.map(\.parameter.shape) == other.map(\.parameter.shape)
    {
      return
    }
    throw ScheduleError.otherShapes
  }

  /// This model's masks and grids on the numbers of another one.
  fileprivate func rewound(to start: Model) throws -> Model {
    let values = start.parameters
    var next = values.makeIterator()
    return try mapParameters { entry in
      guard let value = next.next() else { return nil }
      var parameter = entry.parameter
      let tensor = try value.parameter.tensor
      parameter.value =
        try parameter.constraint.map { try $0.finish($0.projected(tensor)) } ?? .dense(tensor)
      return parameter
    }
  }
}
