import Interpreter
import Language
import Lessons
import Testing

/// A check that draws random numbers and binds names leaves the page below it as it was, whoever
/// runs it.
@Suite struct DrawingCheckTests {
  /// What comes first from the lesson's seed, and has to come first on the page.
  private static let first: String = {
    let session = Session(Session.Configuration()) { _ in }
    _ = session.run(Source(name: "first", "let noise = rand(3)"), echo: false)
    return session.value(of: "noise")?.text ?? ""
  }()

  /// The second step passes when the first step's checks drew nothing from the page.
  private static let page = """
    ---
    id: drawing
    ---
    # Drawing
    ## One {#one}
    ```espalier try
    let a = ____
    ```
    ```espalier check
    let sample = rand(5)
    check a == 1 and count(sample >= 0) == 5, "a"
    ```
    ```espalier check
    check count(rand(7) >= 0) == 7, "another"
    check a == 1, "once more"
    ```
    ```espalier wrong
    let a = 2
    ```
    > Two.
    ```espalier solution
    let a = 1
    ```
    ## Two {#two}
    ```espalier
    let noise = rand(3)
    ```
    ```espalier>
    > print(near(noise, \(first), within: 1e-6))
    [true, true, true]
    ```
    ```espalier try
    let b = ____
    ```
    ```espalier check
    check near(b, \(first), within: 1e-6), "b"
    ```
    ```espalier wrong
    let b = noise + 1
    ```
    > One more.
    ```espalier solution
    let b = noise
    ```
    """

  private static func lesson() throws -> Lesson { try parseLesson(page, path: "drawing.md") }

  @Test func running() throws {
    let session = Session(Session.Configuration()) { _ in }
    for piece in try Self.lesson().pieces { _ = session.run(piece) }
    #expect(session.checks.map(\.passed) == [true, true, true, true])
    #expect(session.value(of: "sample") == nil && session.value(of: "b") != nil)
  }

  @Test func testing() throws {
    let findings = checkLesson(try Self.lesson(), Session.Configuration()) { event in
      if case .print(let values) = event { Value.line(values) } else { nil }
    }
    #expect(findings.filter { !$0.passed }.map { "\($0.subject): \($0.message)" } == [])
  }

  @Test func playing() throws {
    let player = LessonPlayer(
      try Self.lesson(), Session.Configuration(),
      stage: LessonPlayer.Stage(
        page: { _ in }, typed: { _ in }, say: { _ in }, show: { _ in }, complain: { _ in }))
    player.open()
    player.submit(Source(name: "<repl>", "let a = 2"))
    player.check()
    player.submit(Source(name: "<repl>", "let a = 1"))
    player.next()
    player.submit(Source(name: "<repl>", "let b = noise"))
    #expect(player.record.steps["two"]?.state == .passed)
    #expect(player.session.value(of: "sample") == nil)
  }

  /// The second submission's mistake sends the grader through its known mistakes and the solution.
  @Test(arguments: [("1", Int32(0), "pass pass pass pass"), ("2", 1, "fail pass fail pass")])
  func grading(_ answer: String, _ status: Int32, _ verdicts: String) throws {
    guard let program = GradingProgram() else { return }
    let folder = try WorkFolder()
    try folder.write(Self.page, "drawing.md")
    try folder.write("// step: one\nlet a = \(answer)\n// step: two\nlet b = noise", "student.esp")
    let result = try program.run([
      "grade", folder.path + "/student.esp", "--lesson", folder.path + "/drawing.md",
      "--format", "tap",
    ])
    #expect(result.status == status, "\(result.output)\(result.errors)")
    let found = result.output.split(separator: "\n").compactMap { line -> String? in
      line.hasPrefix("ok ") ? "pass" : line.hasPrefix("not ok ") ? "fail" : nil
    }
    #expect(found.joined(separator: " ") == verdicts, "\(result.output)")
  }
}
