import Catalog
import CCMark

/// Reads a lesson from CommonMark; the file shows the same steps on any page that renders Markdown.
///
/// Front matter holds `title id version seed tolerance budget`, each optional. An unknown fence kind, a step
/// with two exercises, an exercise without solution or check, and a doubled step id are refused.
public func parseLesson(_ text: String, path: String) throws(LessonProblem) -> Lesson {
  var reader = LessonReader(text, path: path)
  return try reader.read()
}

private struct LessonReader {
  let path: String
  let lines: [Substring]
  var front: [String: (value: String, line: Int)] = [:]
  var bodyStart = 0
  var title = ""
  var introduction: [Lesson.Block] = []
  var steps: [Lesson.Step] = []
  /// The `<details>` being read: its summary and the blocks inside it.
  var details: (summary: String, line: Int, blocks: [Lesson.Block])?

  init(_ text: String, path: String) {
    self.path = path
    // A Windows line end is one Character, and not the one of a line feed.
    lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
  }

  mutating func read() throws(LessonProblem) -> Lesson {
    try readFrontMatter()
    try readBody()
    if let open = details { throw problem(open.line, "this <details> is never closed") }
    let fileName = path.split(separator: "/").last.map(String.init) ?? path
    guard !steps.isEmpty else {
      throw problem(1, "a lesson needs at least one step, a heading of level 2")
    }
    var lesson = Lesson(
      path: path, title: front["title"]?.value ?? (title.isEmpty ? fileName : title),
      id: front["id"]?.value ?? slug(fileName), version: try whole("version") ?? 1,
      seed: UInt64(try whole("seed") ?? 0), tolerance: try number("tolerance"),
      budget: try units("budget"),
      introduction: introduction, steps: steps)
    try examine(lesson)
    lesson.ownNames = lesson.boundNames
    return lesson
  }

  /// `key: value` lines between two lines of `---` at the top.
  private mutating func readFrontMatter() throws(LessonProblem) {
    guard lines.first == "---" else { return }
    guard let end = lines.dropFirst().firstIndex(of: "---") else {
      throw problem(1, "the front matter has no closing ---")
    }
    let known = ["title", "id", "version", "seed", "tolerance", "budget"]
    for index in 1..<end where !lines[index].isEmpty {
      guard let colon = lines[index].firstIndex(of: ":") else {
        throw problem(index + 1, "front matter lines are `key: value`")
      }
      let key = String(lines[index][..<colon])
      guard known.contains(key) else {
        throw problem(
          index + 1, "front matter knows \(known.joined(separator: ", ")); not `\(key)`")
      }
      front[key] = (lines[index][lines[index].index(after: colon)...].trimmed, index + 1)
    }
    bodyStart = end + 1
  }

  private func whole(_ key: String) throws(LessonProblem) -> Int? {
    guard let entry = front[key] else { return nil }
    guard let value = Int(entry.value), value >= 0 else {
      throw problem(entry.line, "`\(key)` is a whole number from 0")
    }
    return value
  }

  private func number(_ key: String) throws(LessonProblem) -> Double? {
    guard let entry = front[key] else { return nil }
    guard let value = Double(entry.value), value >= 0 else {
      throw problem(entry.line, "`\(key)` is a number from 0")
    }
    return value
  }

  /// A count of units, `2_000_000` or `2M`.
  private func units(_ key: String) throws(LessonProblem) -> Int? {
    guard let entry = front[key] else { return nil }
    guard let value = wholeCount(entry.value) else {
      throw problem(entry.line, "`\(key)` is a whole number from 1, as in 500k, 20M or 4G")
    }
    return value
  }

  private mutating func readBody() throws(LessonProblem) {
    let body = lines[bodyStart...].joined(separator: "\n")
    guard let document = cmark_parse_document(body, body.utf8.count, CMARK_OPT_DEFAULT) else {
      throw problem(1, "the text could not be read as Markdown")
    }
    defer { cmark_node_free(document) }
    var next = cmark_node_first_child(document)
    while let node = next {
      next = cmark_node_next(node)
      try readNode(node)
    }
  }

  private mutating func readNode(_ node: OpaquePointer) throws(LessonProblem) {
    let line = Int(cmark_node_get_start_line(node)) + bodyStart
    switch cmark_node_get_type(node) {
    case CMARK_NODE_HEADING where cmark_node_get_heading_level(node) <= 2:
      readHeading(node, line: line)
    case CMARK_NODE_CODE_BLOCK:
      try readFence(node, line: line)
    case CMARK_NODE_HTML_BLOCK:
      try readHTML(string(cmark_node_get_literal(node)), line: line)
    case CMARK_NODE_BLOCK_QUOTE where lastIsWrong:
      append(feedback: rawText(of: node))
    default:
      append(.prose(rawText(of: node), line: line))
    }
  }

  private mutating func readHeading(_ node: OpaquePointer, line: Int) {
    var text = rawText(of: node).drop { $0 == "#" }.trimmed
    guard cmark_node_get_heading_level(node) == 2 else {
      title = text
      return
    }
    var id = slug(text)
    if text.hasSuffix("}"), let brace = text.lastIndex(of: "{"),
      text[text.index(after: brace)...].hasPrefix("#")
    {
      id = String(text[text.index(brace, offsetBy: 2)...].dropLast())
      text = text[..<brace].trimmed
    }
    steps.append(Lesson.Step(title: text, id: id, blocks: [], line: line))
  }

  private mutating func readFence(_ node: OpaquePointer, line: Int) throws(LessonProblem) {
    let info = string(cmark_node_get_fence_info(node))
    let words = infoWords(info)
    var text = string(cmark_node_get_literal(node))
    guard let language = words.first, language == "espalier" || language == "espalier>" else {
      append(.prose(rawText(of: node), line: line))
      return
    }
    var attributes: [String: String] = [:]
    var kind = Lesson.Fence.Kind.run
    for word in words.dropFirst() {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      if parts.count == 2 {
        attributes[parts[0]] = parts[1].trimmed
      } else if language == "espalier", let named = Lesson.Fence.Kind(rawValue: word) {
        kind = named
      } else {
        let kinds = Lesson.Fence.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        throw problem(line, "no fence kind `\(word)`; the kinds are \(kinds)")
      }
    }
    if text.hasSuffix("\n") { text.removeLast() }
    if language == "espalier>" {
      append(
        .transcript(
          try parseTranscript(
            text, firstLine: line + 1, tolerance: attributes["tol"].flatMap(Double.init))))
    } else {
      append(
        .code(
          Lesson.Fence(
            kind: kind, text: text, line: line + 1, attributes: attributes, feedback: "")))
    }
  }

  /// Input lines start with `> ` (or the prompt's own `› `), further lines of one input with `… `.
  private func parseTranscript(
    _ text: String, firstLine: Int, tolerance: Double?
  ) throws(LessonProblem) -> Lesson.Transcript {
    var entries: [Lesson.Transcript.Entry] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if line.hasPrefix("> ") || line.hasPrefix("› ") {
        entries.append(.init(input: String(line.dropFirst(2)), line: firstLine + index, output: []))
      } else if entries.isEmpty {
        throw problem(firstLine + index, "a transcript starts with a line typed after `> `")
      } else if line.hasPrefix("… "), entries[entries.count - 1].output.isEmpty {
        entries[entries.count - 1].input += "\n" + line.dropFirst(2)
      } else {
        entries[entries.count - 1].output.append(String(line))
      }
    }
    guard !entries.isEmpty else { throw problem(firstLine, "this transcript is empty") }
    return Lesson.Transcript(entries: entries, line: firstLine, tolerance: tolerance)
  }

  /// Opens and closes `<details><summary>Hint</summary>`; what stands between is Markdown.
  ///
  /// One block of HTML may close one and open the next.
  private mutating func readHTML(_ html: String, line: Int) throws(LessonProblem) {
    var rest = html[...]
    if let close = rest.firstRange(of: "</details>"),
      rest.firstRange(of: "<details").map({ close.lowerBound < $0.lowerBound }) ?? true
    {
      try closeDetails(line: line)
      rest = rest[close.upperBound...]
    }
    if let open = rest.firstRange(of: "<details") {
      guard details == nil else { throw problem(line, "<details> inside <details>") }
      let summary = String(rest).range(between: "<summary>", and: "</summary>")
      details = (summary.map { String(rest)[$0].trimmed } ?? "Hint", line, [])
      rest = rest[open.upperBound...]
      if rest.contains("</details>") { try closeDetails(line: line) }
    } else if !rest.trimmed.isEmpty, !rest.hasPrefix("<!--") {
      append(.prose(String(rest), line: line))
    }
  }

  /// A `<details>` with code to run gives its fences to the step; any other is a hint.
  private mutating func closeDetails(line: Int) throws(LessonProblem) {
    guard let closed = details else { throw problem(line, "</details> without <details>") }
    details = nil
    let codes = closed.blocks.filter { if case .code = $0 { true } else { false } }
    if codes.isEmpty {
      let text = closed.blocks.compactMap { if case .prose(let text, _) = $0 { text } else { nil } }
      append(.hint(title: closed.summary, text: text.joined(separator: "\n\n")))
    } else {
      codes.forEach { append($0) }
    }
  }

  private mutating func append(_ block: Lesson.Block) {
    if details != nil {
      details?.blocks.append(block)
    } else if steps.isEmpty {
      introduction.append(block)
    } else {
      steps[steps.count - 1].blocks.append(block)
    }
  }

  private var lastIsWrong: Bool {
    if case .code(let fence)? = steps.last?.blocks.last { fence.kind == .wrong } else { false }
  }

  private mutating func append(feedback: String) {
    guard case .code(var fence)? = steps[steps.count - 1].blocks.popLast() else { return }
    fence.feedback = feedback.split(separator: "\n").map { $0.drop { $0 == ">" }.trimmed }
      .joined(separator: "\n")
    steps[steps.count - 1].blocks.append(.code(fence))
  }

  private func rawText(of node: OpaquePointer) -> String {
    let first = Int(cmark_node_get_start_line(node)) - 1 + bodyStart
    let last = min(Int(cmark_node_get_end_line(node)) + bodyStart, lines.count)
    guard first < last else { return "" }
    return lines[first..<last].joined(separator: "\n")
  }

  private func examine(_ lesson: Lesson) throws(LessonProblem) {
    var seen: Set<String> = []
    for step in lesson.steps {
      guard seen.insert(step.id).inserted else {
        throw problem(step.line, "two steps are called `\(step.id)`; give one `{#another-id}`")
      }
      guard step.fences(.exercise).count <= 1 else {
        throw problem(step.line, "a step has at most one `try` fence; split this one")
      }
      for check in step.checks { _ = try settings(check.readSettings, of: check) }
      guard let exercise = step.exercise else { continue }
      if try settings(exercise.readQuestion, of: exercise) != nil {
        guard step.checks.isEmpty else {
          throw problem(exercise.line - 1, "the `answer` of a question decides; it has no checks")
        }
        continue
      }
      guard step.solution != nil else {
        throw problem(exercise.line, "this exercise has no `solution` fence")
      }
      guard !step.checks.isEmpty else {
        throw problem(exercise.line, "this exercise has no `check` fence")
      }
    }
  }

  private func settings<Settings>(
    _ read: () throws(LessonSettingProblem) -> Settings, of fence: Lesson.Fence
  ) throws(LessonProblem) -> Settings {
    do throws(LessonSettingProblem) {
      return try read()
    } catch {
      throw problem(fence.line - 1, error.message)
    }
  }

  private func problem(_ line: Int, _ message: String) -> LessonProblem {
    LessonProblem(path: path, line: line, message: message)
  }
}

/// The words of a fence's info string; quotation marks hold words together and are left out.
func infoWords(_ info: String) -> [String] {
  var words: [String] = []
  var word = ""
  var isQuoted = false
  for character in info {
    if character == "\"" {
      isQuoted.toggle()
    } else if character == " " || character == "\t", !isQuoted {
      if !word.isEmpty { words.append(word) }
      word = ""
    } else {
      word.append(character)
    }
  }
  return word.isEmpty ? words : words + [word]
}

/// `500k`, `20M`, `4G` or plain digits as a whole number from 1.
public func wholeCount(_ text: String) -> Int? {
  let scales: [Character: Int] = ["k": 1_000, "K": 1_000, "M": 1_000_000, "G": 1_000_000_000]
  let scale = text.last.flatMap { scales[$0] }
  let digits = (scale == nil ? text[...] : text.dropLast()).filter { $0 != "_" }
  guard let number = Int(digits), number > 0 else { return nil }
  let (value, overflow) = number.multipliedReportingOverflow(by: scale ?? 1)
  return overflow ? nil : value
}

/// `01-Four bits.md` becomes `four-bits`: letters and digits, lower case, joined by hyphens.
func slug(_ text: String) -> String {
  let stem = text.hasSuffix(".md") ? String(text.dropLast(3)) : text
  let words = stem.lowercased().split { !($0.isLetter || $0.isNumber) }
  let named = words.drop { $0.allSatisfy(\.isNumber) }
  return (named.isEmpty ? words[...] : named).joined(separator: "-")
}

private func string(_ pointer: UnsafePointer<CChar>?) -> String {
  pointer.map { String(cString: $0) } ?? ""
}

extension String {
  fileprivate func range(between opening: String, and closing: String) -> Range<Index>? {
    guard let start = firstRange(of: opening)?.upperBound,
      let end = self[start...].firstRange(of: closing)?.lowerBound
    else { return nil }
    return start..<end
  }
}
