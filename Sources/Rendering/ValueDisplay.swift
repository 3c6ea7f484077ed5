import Catalog
import Interpreter
import Tensors

/// What the prompt shows of a value: a header where there is something to say, and what fits.
///
/// The other form, one line that can be read back, is `Value.text`.
///
/// - Complexity: O(screen), plus one pass over a tensor for its header.
public func display(_ value: Value, _ options: DisplayOptions = .plain) -> String {
  displayLines(value, options).joined(separator: "\n")
}

func displayLines(_ value: Value, _ options: DisplayOptions) -> [String] {
  switch value {
  case .nothing: []
  case .number, .boolean, .range, .option: [value.text]
  case .text(let text): ["\"" + text.string + "\""]
  case .list(let list): listLines(list, options)
  case .tensor(let tensor): tensorLines(tensor, options)
  case .mask(let mask): maskLines(mask, options)
  case .function(let function): functionLines(function, value, options)
  case .builtin(let builtin):
    [options.paint(builtin.card.signature, .name) + "   " + builtin.card.summary]
      + ["?\(builtin.card.name) explains"]
  case .report(let report): reportLines(report, options)
  case .object(let object): objectLines(object, options)
  }
}

/// A value on one line, for a cell of a table or an item of a list.
func briefText(_ value: Value) -> String {
  switch value {
  case .tensor, .mask: value.kind
  case .report(let report): report.title
  case .object(let object): object.shape == nil ? object.text : object.kind
  default: value.text
  }
}

/// A list on one line where its items are plain, else an item a line.
private func listLines(_ list: List, _ options: DisplayOptions) -> [String] {
  let isPlain = list.items.allSatisfy {
    switch $0 {
    case .number, .boolean, .text, .range: true
    default: false
    }
  }
  if isPlain {
    let line = Value.list(list).text
    return columns(of: line) <= options.width
      ? [line]
      : wrapped(line, width: options.width - 1).enumerated().map {
        ($0 == 0 ? "" : " ") + $1
      }
  }
  let room = options.height - 3
  let shown = list.items.count > room ? room - 1 : list.items.count
  let width = String(max(shown - 1, 0)).count
  var lines = ["a list of \(grouped(list.items.count))"]
  for (index, item) in list.items.prefix(shown).enumerated() {
    let label = "  [\(index)]" + spaces(width - String(index).count + 2)
    lines.append((label + firstLine(briefText(item))).cut(to: options.width))
  }
  if shown < list.items.count { lines.append("  ⋮  \(grouped(list.items.count - shown)) more") }
  return lines
}

private func firstLine(_ text: String) -> String {
  text.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
}

private func functionLines(
  _ function: UserFunction, _ value: Value, _ options: DisplayOptions
) -> [String] {
  let lines = function.sourceText.split(separator: "\n", omittingEmptySubsequences: false)
  guard lines.count <= options.height - 2 else { return [value.text] }
  return lines.map(String.init)
}
