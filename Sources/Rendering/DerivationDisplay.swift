import Interpreter
import Tensors

/// A derivation as numbered steps: formula, then its value; tensors on lines of their own.
///
///     quantize        symmetric, whole tensor, round half to even
///      1  a = max|w|                  = 1.3
///      4  q = clamp(round(w/s), −8, 7)
///           q   2   −7   0   5   −3   0
func derivationLines(_ derived: Report.Derived, _ options: DisplayOptions) -> [String] {
  let numberWidth = String(derived.steps.count).count
  let formulaWidth =
    derived.steps.filter { isScalar($0.value) }.map { columns(of: $0.formula) }
    .max() ?? 0
  let symbolWidth = derived.steps.map { columns(of: $0.symbol) }.max() ?? 0
  var lines = derived.title.isEmpty ? [] : [derived.title]
  for (index, step) in derived.steps.enumerated() {
    let number = options.paint(String(index + 1).rightAligned(to: numberWidth + 1), .faint)
    let remark = step.remark.isEmpty ? "" : "   " + options.paint(step.remark, .faint)
    if isScalar(step.value) {
      let formula = step.formula.padded(to: min(formulaWidth, options.width / 2))
      lines.append("\(number)  \(formula)  = \(step.value.text)\(remark)")
    } else {
      lines.append("\(number)  \(step.formula)\(remark)".trimmedAtEnd)
      lines += rows(of: step, symbolWidth, numberWidth + 5, options)
    }
  }
  return lines
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
  of step: Report.Derived.Step, _ symbolWidth: Int, _ indent: Int, _ options: DisplayOptions
) -> [String] {
  var narrow = options
  narrow.width -= indent + symbolWidth + 1
  narrow.height = max(6, narrow.height / 2)
  let lines = gridLines(step.value, narrow)
  let symbol = options.paint(step.symbol, .name) + spaces(symbolWidth - columns(of: step.symbol))
  return lines.enumerated().map { number, line in
    spaces(indent) + (number == 0 ? symbol : spaces(symbolWidth)) + line
  }
}

/// The elements without a header.
private func gridLines(_ value: Value, _ options: DisplayOptions) -> [String] {
  guard let tensor = value.asTensor else { return displayLines(value, options).map { "  " + $0 } }
  let isMask = if case .mask = value { true } else { false }
  return tensor.withScalars { scalars in
    TensorGrid(
      .init(
        dimensions: tensor.shape.dimensions, value: { scalars[$0] }, isPruned: { _ in false },
        isMask: isMask), options
    ).lines().lines
  }
}
