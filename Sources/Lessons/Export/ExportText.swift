import Rendering

/// Where a page can go.
public enum ExportFormat: String, Sendable, CaseIterable {
  case html, ipynb, md

  /// By the end of a file's name.
  public init?(path: String) {
    guard let dot = path.lastIndex(of: ".") else { return nil }
    switch path[path.index(after: dot)...].lowercased() {
    case "html", "htm": self = .html
    case "ipynb": self = .ipynb
    case "md", "markdown": self = .md
    default: return nil
    }
  }
}

extension ExportPage {
  public func text(as format: ExportFormat) -> String {
    switch format {
    case .html: HTMLPage(self).text
    case .ipynb: notebook.text + "\n"
    case .md: markdown
    }
  }

  /// CommonMark that any site shows: code in fences, outputs in plain ones, hints folded.
  var markdown: String {
    items.map(\.markdown).joined(separator: "\n\n") + "\n"
  }
}

extension ExportPage.Item {
  var markdown: String {
    switch self {
    case .markdown(let text): return text
    case .code(let code):
      let fence = "```espalier\(code.isExercise ? " try" : "")\n\(code.source)\n```"
      let output = code.outputs.map(\.plainText).joined(separator: "\n")
      return output.isEmpty ? fence : fence + "\n\n```text\n\(output)\n```"
    case .folded(let summary, let items):
      return "<details><summary>\(escapedHTML(summary))</summary>\n\n"
        + items.map(\.markdown).joined(separator: "\n\n") + "\n\n</details>"
    }
  }
}

extension ExportPage.Output {
  /// What a terminal of a hundred columns shows.
  var plainText: String {
    switch self {
    case .text(let text): text
    case .value(let value): display(value, .plain)
    }
  }

  /// Reports have tables, formulas and plots to show; everything else is its text.
  var isRich: Bool {
    if case .value(.report) = self { true } else { false }
  }
}
