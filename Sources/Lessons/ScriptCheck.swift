import Catalog
import Interpreter
import Language

/// Runs a script and holds what it printed against its `// →` comments, in order.
///
/// A script passes when it runs to its end, every `check` in it held, and every line promised by a
/// `// → text` comment was printed, in that order; other lines may be printed between.
public func checkScript(
  _ text: String, path: String, _ configuration: Session.Configuration,
  text show: @escaping EventText
) -> [CourseFinding] {
  let runner = PieceRunner(configuration, text: show)
  let result = runner.run(
    Lesson.Piece(source: Source(name: path, text)))
  var findings = result.checks.map { record in
    CourseFinding(
      path: path, line: record.line, subject: "check \"\(record.name)\"", passed: record.passed,
      message: record.passed ? "" : describe(record))
  }
  if case .finished = result.outcome {
    findings += promised(in: text, path: path, printed: result.output[...])
  }
  var complaint: String?
  if case .finished = result.outcome {} else { complaint = result.complaint }
  findings.append(
    CourseFinding(
      path: path, line: 1, subject: "runs to its end", passed: complaint == nil,
      message: complaint ?? ""))
  return findings
}

private let arrow = "// → "

private func promised(
  in text: String, path: String, printed: ArraySlice<String>
) -> [CourseFinding] {
  var rest = printed
  var findings: [CourseFinding] = []
  for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
    guard let comment = line.firstRange(of: arrow) else { continue }
    let promise = line[comment.upperBound...].trimmed
    let found = rest.firstIndex { matches([$0.trimmed], [promise], tolerance: nil) }
    findings.append(
      CourseFinding(
        path: path, line: index + 1, subject: "prints `\(promise)`", passed: found != nil,
        message: found == nil ? "printed from here on:\n" + indented(Array(rest.prefix(8))) : ""))
    if let found { rest = rest[(found + 1)...] }
  }
  return findings
}
