import Catalog
import Compression
import Networks

/// `linear` is a layer behind a model, and elsewhere the schedule of that name.
let linearBuiltin = Builtin(
  linearCard,
  explain: { try $0.isLayer ? nil : $0.explainedSchedule(LinearSchedule.self) }
) { call in
  if try call.isLayer {
    let isBehindModel = try call.isBehindModel
    for name in scheduleParameters.map(\.name) {
      try call.refuse(name, because: "only the schedule `linear` takes it")
    }
    guard isBehindModel, call.has("outputs") else {
      let (missing, wanted) =
        isBehindModel || !call.has("outputs")
        ? ("outputs", "a whole number, from 1") : ("x", "a model")
      throw call.error(
        "E0102", "`linear` needs `\(missing)`: \(wanted)",
        notes: ["as a layer it is called as `net |> linear(10)`"])
    }
    return try call.appendLayer(Linear.self)
  }
  try call.refuse("name", because: "only layers have names")
  return try call.schedule(LinearSchedule.self)
}

private let scheduleParameters =
  (LinearSchedule.card.parameters ?? []).filter { $0.name != "amount" }

private var linearCard: Card {
  var card = Linear.card.alsoTaking(
    parameters: [
      Parameter(
        "x", or: "", accepts: "a model, or a share, 0%…100%",
        "what the layer follows; for a schedule, the share of the weights that is zero in the end"),
      Parameter(
        "outputs", or: "", accepts: "a whole number, from 1", "length of the layer's result"),
      Parameter("name", .label, or: "", accepts: "a string", "what to call the layer"),
    ] + scheduleParameters, examples: LinearSchedule.card.examples)
  card.related += LinearSchedule.card.related
  return card
}

extension Call {
  fileprivate var isBehindModel: Bool { get throws { try has("x") && value("x").model != nil } }

  /// Whether a layer is meant, not the schedule.
  fileprivate var isLayer: Bool {
    // `linear(10)` without a model is a layer that follows nothing, not ten times all weights.
    get throws { try isBehindModel || has("outputs") || isLayerWithoutModel }
  }

  /// Whether the only argument is a whole number above 1, as a layer's width is.
  fileprivate var isLayerWithoutModel: Bool {
    guard case .number(let number)? = given("x") else { return false }
    return number > 1 && number.rounded() == number
      && !scheduleParameters.contains { has($0.name) }
  }
}
