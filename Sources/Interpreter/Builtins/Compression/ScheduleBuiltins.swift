import Catalog
import Compression
import Tensors

/// A schedule is an option; asked `at:` points of its way it is worth the shares there.
func scheduleBuiltin(_ type: any PruningSchedule.Type) -> Builtin {
  Builtin(type.card, explain: { try $0.explainedSchedule(type) }) { try $0.schedule(type) }
}

extension Call {
  /// The schedule as an option, or the shares at points of its way.
  func schedule(_ type: any PruningSchedule.Type) throws -> Value {
    let (schedule, option) = try described(type)
    guard has("at") else { return .option(option) }
    let final = try finalShare(schedule)
    let initial = schedule.course.initial
    if case .number(let t)? = given("at") {
      return .number(schedule.share(at: try number("at", in: t...t), from: initial, to: final))
    }
    let points = try tensor("at")
    return .tensor(
      try placed(at: "at") {
        try Tensor(
          points.shape,
          points.scalars.map {
            Float(schedule.share(at: Double($0), from: initial, to: final))
          })
      })
  }

  /// The amount is the first argument, whatever else that is called where a layer shares the name.
  private func described(
    _ type: any PruningSchedule.Type
  ) throws -> (schedule: any PruningSchedule, option: Option) {
    let first = card.parameters?.first?.name ?? "amount"
    let names = (type.card.parameters ?? []).map(\.name).filter { $0 != "at" && $0 != "amount" }
    // A function is no setting: `train` finds it among the arguments.
    let isOwnCriterion = if case .function? = given("by") { true } else { false }
    var settings = try settings(for: names.filter { $0 != "by" || !isOwnCriterion })
    settings["amount"] = try self.settings(for: [first])[first]
    var arguments: [String: Value] = [:]
    for name in names + [first] { arguments[name] = given(name) }
    let schedule = try placed { try type.init(settings) }
    return (schedule, Option(builtin, arguments: arguments, settings: settings))
  }

  fileprivate func finalShare(_ schedule: any PruningSchedule) throws -> Double {
    guard let final = schedule.course.amount else {
      throw error(ScheduleError.noAmount(schedule: card.name))
    }
    return final
  }

  /// At one point the formula with its numbers, else a table of all moves.
  func explainedSchedule(_ type: any PruningSchedule.Type) throws -> Explanation {
    let schedule = try described(type).schedule
    let final = try finalShare(schedule)
    let initial = schedule.course.initial
    if case .number(let t)? = given("at"), (0...1).contains(t) {
      return Explanation(
        Derivation(
          title: "t from 0 to 1, a the initial share, z the final one",
          steps: [Derivation.Step("s", type.card.formula, schedule.expression)], result: "s"),
        inputs: [("t", .number(t)), ("a", .number(initial)), ("z", .number(final))])
    }
    let points =
      has("at")
      ? try tensor("at").scalars.map(Double.init)
      : (0...schedule.course.steps).map { Double($0) / Double(schedule.course.steps) }
    let shares = points.map { schedule.share(at: $0, from: initial, to: final) }
    let rows = zip(points, shares).enumerated().map { step, pair in
      [
        Report.Table.Cell.number(Double(step)), .share(pair.0), .share(pair.1),
        .share(1 - pair.1),
      ]
    }
    return Explanation(
      Report(
        "\(card.name): \(type.card.formula)",
        blocks: [
          .table(.init(columns: ["step", "of the way", "zero", "left"], rows: rows))
        ], value: .tensor(try placed { try Tensor(shares.map { Float($0) }) })))
  }
}
