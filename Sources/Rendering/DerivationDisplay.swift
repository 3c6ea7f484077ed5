import Interpreter
import Tensors

/// A derivation as numbered steps: formula, then its value; tensors on lines of their own.
///
///     quantize        symmetric, whole tensor, round half to even
///           w   0.42   −1.30   0.07   0.91   −0.55   0.00
///      1  a = max|w|            = 1.3
///      3  s = a / m   = 1.3 / 7 = 0.1857143
///      4  q = clamp(round(w/s), −8, 7)
///           q   2   −7   0   5   −3   0
func derivationLines(_ derived: Report.Derived, _ options: DisplayOptions) -> [String] {
  let numberWidth = String(derived.steps.count).count
  let formulaWidth =
    derived.steps.filter { isScalar($0.value) }.map { columns(of: $0.formula) }
    .max() ?? 0
  let substitutions = derived.steps.map { isScalar($0.value) ? substitution(of: $0) : "" }
  let substitutionWidth = substitutions.map { columns(of: $0) }.max() ?? 0
  let symbolWidth =
    (derived.steps.map(\.symbol) + derived.inputs.map(\.symbol))
    .map { columns(of: $0) }.max() ?? 0
  var lines = derived.title.isEmpty ? [] : [derived.title]
  for input in derived.inputs {
    lines += rows(of: input.symbol, input.value, symbolWidth, numberWidth + 5, options)
  }
  for (index, step) in derived.steps.enumerated() {
    let number = options.paint(String(index + 1).rightAligned(to: numberWidth + 1), .faint)
    let remark = step.remark.isEmpty ? "" : "   " + options.paint(step.remark, .faint)
    if isScalar(step.value) {
      let formula = step.formula.padded(to: min(formulaWidth, options.width / 2))
      let worked = substitutions[index].padded(to: min(substitutionWidth, options.width / 3))
      let line = "\(number)  \(formula)  \(worked)= \(step.value.text)"
      let fits = columns(of: line) + columns(of: remark) <= options.width
      lines += fits ? [line + remark] : [line, spaces(numberWidth + 2) + remark]
    } else {
      lines.append("\(number)  \(step.formula)\(remark)".trimmedAtEnd)
      lines += rows(of: step.symbol, step.value, symbolWidth, numberWidth + 5, options)
    }
  }
  return lines
}

/// `= 1.3 / 7  `, or nothing where the expression is the value itself.
private func substitution(of step: Report.Derived.Step) -> String {
  guard let worked = step.substitution, worked != step.value.text else { return "" }
  let signs = worked.replacing(" - ", with: " − ").replacing(" * ", with: " · ")
  return "= " + signs + "  "
}

private func isScalar(_ value: Value) -> Bool {
  switch value {
  case .tensor, .mask, .object, .report: false
  case .list(let list): list.items.count < 4
  default: true
  }
}

/// A vector stands beside its symbol; anything larger below it.
private func rows(
  of name: String, _ value: Value, _ symbolWidth: Int, _ indent: Int, _ options: DisplayOptions
) -> [String] {
  var narrow = options
  narrow.width -= indent + symbolWidth + 1
  narrow.height = max(6, narrow.height / 2)
  let lines = gridLines(value, narrow)
  let symbol = options.paint(name, .name) + spaces(symbolWidth - columns(of: name))
  return lines.enumerated().map { number, line in
    spaces(indent) + (number == 0 ? symbol : spaces(symbolWidth)) + line
  }
}

/// The elements without a header.
private func gridLines(_ value: Value, _ options: DisplayOptions) -> [String] {
  guard let tensor = try? value.asTensor else {
    return displayLines(value, options).map { "  " + $0 }
  }
  let isMask = if case .mask = value { true } else { false }
  return tensor.withScalars { scalars in
    TensorGrid(
      .init(
        dimensions: tensor.shape.dimensions, value: { scalars[$0] }, isPruned: { _ in false },
        isMask: isMask), options
    ).lines().lines
  }
}
