import Networks
import Tensors

extension Prune {
  /// Which units go, how they score, and what the model has left: for `explain`.
  ///
  /// Of structures that are not removed, and of schedules: layer by layer, as of every verb.
  public func account(
    of model: Model, _ resources: Resources, random: Random
  ) throws -> ModelAccount {
    var stream = random
    guard plan == nil, let structure = structure as? any RemovableStructure else {
      return try ModelAccount(from: model, to: self(model, resources, random: &stream))
    }
    let ranking = try channelRanking(structure, of: model, resources, random: &stream)
    let chosen = try chosen(ranking)
    let units = chosen.map(ranking.unit)
    let after = try changed(model, without: units)
    let amount = "k = rne(\(DerivationSteps.literal(share ?? 0)) · n)"
    let ranked =
      scope == .global
      ? "all groups together, by the mean over a unit's weights"
      : "each group by itself, by the sum over a unit's weights"
    return ModelAccount(
      "\(structure.text) by \(criterion.text), \(ranked), \(amount), "
        + (scope == .global ? "no group gives more than max(90%, share)" : "one of a group stays"),
      [
        groupTable(ranking, chosen, of: model),
        ModelAccount.Table(
          ["goes", "score"],
          chosen.map {
            [.text(model.description(of: ranking.unit($0))), .number(ranking.score($0))]
          }),
        figures(model, after),
      ])
  }

  private func groupTable(
    _ ranking: ChannelRanking, _ chosen: [ChannelRanking.Place], of model: Model
  ) -> ModelAccount.Table {
    ModelAccount.Table(
      ["group", "units", "go", "left"],
      ranking.groups.enumerated().map { place, group in
        let gone = chosen.count { $0.group == place }
        return [
          .text(model.description(of: group)), .number(Double(group.units.count)),
          .number(Double(gone)), .number(Double(group.units.count - gone)),
        ]
      })
  }

  private func figures(_ before: Model, _ after: Model) -> ModelAccount.Table {
    func row(_ name: String, _ figure: (Model) -> Int) -> [ModelAccount.Cell] {
      [.text(name), .number(Double(figure(before))), .number(Double(figure(after)))]
    }
    return ModelAccount.Table(
      ["", "before", "after"],
      removes
        ? [row("parameters", \.parameterCount), row("multiply-adds", \.multiplyAdds)]
        : [row("non-zero weights", \.nonZeroWeightCount)])
  }
}
