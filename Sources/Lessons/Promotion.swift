import Interpreter

/// The lesson's text with every transcript that no longer holds rewritten to what it prints now.
///
/// A transcript that still matches keeps its `...` and its digits. Returns `nil` when nothing
/// changed.
///
/// - Throws: `LessonProblem` when an input of the lesson does not run: promote never accepts errors.
public func promoted(
  _ text: String, path: String, _ configuration: Session.Configuration,
  text show: @escaping EventText
) throws(LessonProblem) -> String? {
  let lesson = try parseLesson(text, path: path)
  var configuration = configuration
  configuration.seed = lesson.seed
  let runner = PieceRunner(configuration, text: show)
  let entries = lesson.transcriptEntries
  var replacements: [(lines: Range<Int>, output: [String])] = []
  for piece in lesson.pieces {
    let result = runner.run(piece)
    if !piece.showsError, let complaint = result.complaint, !result.isFinished {
      throw LessonProblem(path: path, line: piece.line, message: complaint)
    }
    guard piece.echoes, let (entry, tolerance) = entries[piece.line],
      !matches(result.output, entry.output, tolerance: tolerance ?? lesson.tolerance)
    else { continue }
    let inputLines = entry.input.split(separator: "\n", omittingEmptySubsequences: false).count
    // Line numbers count from 1, so the line after the input has this index from 0.
    let start = entry.line - 1 + inputLines
    replacements.append((start..<start + entry.output.count, result.output))
  }
  guard !replacements.isEmpty else { return nil }
  var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  for (range, output) in replacements.reversed() {
    lines.replaceSubrange(range, with: output)
  }
  return lines.joined(separator: "\n")
}

extension Lesson {
  /// Every typed line of every transcript by the line it stands on, with its fence's tolerance.
  fileprivate var transcriptEntries: [Int: (Transcript.Entry, tolerance: Double?)] {
    let blocks = introduction + steps.flatMap(\.blocks)
    var entries: [Int: (Transcript.Entry, tolerance: Double?)] = [:]
    for case .transcript(let transcript) in blocks {
      for entry in transcript.entries { entries[entry.line] = (entry, transcript.tolerance) }
    }
    return entries
  }
}
