import CCMark
import Rendering

/// Markdown of a lesson as a terminal shows it: wrapped, with code and emphasis in colour when
/// colour is on and in their Markdown marks when it is not.
///
/// - Returns: the text, each block followed by an empty line; no line wider than the screen except
///   where a single word or a line of code is.
public func pageText(_ markdown: String, _ options: DisplayOptions) -> String {
  let math = MathSpans(markdown)
  guard let document = cmark_parse_document(math.text, math.text.utf8.count, CMARK_OPT_DEFAULT)
  else { return markdown }
  defer { cmark_node_free(document) }
  // A line of prose is easiest to read below some 80 columns, however wide the window.
  let writer = PageWriter(
    width: min(options.width, 88), paint: Paint(isOn: options.color), math: math)
  return writer.blocks(of: document, indent: "").map { $0.replacing(gap, with: " ") + "\n" }
    .joined(separator: "\n")
}

/// A blank inside a formula, at which no line is broken.
private let gap = "\u{A0}"

private struct PageWriter {
  let width: Int
  let paint: Paint
  let math: MathSpans

  func blocks(of parent: OpaquePointer, indent: String) -> [String] {
    children(of: parent).map { block($0, indent: indent) }
  }

  private func block(_ node: OpaquePointer, indent: String) -> String {
    switch cmark_node_get_type(node) {
    case CMARK_NODE_HEADING:
      return indent + paint(inlines(of: node), .strong)
    case CMARK_NODE_CODE_BLOCK where fenceInfo(node) == "math":
      return drawn(literal(node), indent: indent)
    case CMARK_NODE_CODE_BLOCK:
      let lines = literal(node).split(separator: "\n", omittingEmptySubsequences: false)
      return lines.dropLast(lines.last?.isEmpty == true ? 1 : 0)
        .map { indent + "    " + $0 }.joined(separator: "\n")
    case CMARK_NODE_BLOCK_QUOTE:
      return blocks(of: node, indent: indent + "│ ").joined(separator: "\n" + indent + "│\n")
    case CMARK_NODE_LIST:
      return list(node, indent: indent)
    case CMARK_NODE_THEMATIC_BREAK:
      return indent + String(repeating: "─", count: max(width - indent.count, 3))
    case CMARK_NODE_HTML_BLOCK:
      return indent + literal(node)
    default:
      if let text = onlyText(of: node), let formula = math.displayed(text) {
        return drawn(formula.latex, indent: indent)
      }
      return wrap(inlines(of: node), first: indent, rest: indent)
    }
  }

  /// A formula on lines of its own.
  private func drawn(_ latex: String, indent: String) -> String {
    formula(latex: latex).lines.map { indent + "    " + $0 }.joined(separator: "\n")
  }

  private func onlyText(of node: OpaquePointer) -> String? {
    let parts = children(of: node)
    guard parts.count == 1, cmark_node_get_type(parts[0]) == CMARK_NODE_TEXT else { return nil }
    return literal(parts[0])
  }

  private func fenceInfo(_ node: OpaquePointer) -> String {
    cmark_node_get_fence_info(node).map { String(cString: $0) } ?? ""
  }

  private func list(_ node: OpaquePointer, indent: String) -> String {
    let isOrdered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST
    let start = Int(cmark_node_get_list_start(node))
    return children(of: node).enumerated().map { index, item in
      let mark = isOrdered ? "\(start + index). " : "• "
      let blank = indent + String(repeating: " ", count: mark.count)
      let parts = blocks(of: item, indent: blank)
      guard let first = parts.first else { return indent + mark }
      let head = indent + mark + first.dropFirst(blank.count)
      return ([head] + parts.dropFirst()).joined(separator: "\n")
    }.joined(separator: "\n")
  }

  private func inlines(of node: OpaquePointer) -> String {
    children(of: node).map(inline).joined()
  }

  private func inline(_ node: OpaquePointer) -> String {
    switch cmark_node_get_type(node) {
    case CMARK_NODE_CODE: code(literal(node))
    case CMARK_NODE_EMPH:
      paint.isOn ? mark(inlines(of: node), .strong) : "*" + inlines(of: node) + "*"
    case CMARK_NODE_STRONG:
      paint.isOn ? mark(inlines(of: node), .strong) : "**" + inlines(of: node) + "**"
    case CMARK_NODE_SOFTBREAK: " "
    case CMARK_NODE_LINEBREAK: "\n"
    case CMARK_NODE_LINK: link(node)
    case CMARK_NODE_TEXT:
      math.filled(literal(node)) { formula(latex: $0.latex).text.replacing(" ", with: gap) }
    case CMARK_NODE_HTML_INLINE: literal(node)
    default: inlines(of: node)
    }
  }

  private func code(_ text: String) -> String {
    paint.isOn ? mark(text, .name) : "`" + text + "`"
  }

  private func link(_ node: OpaquePointer) -> String {
    let target = cmark_node_get_url(node).map { String(cString: $0) } ?? ""
    let text = inlines(of: node)
    return text == target ? text : "\(text) <\(target)>"
  }

  /// Colours word by word, so that a wrapped line ends with the colour off.
  private func mark(_ text: String, _ role: Paint.Role) -> String {
    text.split(separator: " ", omittingEmptySubsequences: false)
      .map { paint(String($0), role) }.joined(separator: " ")
  }

  private func wrap(_ text: String, first: String, rest: String) -> String {
    var lines: [String] = []
    for part in text.split(separator: "\n", omittingEmptySubsequences: false) {
      var line = ""
      for word in part.split(separator: " ") {
        if !line.isEmpty, columns(of: line) + 1 + columns(of: word) > width - first.count {
          lines.append(line)
          line = ""
        }
        line += line.isEmpty ? String(word) : " " + word
      }
      lines.append(line)
    }
    return lines.enumerated().map { ($0 == 0 ? first : rest) + $1 }.joined(separator: "\n")
  }

  private func children(of node: OpaquePointer) -> [OpaquePointer] {
    var children: [OpaquePointer] = []
    var next = cmark_node_first_child(node)
    while let child = next {
      children.append(child)
      next = cmark_node_next(child)
    }
    return children
  }

  private func literal(_ node: OpaquePointer) -> String {
    cmark_node_get_literal(node).map { String(cString: $0) } ?? ""
  }
}
