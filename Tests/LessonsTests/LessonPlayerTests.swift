import Interpreter
import Language
import Synchronization
import Testing

@testable import Lessons

/// A lesson in three steps that needs no built-in at all.
private let page = """
  # Numbers

  ## Look

  ```espalier
  let a = 6
  ```

  ## Halve

  ```espalier try
  let half = ____
  ```

  <details><summary>Hint</summary>

  Divide by two.

  </details>

  ```espalier check
  check half == 3, "half"
  ```

  ```espalier wrong
  let half = a * 2
  ```
  > That is twice as much.

  <details><summary>Solution</summary>

  ```espalier solution
  let half = a / 2
  ```

  </details>

  So it is.

  ## Use it

  ```espalier
  let b = half + 1
  ```
  """

/// A stage that writes down what it is told.
private final class Notes: Sendable {
  let lines = Mutex<[String]>([])
  let record = Mutex<LessonProgress.LessonRecord?>(nil)

  func player(resuming record: LessonProgress.LessonRecord? = nil) throws -> LessonPlayer {
    let player = LessonPlayer(
      try parseLesson(page, path: "numbers.md"), Session.Configuration(), record: record,
      stage: LessonPlayer.Stage(
        page: { self.add($0) }, typed: { self.add("› " + $0) }, say: { self.add($0) },
        show: { _ in }, complain: { self.add($0[0].headline) }),
      store: { record in self.record.withLock { $0 = record } })
    player.open()
    return player
  }

  func add(_ line: String) { lines.withLock { $0.append(line) } }
  var last: String { lines.withLock { $0.last ?? "" } }
  var all: [String] { lines.withLock { $0 } }
}

private func number(_ name: String, in player: LessonPlayer) -> Double? {
  if case .number(let number)? = player.session.value(of: name) { number } else { nil }
}

struct LessonPlayerTests {
  @Test func openingRunsTheFirstStep() throws {
    let player = try Notes().player()
    #expect(player.prompt == "numbers 1/3 › ")
    #expect(number("a", in: player) == 6)
  }

  @Test func anUnsolvedExerciseHoldsNextBack() throws {
    let notes = Notes()
    let player = try notes.player()
    player.next()
    player.next()
    #expect(player.prompt == "numbers 2/3 › ")
    #expect(notes.last.contains(":check"))
  }

  @Test func aRightAnswerOpensTheWay() throws {
    let notes = Notes()
    let player = try notes.player()
    player.next()
    player.submit(Source(name: "<repl>", "let half = 3"))
    #expect(notes.all.contains { $0.hasPrefix("✓ every check passed") })
    #expect(notes.last == "So it is.")
    player.next()
    #expect(number("b", in: player) == 4)
  }

  @Test func aKnownMistakeGetsItsAnswer() throws {
    let notes = Notes()
    let player = try notes.player()
    player.next()
    player.submit(Source(name: "<repl>", "let half = 12"))
    player.check()
    #expect(notes.last == "That is twice as much.")
    #expect(number("half", in: player) == 12, "checking changes no name")
  }

  @Test func hintsComeOneByOne() throws {
    let notes = Notes()
    let player = try notes.player()
    player.next()
    player.hint()
    #expect(notes.last == "Divide by two.")
    player.hint()
    #expect(notes.last.hasPrefix("no more hints"))
  }

  @Test func skippingTakesTheSolution() throws {
    let notes = Notes()
    let player = try notes.player()
    player.next()
    player.skip()
    #expect(notes.all.contains("› let half = a / 2"))
    #expect(number("b", in: player) == 4)
  }

  @Test func backRestoresEveryName() throws {
    let player = try Notes().player()
    player.next()
    player.submit(Source(name: "<repl>", "let half = 3; let a = 100"))
    player.back()
    #expect(number("half", in: player) == nil)
    #expect(number("a", in: player) == 6)
  }

  @Test func resumingRunsTheAnswersAgain() throws {
    let notes = Notes()
    let first = try notes.player()
    first.next()
    first.submit(Source(name: "<repl>", "let half = 3; let mine = 7"))
    first.next()
    let record = try #require(notes.record.withLock { $0 })
    let second = try Notes().player(resuming: record)
    #expect(second.prompt == "numbers 3/3 › ")
    #expect(number("mine", in: second) == 7)
    #expect(number("b", in: second) == 4)
  }
}

struct CourseCheckTests {
  private func failures(_ text: String) throws -> [String] {
    checkLesson(try parseLesson(text, path: "x.md"), Session.Configuration()) { event in
      if case .echo(let value, _) = event { value.text } else { nil }
    }.filter { !$0.passed }.map(\.subject)
  }

  @Test func aSoundLessonHasNoFailures() throws {
    #expect(try failures(page) == [])
  }

  @Test func anExerciseThatPassesUnsolvedIsFound() throws {
    let solved = page.replacing("let half = ____", with: "let half = 3")
    #expect(try failures(solved) == ["exercise halve fails as shipped"])
  }

  @Test func checksThatAskForNothingAreFound() throws {
    let lax = page.replacing("check half == 3", with: "check a == 6")
    #expect(try failures(lax).contains("exercise halve fails when empty"))
  }

  @Test func aWrongSolutionIsFound() throws {
    let wrong = page.replacing("let half = a / 2", with: "let half = a / 3")
    #expect(try failures(wrong) == ["check \"half\""])
  }

  @Test func aMistakeThatPassesIsFound() throws {
    let harmless = page.replacing("let half = a * 2", with: "let half = 1 + 2")
    #expect(try failures(harmless) == ["exercise halve refuses a known mistake"])
  }

  @Test func anOutputThatIsNotRealIsFound() throws {
    let text = "## A\n```espalier>\n> 1 + 1\n3\n```"
    #expect(try failures(text) == ["output of `1 + 1`"])
  }

  @Test func promotionRewritesOnlyWhatChanged() throws {
    let text = "## A\n```espalier>\n> 1 + 1\n3\n> 2 + 2\n4\n> 5\n```\nend"
    let show: EventText = { event in
      if case .echo(let value, _) = event { value.text } else { nil }
    }
    let result = try promoted(text, path: "x.md", Session.Configuration(), text: show)
    #expect(result == "## A\n```espalier>\n> 1 + 1\n2\n> 2 + 2\n4\n> 5\n5\n```\nend")
    let again = try promoted(result ?? "", path: "x.md", Session.Configuration(), text: show)
    #expect(again == nil)
  }
}

struct ScriptCheckTests {
  private func failures(_ text: String) -> [String] {
    checkScript(text, path: "x.esp", Session.Configuration()) { event in
      if case .print(let values) = event { Value.line(values) } else { nil }
    }.filter { !$0.passed }.map(\.subject)
  }

  @Test func aFailedCheckAndAnErrorAreFound() {
    #expect(failures("check 1 == 1") == [])
    #expect(failures("check 1 == 2, \"one\"") == ["check \"one\""])
    #expect(failures("let a = 1/0") == ["runs to its end"])
  }

  @Test func aPromisedLineThatIsNotPrintedIsFound() {
    #expect(failures("let a = 1  // → 1") == ["prints `1`"])
  }
}

struct ShownErrorTests {
  private func failures(_ text: String) throws -> [String] {
    checkLesson(try parseLesson(text, path: "x.md"), Session.Configuration()) { _ in nil }
      .filter { !$0.passed }.map(\.subject)
  }

  private let page = """
    ## A
    ```espalier>
    > 1 / 0
    error[E0311]: a number divided by zero has no value: 1 / 0
    ...
    ```
    """

  @Test func aPageMayShowAnError() throws {
    #expect(try failures(page) == [])
  }

  @Test func aShownErrorMustBeTheRealOne() throws {
    #expect(try failures(page.replacing("E0311", with: "E0312")) == ["output of `1 / 0`"])
    #expect(try failures(page.replacing("> 1 / 0", with: "> 1 / 1")) == ["output of `1 / 1`"])
  }
}
