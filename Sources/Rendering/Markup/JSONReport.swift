import Interpreter
import Tensors

/// Anything as JSON; numbers JSON has no form for (∞, NaN) are strings.
func jsonValue(_ value: Value) -> JSON {
  switch value {
  case .nothing: return .null
  case .number(let number): return jsonNumber(number)
  case .boolean(let boolean): return .boolean(boolean)
  case .text(let text): return .text(text.string)
  case .list(let list): return .list(list.items.map(jsonValue))
  case .range(let range): return .list((range.lower..<range.upper).prefix(1000).map { .number($0) })
  case .report(let report): return jsonReport(report)
  case .tensor, .mask, .object:
    guard let tensor = try? value.asTensor else { return .text(value.text) }
    let isMask = if case .mask = value { true } else { false }
    return .object([
      ("shape", .list(tensor.shape.dimensions.map { .number($0) })),
      // A page of numbers, not a file format: `save` writes the rest.
      (
        "values",
        .list(
          tensor.scalars.prefix(10_000).map { scalar in
            isMask ? .boolean(scalar != 0) : jsonNumber(Double(scalar))
          })
      ),
      ("complete", .boolean(tensor.count <= 10_000)),
    ])
  case .function, .builtin, .option: return .text(value.text)
  }
}

private func jsonNumber(_ number: Double) -> JSON {
  number.isFinite ? .decimal(number) : .text(textForm(number))
}

private func jsonReport(_ report: Report) -> JSON {
  .object([
    ("title", .text(report.title)), ("blocks", .list(report.blocks.map(jsonBlock))),
    ("value", jsonValue(report.value)),
  ])
}

private func jsonBlock(_ block: Report.Block) -> JSON {
  switch block {
  case .text(let text): return .object([("kind", .text("text")), ("text", .text(text))])
  case .value(let name, let value):
    return .object([
      ("kind", .text("value")), ("name", .text(name)), ("value", jsonValue(value)),
    ])
  case .table(let table):
    let rows = table.rows.map { JSON.list($0.map(jsonCell)) }
    return .object([
      ("kind", .text("table")), ("columns", .list(table.columns.map { .text($0) })),
      ("rows", .list(rows)),
    ])
  case .plot(let plot):
    let series = plot.series.map { line in
      JSON.object([
        ("name", .text(line.name)), ("x", .list(line.x.map(jsonNumber))),
        ("y", .list(line.y.map(jsonNumber))),
      ])
    }
    return .object([
      ("kind", .text("plot")), ("x", .text(plot.xLabel)), ("y", .text(plot.yLabel)),
      ("series", .list(series)),
    ])
  case .derivation(let derived):
    let inputs = derived.inputs.map {
      JSON.object([("symbol", .text($0.symbol)), ("value", jsonValue($0.value))])
    }
    let steps = derived.steps.map { step in
      JSON.object([
        ("symbol", .text(step.symbol)), ("formula", .text(step.formula)),
        ("latex", .text(formula(plain: step.formula).latex)),
        ("expression", .text(step.expression)),
        ("substitution", step.substitution.map { .text($0) } ?? .null),
        ("value", jsonValue(step.value)), ("remark", .text(step.remark)),
      ])
    }
    return .object([
      ("kind", .text("derivation")), ("title", .text(derived.title)), ("inputs", .list(inputs)),
      ("steps", .list(steps)),
    ])
  }
}

private func jsonCell(_ cell: Report.Table.Cell) -> JSON {
  switch cell {
  case .empty: .null
  case .text(let text): .text(text)
  case .number(let number), .share(let number): jsonNumber(number)
  case .bytes(let count): .number(count)
  case .value(let value): jsonValue(value)
  }
}
