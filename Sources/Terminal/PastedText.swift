import Language

/// What was entered at the prompt, freed of prompts and outputs that came along with a paste.
///
/// A student copies a piece of a screen or of a lesson; what stands behind our prompts is what was
/// typed, the rest is what the program answered.
public enum PastedText {
  /// The inputs in a text: one, the text itself, unless it holds prompts of ours.
  ///
  ///     › let w = randn(2, 2)
  ///     › w.shape                  →  ["let w = randn(2, 2)", "w.shape"]
  ///     [2, 2]
  public static func inputs(in text: String) -> [String] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let prompted = lines.map(afterPrompt)
    guard prompted.contains(where: { $0 != nil }) else { return [text] }
    var inputs: [String] = []
    var isOpen = false
    for (line, typed) in zip(lines, prompted) {
      if let typed {
        inputs.append(typed)
        isOpen = true
      } else if isOpen, let more = afterContinuation(line) {
        inputs[inputs.count - 1] += "\n" + more
      } else {
        // The selection may have begun behind the first prompt.
        if inputs.isEmpty, !line.isEmpty, parse(Source(name: "paste", line)).diagnostics.isEmpty,
          line == lines.first
        {
          inputs.append(line)
        }
        isOpen = false
      }
    }
    return inputs.filter { $0.contains { !$0.isWhitespace } }
  }

  /// What stands behind `› `, `codes 3/3 › ` or `espalier> `; `nil` when there is no prompt.
  private static func afterPrompt(_ line: String) -> String? {
    if line.hasPrefix("espalier> ") { return String(line.dropFirst(10)) }
    if line == "espalier>" || line == "›" { return "" }
    guard let mark = line.range(of: "› ") else { return nil }
    let before = line[..<mark.lowerBound]
    guard before.isEmpty || isLessonStep(before) else { return nil }
    return String(line[mark.upperBound...])
  }

  /// `codes 3/3 `: a word and two numbers.
  private static func isLessonStep(_ text: Substring) -> Bool {
    let words = text.split(separator: " ")
    guard words.count == 2, text.hasSuffix(" ") else { return false }
    let numbers = words[1].split(separator: "/")
    return numbers.count == 2 && numbers.allSatisfy { Int($0) != nil }
  }

  private static func afterContinuation(_ line: String) -> String? {
    if line == "…" { return "" }
    return line.hasPrefix("… ") ? String(line.dropFirst(2)) : nil
  }
}

extension StringProtocol where SubSequence == Substring {
  /// The first place where a text stands, without Foundation.
  func range(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) {
        return start..<index(start, offsetBy: text.count)
      }
      start = index(after: start)
    }
    return nil
  }
}
