import Language

/// Code of the language as HTML: comments, strings, numbers and reserved words in spans of their own.
///
/// Whatever the text is, its letters come out unchanged; nothing has to parse.
public func highlightedHTML(_ code: String) -> String {
  var result = ""
  var rest = code[...]
  func take(_ end: String.Index, _ style: String?) {
    let piece = escapedHTML(rest[..<end])
    result += style.map { "<span class=\"\($0)\">\(piece)</span>" } ?? piece
    rest = rest[end...]
  }
  while let first = rest.first {
    if rest.hasPrefix("//") {
      take(rest.firstIndex(of: "\n") ?? rest.endIndex, "comment")
    } else if first == "\"" {
      take(stringEnd(rest), "string")
    } else if first.isNumber {
      let end = rest.firstIndex { !($0.isNumber || $0 == "." || $0 == "_" || $0 == "%") }
      take(end ?? rest.endIndex, "number")
    } else if first.isLetter || first == "_" {
      let end = rest.firstIndex { !($0.isLetter || $0.isNumber || $0 == "_") } ?? rest.endIndex
      let word = String(rest[..<end])
      let isBlank = word.count > 3 && word.allSatisfy { $0 == "_" }
      take(end, reservedWords.contains(word) ? "keyword" : isBlank ? "blank" : nil)
    } else {
      take(rest.index(after: rest.startIndex), nil)
    }
  }
  return result
}

/// Behind the closing mark of a string, or at its line's end where it has none.
private func stringEnd(_ text: Substring) -> String.Index {
  var place = text.index(after: text.startIndex)
  while place < text.endIndex, text[place] != "\n" {
    if text[place] == "\\" {
      place = text.index(after: place)
      if place < text.endIndex { place = text.index(after: place) }
      continue
    }
    if text[place] == "\"" { return text.index(after: place) }
    place = text.index(after: place)
  }
  return place
}
