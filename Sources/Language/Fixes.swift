/// Tries what the help of a diagnostic proposes before it is offered.
///
/// A fix stands when the edited text has no mistake left where the edit was made, and none before
/// it that was not there. Advice whose edit does not stand is left out.
struct FixTrial {
  let source: Source
  let errors: [Diagnostic]
  /// The errors of an edited text.
  let errorsOf: (Source) -> [Diagnostic]

  /// Each trial reads the text again; for longer ones that is not worth the wait.
  private static let longestText = 100_000

  /// The diagnostic with only the fixes that stand, each with its corrected line.
  func tried(_ diagnostic: Diagnostic) -> Diagnostic {
    var result = diagnostic
    result.help = diagnostic.help.compactMap { help in
      guard let edit = help.edit else { return help }
      guard source.text.count <= FixTrial.longestText else { return nil }
      let edited = apply(edit)
      guard stands(edit, in: edited, for: diagnostic) else { return nil }
      var tried = help
      tried.correctedLine = correctedLine(edit, in: edited)
      return tried
    }
    return result
  }

  private func apply(_ edit: Diagnostic.Edit) -> Source {
    var text = source.text
    text.replaceSubrange(edit.span.start..<edit.span.end, with: edit.replacement.utf8)
    return Source(name: source.name, text: text, firstLine: source.firstLine)
  }

  private func stands(_ edit: Diagnostic.Edit, in edited: Source, for diagnostic: Diagnostic)
    -> Bool
  {
    let grown = edited.text.count - source.text.count
    let first = min(edit.span.start, diagnostic.span.start)
    let last = max(edit.span.end, diagnostic.span.end) + grown
    let before = errors.count { $0.span.end <= first }
    var stillBefore = 0
    for error in errorsOf(edited) {
      if error.span.end <= first {
        stillBefore += 1
      } else if error.span.start <= last {
        return false
      }
    }
    return stillBefore <= before
  }

  /// The line or lines the edit lies in, as they would stand.
  private func correctedLine(_ edit: Diagnostic.Edit, in edited: Source) -> String {
    let start = edited.line(at: edit.span.start).start
    let end = edit.span.start + edit.replacement.utf8.count
    let last = edited.line(at: end)
    return edited[Span(start, last.start + last.text.utf8.count)]
  }
}

extension [Diagnostic] {
  /// By position; of the same place the first found comes first.
  func sortedByPosition() -> [Diagnostic] {
    enumerated().sorted {
      ($0.element.span.start, $0.offset) < ($1.element.span.start, $1.offset)
    }.map(\.element)
  }

  var errors: [Diagnostic] { filter { $0.severity == .error } }
}
