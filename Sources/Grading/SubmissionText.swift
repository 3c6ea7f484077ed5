import Lessons

/// What was found in a submitted file, in its order.
struct FoundAnswers {
  var answers: [(step: String, piece: CodePiece)] = []
  var whole: CodePiece?
  var remarks: [String] = []
}

/// The `try` fences of a page, each under the heading of its step.
///
/// Students change what stands around them, so nothing else of the page matters, and nothing in it
/// is an error.
func answersOfPage(_ text: String, _ lesson: Lesson, _ name: String) -> FoundAnswers {
  var found = FoundAnswers()
  var step: String?
  var fence: (mark: Substring, isAnswer: Bool, firstLine: Int, lines: [Substring])?
  func close(_ open: (mark: Substring, isAnswer: Bool, firstLine: Int, lines: [Substring])) {
    guard open.isAnswer else { return }
    guard let step else {
      found.remarks.append("the answer in line \(open.firstLine) stands under no step's heading")
      return
    }
    found.answers.append(
      (
        step,
        CodePiece(name: name, firstLine: open.firstLine, text: open.lines.joined(separator: "\n"))
      ))
  }
  for (index, line) in lines(text).enumerated() {
    let bare = line.drop { $0 == " " }
    if let open = fence {
      if bare.hasPrefix(open.mark), bare.allSatisfy({ $0 == open.mark.first || $0 == " " }) {
        close(open)
        fence = nil
      } else {
        fence?.lines.append(line)
      }
    } else if line.count - bare.count < 4, let mark = fenceMark(bare) {
      let words = bare.dropFirst(mark.count).split(separator: " ")
      let isAnswer = words.count > 1 && words[0] == "espalier" && words[1] == "try"
      fence = (mark, isAnswer, index + 2, [])
    } else if line.hasPrefix("## ") {
      step = stepID(heading: line.dropFirst(3), lesson)
      if step == nil {
        found.remarks.append("line \(index + 1): the lesson has no step of this heading")
      }
    }
  }
  if let open = fence { close(open) }
  return found
}

/// The parts of a script between lines `// step: NAME`; all of it when it has none.
func answersOfScript(_ text: String, _ lesson: Lesson, _ name: String) -> FoundAnswers {
  var found = FoundAnswers()
  var current: (step: String?, firstLine: Int, lines: [Substring]) = (nil, 1, [])
  /// What stands above the first marked step belongs to it.
  var head: [Substring] = []
  var hasMarks = false
  func close() {
    guard let step = current.step else { return }
    found.answers.append(
      (
        step,
        CodePiece(
          name: name, firstLine: current.firstLine, text: current.lines.joined(separator: "\n"))
      ))
  }
  for (index, line) in lines(text).enumerated() {
    let bare = line.drop { $0 == " " || $0 == "\t" }
    if let mark = ["// step: ", "// step "].first(where: { bare.hasPrefix($0) }) {
      let wanted = bare.dropFirst(mark.count)
      if let step = stepID(heading: wanted, lesson) {
        if hasMarks { close() } else { head = current.lines }
        current = hasMarks ? (step, index + 2, []) : (step, 1, head + [line])
        hasMarks = true
        continue
      }
      if mark.hasSuffix(": ") {
        found.remarks.append("line \(index + 1): the lesson has no step `\(wanted)`")
      }
    }
    current.lines.append(line)
  }
  if hasMarks {
    close()
  } else {
    found.whole = CodePiece(name: name, firstLine: 1, text: text)
  }
  return found
}

/// The step that a heading names: by `{#id}`, by id, or by its words.
private func stepID(heading: Substring, _ lesson: Lesson) -> String? {
  var words = heading.drop { $0 == " " }
  while words.last == " " { words.removeLast() }
  if words.hasSuffix("}"), let brace = words.lastIndex(of: "{") {
    let id = words[brace...].dropFirst(2).dropLast()
    return lesson.steps.first { $0.id == id }?.id
  }
  return (lesson.steps.first { $0.id == words } ?? lesson.steps.first { $0.title == words })?.id
}

private func fenceMark(_ line: Substring) -> Substring? {
  guard let first = line.first, first == "`" || first == "~" else { return nil }
  let mark = line.prefix { $0 == first }
  return mark.count >= 3 ? mark : nil
}

private func lines(_ text: String) -> [Substring] {
  text.split(separator: "\n", omittingEmptySubsequences: false)
}
