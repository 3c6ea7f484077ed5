import Language
import Lessons

/// What one student handed in: an answer for each step, taken from a lesson page or a script.
public struct Submission: Sendable {
  /// As results call it: the file's path inside the class's folder.
  public var name: String
  /// The answer of each step that has one, by the step's id.
  var answers: [String: CodePiece] = [:]
  /// A script without marked steps: it answers the lesson as a whole, where its first exercise is.
  var whole: CodePiece?
  /// Why it cannot be graded; nothing of it runs then.
  public var refusal: String?
  /// What the student should know of how the file was read.
  public var remarks: [String] = []

  /// The largest file that is read, in bytes.
  public static let largest = 1_000_000

  init(name: String) { self.name = name }

  /// Reads a submission; whatever the bytes are, there is one.
  ///
  /// A `.md` file is a lesson page with the `try` fences filled in. Anything else is a script, in
  /// which a line `// step: NAME` begins the answer of a step. Steps are found by id, in any order.
  public init(name: String, bytes: [UInt8]?, for lesson: Lesson) {
    self.name = name
    guard let bytes else {
      refusal = "the file cannot be read"
      return
    }
    guard bytes.count <= Self.largest else {
      refusal = "the file is larger than \(Self.largest) bytes"
      return
    }
    guard let nul = bytes.firstIndex(of: 0) else {
      guard let text = String(validating: bytes, as: UTF8.self) else {
        refusal = "the file is not valid UTF-8 text"
        return
      }
      // A line end of Windows is one character in Swift.
      read(text.replacing("\r\n", with: "\n"), lesson)
      return
    }
    let line = bytes[..<nul].reduce(1) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
    refusal = "line \(line) holds a NUL byte; a submission is plain text"
  }

  private mutating func read(_ text: String, _ lesson: Lesson) {
    let found =
      name.hasSuffix(".md")
      ? answersOfPage(text, lesson, name) : answersOfScript(text, lesson, name)
    remarks = found.remarks
    whole = found.whole
    for answer in found.answers {
      if let earlier = answers[answer.step] {
        remarks.append(
          "step `\(answer.step)` is answered twice, in lines \(earlier.firstLine) and "
            + "\(answer.piece.firstLine); the second counts")
      }
      answers[answer.step] = answer.piece
    }
    if answers.isEmpty, whole == nil {
      refusal = "no answer was found; a page answers in its `try` fences, a script in its lines"
    }
  }

  /// Every answer, in the order of their steps' ids.
  var pieces: [CodePiece] {
    [whole].compactMap { $0 } + answers.keys.sorted().compactMap { answers[$0] }
  }
}
