import Networks

extension Model {
  /// `net.groups`: which channels and neurons may go, and what goes with each.
  var groupsReport: Report {
    get throws {
      let groups = try channelGroups
      let rows = groups.map { group -> [Report.Table.Cell] in
        [
          .text(description(of: group)), .number(Double(group.units.count)),
          .text(group.units.first.map(description(of:)) ?? ""),
        ]
      }
      let units = try groups.map { group in
        try Value.list(group.units.map { .string(description(of: $0)) })
      }
      return Report(
        "channels that go together",
        blocks: groups.isEmpty
          ? [.text("none may go: those of the input and of the answer stay")]
          : [.table(.init(columns: ["group", "units", "the first one"], rows: rows))],
        value: try .list(units))
    }
  }
}
