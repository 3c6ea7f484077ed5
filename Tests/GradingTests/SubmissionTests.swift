import Lessons
import Testing

@testable import Grading

/// How submissions are read: by steps, whatever stands around them.
@Suite struct SubmissionTests {
  private func lesson() throws -> Lesson {
    let text = """
      ## First step {#one}
      ```espalier try
      let a = ____
      ```
      ```espalier check
      check a == 1
      ```
      ```espalier solution
      let a = 1
      ```
      ## Second
      text
      """
    return try parseLesson(text, path: "l.md")
  }

  private func read(_ name: String, _ text: String) throws -> Submission {
    Submission(name: name, bytes: Array(text.utf8), for: try lesson())
  }

  @Test func pagesAreReadByTheirHeadings() throws {
    let page = """
      # anything
      ```espalier try
      lost
      ```
      ## Second
      ~~~~espalier try extra
      let b = 2
      ~~~
      ~~~~
      ## First step
      ```espalier
      not an answer
      ```
      ````espalier try
      let a = 1
      """
    let found = try read("p.md", page)
    #expect(found.answers["second"]?.text == "let b = 2\n~~~")
    #expect(found.answers["second"]?.firstLine == 7)
    #expect(found.answers["one"]?.text == "let a = 1")
    #expect(found.remarks == ["the answer in line 3 stands under no step's heading"])
  }

  @Test func scriptsAreCutAtTheirMarks() throws {
    let found = try read(
      "s.esp", "let h = 1\r\n// step: second\r\nlet b = h\n// step: one\nlet a = 1")
    #expect(found.answers["second"]?.text == "let h = 1\n// step: second\nlet b = h")
    #expect(found.answers["second"]?.firstLine == 1)
    #expect(found.answers["one"]?.text == "let a = 1" && found.answers["one"]?.firstLine == 5)
    #expect(try read("s.esp", "let a = 1").whole?.text == "let a = 1")
  }

  @Test func doubledAndUnknownStepsAreSaid() throws {
    let found = try read("s.esp", "// step: one\nlet a = 1\n// step: zero\n// step: one\nlet a = 2")
    #expect(found.answers["one"]?.text == "let a = 2")
    #expect(
      found.remarks == [
        "line 3: the lesson has no step `zero`",
        "step `one` is answered twice, in lines 1 and 5; the second counts",
      ])
  }

  @Test(arguments: [
    ("a.esp", [UInt8]("let a = 1\n\0".utf8), "line 2 holds a NUL byte"),
    ("a.esp", [0xC3, 0x28], "not valid UTF-8"),
    ("a.md", [UInt8]("# nothing".utf8), "no answer was found"),
  ])
  func whatCannotBeGradedSaysWhy(name: String, bytes: [UInt8], words: String) throws {
    #expect(
      Submission(name: name, bytes: bytes, for: try lesson()).refusal?.contains(words) == true)
    #expect(
      Submission(name: name, bytes: nil, for: try lesson()).refusal == "the file cannot be read")
  }

  @Test func aFileThatIsTooLargeIsNotRead() throws {
    let bytes = [UInt8](repeating: 0x20, count: Submission.largest + 1)
    let found = Submission(name: "a.esp", bytes: bytes, for: try lesson())
    #expect(found.refusal == "the file is larger than 1000000 bytes")
  }

  /// FIPS 180-4, examples of one block, of two, and of none; and a million letters.
  @Test func hashesAreThoseOfTheStandard() {
    #expect(
      SHA256(Array("abc".utf8)).hexadecimal
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      SHA256(Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8)).hexadecimal
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    #expect(
      SHA256([]).hexadecimal == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }
}
