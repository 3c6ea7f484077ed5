import Rendering

extension ExportPage {
  /// A notebook, format 4.5: text in Markdown cells, code with its outputs in code cells.
  ///
  /// A cell's id is its place and the lesson's name, so that the same lesson gives the same bytes.
  var notebook: JSON {
    var cells: [JSON] = []
    var count = 0
    for item in items { add(item, to: &cells, &count) }
    return .object([
      ("cells", .list(cells)),
      (
        "metadata",
        .object([
          (
            "kernelspec",
            .object([
              ("display_name", .text("Espalier")), ("language", .text("espalier")),
              ("name", .text("espalier")),
            ])
          ),
          (
            "language_info",
            .object([("file_extension", .text(".esp")), ("name", .text("espalier"))])
          ),
          ("title", .text(title)),
        ])
      ),
      ("nbformat", .number(4)), ("nbformat_minor", .number(5)),
    ])
  }

  private func add(_ item: Item, to cells: inout [JSON], _ count: inout Int) {
    switch item {
    case .markdown(let text): cells.append(markdownCell(text, cells.count))
    case .code(let code):
      if !code.isExercise { count += 1 }
      cells.append(codeCell(code, cells.count, code.isExercise ? nil : count))
    case .folded(let summary, let items):
      // A solution is shown folded, never run: the reader is to write it.
      let inside = items.map(\.markdown).joined(separator: "\n\n")
      cells.append(
        markdownCell(
          "<details><summary>\(escapedHTML(summary))</summary>\n\n\(inside)\n\n</details>",
          cells.count))
    }
  }

  private func markdownCell(_ text: String, _ place: Int) -> JSON {
    .object([
      ("cell_type", .text("markdown")), ("id", .text(cellID(place))), ("metadata", .object([])),
      ("source", .list(lines(text))),
    ])
  }

  private func codeCell(_ code: Code, _ place: Int, _ count: Int?) -> JSON {
    let tags: [JSON] = code.isExercise ? [.text("exercise")] : []
    return .object([
      ("cell_type", .text("code")), ("execution_count", count.map { .number($0) } ?? .null),
      ("id", .text(cellID(place))),
      ("metadata", .object(tags.isEmpty ? [] : [("tags", .list(tags))])),
      ("outputs", .list(code.outputs.map(output))), ("source", .list(lines(code.source))),
    ])
  }

  private func output(_ output: Output) -> JSON {
    guard case .value(let value) = output, output.isRich else {
      return .object([
        ("name", .text("stdout")), ("output_type", .text("stream")),
        ("text", .list(lines(output.plainText + "\n"))),
      ])
    }
    return .object([
      (
        "data",
        .object([
          ("text/html", .list(lines(markup(value, as: .html)))),
          ("text/plain", .list(lines(output.plainText))),
        ])
      ),
      ("metadata", .object([])), ("output_type", .text("display_data")),
    ])
  }

  /// Letters, digits and hyphens, at most 64.
  private func cellID(_ place: Int) -> String {
    let name = id.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }.prefix(50)
    return "\(name)-\(place + 1)"
  }

  /// Notebooks keep text line by line, each with its end.
  private func lines(_ text: String) -> [JSON] {
    let parts = text.split(separator: "\n", omittingEmptySubsequences: false)
    return parts.enumerated().compactMap { index, line in
      if index < parts.count - 1 { return .text(line + "\n") }
      return line.isEmpty ? nil : .text(String(line))
    }
  }
}
