import Foundation
import Interpreter
import Language
import Testing

@testable import Lessons

private let page = """
  # A & B

  ## Look {#look}

  With $s = \\frac{a}{b}$ and *stress*.

  ```espalier>
  > 1 + 1
  2
  > explain 2 * 3
  ...
  ```

  ## Do {#do}

  ```espalier try
  let half = ____
  ```

  <details><summary>Hint</summary>

  Divide.

  </details>

  ```espalier check
  check half == 3, "half"
  ```

  <details><summary>Solution</summary>

  ```espalier solution
  let half = 6 / 2
  ```

  </details>

  After.

  ```espalier
  print(half + 1)
  ```
  """

struct ExportTests {
  private func exported(_ answers: ExportPage.Answers = .open) throws -> ExportPage {
    try parseLesson(page, path: "lessons/a.md").exported(answers, Session.Configuration())
  }

  @Test func theWebPageStandsAlone() throws {
    let html = try exported().text(as: .html)
    #expect(html.hasPrefix("<!DOCTYPE html>"))
    #expect(html.contains("<title>A &amp; B</title>"))
    #expect(html.contains("<math><mrow>") && html.contains("<mfrac>"))
    #expect(html.contains("<em>stress</em>"))
    #expect(
      html.contains("<pre class=\"exercise\">") && html.contains("<summary>Solution</summary>"))
    #expect(html.contains("<pre class=\"output\">4</pre>"), "what follows runs on the solution")
    #expect(html.contains("prefers-color-scheme: dark") && html.contains("width=device-width"))
    #expect(!html.contains("src=") && !html.contains("href=\"http"), "nothing is fetched")
    for tag in ["div", "pre", "details", "table", "p", "main", "h2"] {
      #expect(
        html.ranges(of: "<\(tag)>").count + html.ranges(of: "<\(tag) ").count
          == html.ranges(of: "</\(tag)>").count, "\(tag)")
    }
  }

  @Test func aStudentsPageHasTheStudentsAnswer() throws {
    let text = try exported(.given(["do": ["let half = 3"]])).text(as: .md)
    #expect(text.contains("let half = 3") && !text.contains("____"))
    #expect(text.contains("```text\n4\n```"))
  }

  @Test func theScriptHoldsTheAnswersByStep() throws {
    var record = LessonProgress.LessonRecord(version: 1, step: "do")
    record.steps["do", default: .init()].inputs = ["let half = 3"]
    let text = try parseLesson(page, path: "a.md").script(of: record)
    #expect(text.hasSuffix("\n// step: do\nlet half = 3\n"))
  }

  @Test func theNotebookIsTheSameTwice() throws {
    #expect(try exported().text(as: .ipynb) == exported().text(as: .ipynb))
  }

  @Test func theNotebookHasWhatItsFormatAsksFor() throws {
    let data = Data(try exported().text(as: .ipynb).utf8)
    let book = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(book["nbformat"] as? Int == 4 && book["nbformat_minor"] as? Int == 5)
    let cells = try #require(book["cells"] as? [[String: Any]])
    var ids: Set<String> = []
    for cell in cells {
      let id = try #require(cell["id"] as? String)
      #expect(ids.insert(id).inserted && id.count <= 64)
      let kind = cell["cell_type"] as? String
      #expect(cell["source"] is [String] && cell["metadata"] is [String: Any])
      if kind == "code" { #expect(cell["outputs"] is [Any] && cell["execution_count"] != nil) }
    }
    #expect(cells.contains { ($0["source"] as? [String])?.joined().contains("____") == true })
  }

  /// By the notebook format's own library, where a Python has it.
  @Test(.enabled(if: ExportTests.python != nil)) func nbformatAcceptsTheNotebook() throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("espalier-\(UUID().uuidString).ipynb")
    try exported().text(as: .ipynb).write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    let check = """
      import nbformat, sys
      book = nbformat.read(sys.argv[1], as_version=4)
      nbformat.validate(book)
      """
    #expect(try Self.run(try #require(Self.python), ["-c", check, file.path]) == 0)
  }

  /// A Python that has nbformat.
  private static let python: String? = {
    let named = ProcessInfo.processInfo.environment["ESPALIER_PYTHON"]
    return [named, "/usr/bin/python3"].compactMap { $0 }.first {
      FileManager.default.isExecutableFile(atPath: $0)
        && (try? run($0, ["-c", "import nbformat"])) == 0
    }
  }()

  private static func run(_ program: String, _ arguments: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }
}

struct LessonTemplateTests {
  @Test func aNewLessonProvesItself() throws {
    let text = lessonTemplate("Four bits")
    let lesson = try parseLesson(text, path: "lessons/01-four-bits.md")
    #expect(lesson.id == "four-bits" && lesson.title == "Four bits")
    let findings = checkLesson(lesson, Session.Configuration()) { event in
      switch event {
      case .echo(let value, _): value.text
      case .print(let values): Value.line(values)
      default: nil
      }
    }
    #expect(findings.filter { !$0.passed } == [])
    #expect(findings.count > 8)
  }

  @Test func itsFileIsNamedByNumberAndTitle() {
    #expect(lessonFileName("Four bits!", number: 7) == "07-four-bits.md")
    #expect(lessonFileName("Ten", number: 12) == "12-ten.md")
  }
}

struct LinkCheckTests {
  private func failures(_ prose: String) throws -> [String] {
    let lesson = try parseLesson("## A {#a}\n\n\(prose)\n", path: "lessons/x.md")
    return checkLesson(
      lesson, Session.Configuration(), exists: { $0 == "lessons/there.md" }, text: { _ in nil }
    ).filter { !$0.passed }.map(\.subject)
  }

  @Test func linksMustLeadSomewhere() throws {
    #expect(try failures("[x](there.md) [y](#a) [z](https://example.org)") == [])
    #expect(try failures("[x](gone.md)") == ["link to `gone.md`"])
    #expect(try failures("[x](#b)") == ["link to `#b`"])
  }

  @Test func helpThatIsPromisedMustExist() throws {
    #expect(try failures("`?clamp` explains, and `?E0214` too") == [])
    #expect(try failures("`?clmap` explains") == ["`?clmap` has help"])
  }
}

struct MathSpansTests {
  @Test func formulasAreSetInTheTerminal() {
    let text = pageText("With $\\hat{w} = s \\cdot q_i$ it costs 5$ and 6$.", .plain)
    #expect(text == "With w\u{302} = s · qᵢ it costs 5$ and 6$.\n")
    #expect(pageText("`$a_b$` stays", .plain) == "`$a_b$` stays\n")
    #expect(pageText("two $a_1 * b_1$ and $c_2 * d_2$", .plain) == "two a₁ ∗ b₁ and c₂ ∗ d₂\n")
  }

  @Test func displayedFormulasAreDrawn() {
    let drawn = "    a\n    ─\n    b\n"
    #expect(pageText("$$\n\\frac{a}{b}\n$$", .plain) == drawn)
    #expect(pageText("$$\\frac{a}{b}$$", .plain) == drawn)
    #expect(pageText("```math\n\\frac{a}{b}\n```", .plain) == drawn)
  }

  @Test(arguments: [
    "$", "$$", "$ a$", "$a", "$$\na", "\\$a$", "$a$5", "```\n$a$\n", "\u{E000}7\u{E001}",
  ])
  func whatIsNoFormulaStaysAsItIs(_ text: String) {
    _ = pageText(text, .plain)
    let spans = MathSpans(text)
    #expect(spans.filled(spans.text) { "<" + $0.latex + ">" }.isEmpty == text.isEmpty)
  }
}
