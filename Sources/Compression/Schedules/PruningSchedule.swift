import Catalog
import Networks
import Tensors

/// How sparse a network is on its way from dense to the amount that was asked for.
///
/// The same schedule serves in two places: `prune(…, schedule:)` prunes a little, trains, and prunes
/// again, `steps` times; `train(…, pruning:)` moves the mask while it trains.
public protocol PruningSchedule: Cataloged {
  init(_ settings: Settings) throws
  /// What every schedule has: where it begins and ends, and how often it moves.
  var course: PruningCourse { get }

  /// The share that is zero at a point of the way.
  ///
  /// - Parameters:
  ///   - progress: from 0, where it begins, to 1, where it ends.
  ///   - initial: the share at 0.
  ///   - final: the share at 1.
  func share(at progress: Double, from initial: Double, to final: Double) -> Double

  /// The same as an expression of the language over `t`, `a` (initial) and `z` (final).
  var expression: String { get }

  /// Whether the weights that stay go back to where they began each time the mask moves.
  var rewinds: Bool { get }

  /// Whether pruning goes on within the training of a round, not only between rounds.
  var goesOnInTraining: Bool { get }

  /// What takes part in a training to keep this schedule.
  func hook(_ pruning: TrainingPruning) -> any TrainingHook
}

extension PruningSchedule {
  public var rewinds: Bool { false }
  public var goesOnInTraining: Bool { false }
  public func hook(_ pruning: TrainingPruning) -> any TrainingHook {
    PruningHook(self, pruning)
  }

  /// The share after each of the moves, 1 to `steps`.
  public func shares(to final: Double) -> [Double] {
    (1...course.steps).map {
      share(at: Double($0) / Double(course.steps), from: course.initial, to: final)
    }
  }
}

extension SettingsReader {
  /// The schedule that an option names.
  ///
  /// - Throws: `SettingError` for a name that is none, or a setting outside its domain.
  func schedule(_ name: String) throws -> any PruningSchedule {
    let option = try option(name)
    guard let type = scheduleCatalog.first(where: { $0.card.name == option.name }) else {
      throw SettingError.unknown(
        card.name, name, option.name, kind: "schedule",
        choices: scheduleCatalog.map { $0.card.name })
    }
    return try type.init(option.settings)
  }
}

extension SettingsReader {
  /// What a training prunes by: the schedule of an option, and the pruning it ends in.
  ///
  /// - Throws: `ScheduleError.noAmount` where the schedule does not say to what share.
  public func trainingPruning(
    _ name: String
  ) throws -> (schedule: any PruningSchedule, prune: Prune) {
    let schedule = try schedule(name)
    var settings = schedule.course.pruning
    settings["amount"] = schedule.course.amount.map { .number($0) }
    let prune = try Prune(settings)
    guard prune.share != nil || !prune.structure.takesAmount else {
      throw ScheduleError.noAmount(schedule: try option(name).name)
    }
    return (schedule, prune)
  }
}
