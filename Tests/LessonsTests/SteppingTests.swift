import Interpreter
import Language
import Synchronization
import Testing

@testable import Lessons

private let page = """
  # Codes

  ## Look {#look}

  ```espalier
  let w = tensor([0.42, -1.30, 0.07, 0.91, -0.55, 0.00])
  ```

  ## Quantize {#codes}

  ```espalier try
  let s = ____
  let q = ____
  ```

  ```espalier check points=1 name="scale"
  check near(s, 1.30 / 7), "s"
  ```

  ```espalier check points=2 name="codes" each=true needs="scale"
  check q == [2, -7, 0, 5, -3, 0], "q"
  ```

  ```espalier wrong
  let s = max(abs(w)) / 7
  let q = floor(w / s)
  ```
  > Rounded down.

  <details><summary>Solution</summary>

  ```espalier solution
  let s = max(abs(w)) / 7
  let q = clamp(round(w / s), -8, 7)
  ```

  </details>

  ## Draw {#draw}

  ```espalier
  let noise = rand(2)
  ```

  ## End {#end}

  ```espalier
  let e = q * s
  ```
  """

private final class Notes: Sendable {
  let lines = Mutex<[String]>([])
  let record = Mutex<LessonProgress.LessonRecord?>(nil)

  func player(
    _ text: String = page, resuming record: LessonProgress.LessonRecord? = nil
  ) throws -> LessonPlayer {
    let player = LessonPlayer(
      try parseLesson(text, path: "codes.md"), Session.Configuration(), record: record,
      stage: LessonPlayer.Stage(
        page: { self.add($0) }, typed: { self.add("› " + $0) }, say: { self.add($0) },
        show: { _ in }, complain: { self.add($0[0].headline) }),
      store: { record in self.record.withLock { $0 = record } })
    player.open()
    return player
  }

  func add(_ line: String) { lines.withLock { $0.append(line) } }
  var all: [String] { lines.withLock { $0 } }
}

private func type(_ text: String, _ player: LessonPlayer) {
  player.submit(Source(name: "<repl>", text))
}

private func text(_ name: String, _ player: LessonPlayer) -> String? {
  player.session.value(of: name)?.text
}

private let right = "let s = max(abs(w)) / 7; let q = round(w / s)"

struct SteppingTests {
  @Test func elementsEarnTheirShare() throws {
    let notes = Notes()
    let player = try notes.player()
    player.next()
    type("let s = max(abs(w)) / 7", player)
    #expect(!notes.all.contains { $0.contains("scale") }, "half an answer is not judged")
    type("let q = sign(w) * floor(abs(w / s))", player)
    #expect(notes.all.contains("✓ scale   1/1"))
    let codes = try #require(notes.all.first { $0.hasPrefix("~ codes   1.33/2") })
    #expect(codes.contains("2 ✓  -7 ✓  0 ✓  4 ✗ 5  -2 ✗ -3  0 ✓"))
    #expect(notes.all.last?.contains("truncation") == true, "a mistake that no block lists")
    #expect(player.record.steps["codes"]?.points.map { ($0 * 100).rounded() } == 233)
  }

  @Test func whatNeedsAFailedCheckIsNotRun() throws {
    let notes = Notes()
    let player = try notes.player()
    player.next()
    type("let s = 1; let q = [2, -7, 0, 5, -3, 0]", player)
    #expect(notes.all.contains("– codes   0/2   not run: it needs scale"))
  }

  @Test func aListedMistakeComesBeforeTheCatalogue() throws {
    let notes = Notes()
    let player = try notes.player()
    player.next()
    type("let s = max(abs(w)) / 7; let q = floor(w / s)", player)
    #expect(notes.all.last == "Rounded down.")
  }

  @Test(arguments: [
    ("let s = max(abs(w)) / 8; let q = round(w / s)", "8 where 7"),
    ("let s = max(w) / 7; let q = clamp(round(w / s), -8, 7)", "`abs`"),
    ("let s = (max(w) - min(w)) / 15; let q = clamp(round(w / s), -8, 7)", "16 codes"),
    ("let s = max(abs(w)) / 7; let q = w / s", "`round`"),
  ])
  func theCatalogueKnowsCommonMistakes(_ answer: String, _ word: String) throws {
    let notes = Notes()
    let player = try notes.player()
    player.next()
    type(answer, player)
    #expect(notes.all.last?.contains(word) == true, "\(notes.all.last ?? "")")
  }

  @Test func anUnknownMistakeIsNotGuessedAt() throws {
    let notes = Notes()
    let player = try notes.player()
    player.next()
    type("let s = 0.5; let q = [1, 2, 3, 4, 5, 6]", player)
    #expect(notes.all.last?.hasPrefix("– codes") == true)
  }

  @Test func goingBackAndForwardKeepsTheAnswer() throws {
    let player = try Notes().player()
    player.next()
    type(right, player)
    player.next()
    let noise = text("noise", player)
    player.next()
    player.back()
    player.back()
    #expect(player.prompt.contains("2/4"))
    #expect(text("q", player) == nil && text("noise", player) == nil, "as it was on entering")
    player.next()
    #expect(text("q", player) == "[2, -7, 0, 5, -3, 0]")
    #expect(text("noise", player) == noise, "the random state is part of the state")
    player.next()
    #expect(text("e", player) != nil)
  }

  @Test func aStepEnteredForwardAgainHasItsAnswer() throws {
    let notes = Notes()
    let player = try notes.player()
    player.next()
    type(right, player)
    player.next()
    player.back()
    player.back()
    #expect(text("q", player) == nil)
    player.next()
    #expect(player.prompt.contains("2/4"))
    #expect(text("q", player) == "[2, -7, 0, 5, -3, 0]")
    #expect(notes.all.last?.contains("in place") == true)
  }

  @Test func lookingAtAnOldStepChangesNothing() throws {
    let player = try Notes().player()
    player.next()
    type(right, player)
    player.next()
    player.back()
    type("rand(3)", player)
    player.next()
    #expect(player.prompt.contains("3/4"))
    #expect(text("q", player) == "[2, -7, 0, 5, -3, 0]")
  }

  @Test func aNewAnswerReplacesTheOldOne() throws {
    let player = try Notes().player()
    player.next()
    type(right, player)
    player.next()
    player.back()
    type("let s = 1", player)
    player.next()
    #expect(player.prompt.contains("2/4"), "the step is open again")
    #expect(player.record.steps["codes"]?.inputs == ["let s = 1"])
    type(right, player)
    player.next()
    #expect(player.prompt.contains("3/4"))
  }

  @Test func gotoTakesNumbersAndNames() throws {
    let notes = Notes()
    let player = try notes.player()
    player.go(to: "end")
    #expect(player.prompt.contains("2/4"), "an open exercise is in the way")
    type(right, player)
    player.go(to: "4")
    #expect(text("e", player) != nil)
    player.go(to: "look")
    #expect(player.prompt.contains("1/4"))
    player.go(to: "end")
    #expect(text("e", player) != nil)
    player.go(to: "nowhere")
    #expect(notes.all.last?.contains("there is no step `nowhere`") == true)
    player.go(to: "999999999999999999999")
    #expect(player.prompt.contains("4/4"))
  }

  @Test func playingLeavesNoTrace() throws {
    let notes = Notes()
    let player = try notes.player()
    player.next()
    player.play()
    #expect(player.prompt.hasSuffix("play › "))
    type("let s = 5; let w = 0", player)
    player.next()
    #expect(notes.all.last?.contains(":resume") == true)
    player.resume()
    #expect(text("s", player) == nil)
    #expect(text("w", player)?.hasPrefix("[0.42") == true)
    #expect(player.record.steps["codes"]?.inputs ?? [] == [])
  }

  @Test func halfAnAnswerIsThereAgainAfterQuitting() throws {
    let notes = Notes()
    let first = try notes.player()
    first.next()
    type("let s = max(abs(w)) / 7", first)
    let record = try #require(notes.record.withLock { $0 })
    let second = try Notes().player(resuming: record)
    #expect(second.prompt.contains("2/4"))
    #expect(text("s", second) == text("s", first))
    type("let q = round(w / s)", second)
    second.next()
    #expect(second.prompt.contains("3/4"))
  }

  @Test func aChangedLessonSaysSoAndChecksAgain() throws {
    let notes = Notes()
    let first = try notes.player()
    first.next()
    type(right, first)
    first.next()
    let record = try #require(notes.record.withLock { $0 })

    let renewed = "---\nversion: 2\n---\n" + page
    let kept = Notes()
    let second = try kept.player(renewed, resuming: record)
    #expect(second.prompt.contains("3/4"))
    #expect(kept.all.contains { $0.contains("version 1, now 2") && $0.contains("still pass") })
    #expect(text("q", second) == "[2, -7, 0, 5, -3, 0]")

    let harder = renewed.replacing("[2, -7, 0, 5, -3, 0]", with: "[2, -7, 0, 5, -3, 1]")
    let open = Notes()
    let third = try open.player(harder, resuming: record)
    #expect(third.prompt.contains("2/4"))
    #expect(open.all.contains { $0.contains("no longer passes") })
  }

  @Test func resetOpensTheStepAgain() throws {
    let player = try Notes().player()
    player.next()
    type(right, player)
    player.reset()
    #expect(text("q", player) == nil)
    player.next()
    #expect(player.prompt.contains("2/4"))
  }

  @Test func anAnswerThatIsOnlyNumbersIsNotGivenAway() throws {
    let text = page.replacing(
      "let q = clamp(round(w / s), -8, 7)", with: "let q = [2, -7, 0, 5, -3, 0]")
    let notes = Notes()
    let player = try notes.player(text)
    player.next()
    type("let s = max(abs(w)) / 7; let q = [2, -7, 0, 6, -3, 0]", player)
    #expect(notes.all.last?.contains("is meant") == false, "\(notes.all.last ?? "")")
    #expect(mutations(of: "let k = 4; let t = (-3)") == [])
    #expect(mutations(of: "let k = n / 7").contains { $0.what == "8 where 7 is meant" })
  }

  @Test func aCheckThatEndsInAnErrorSaysWhich() throws {
    let text = """
      # Limits
      ## One {#one}
      ```espalier try
      let limit = (w, share) => ____
      ```
      ```espalier check
      check limit([3, 1, 2, 4], 50%) == 3, "half of four"
      check limit([3, 1, 2], 50%) == 3, "half of three"
      check limit([1, 2], 50%) == 2, "half of two"
      ```
      ```espalier solution
      let limit = (w, share) => sort(w)[round(share * w.count)]
      ```
      """
    let notes = Notes()
    let player = try notes.player(text)
    type("let limit = (w, share) => sort(tensor(w))[share * w.count]", player)
    #expect(notes.all.contains("✓ half of four"))
    let three = try #require(notes.all.first { $0.hasPrefix("✗ half of three") })
    #expect(three.contains("1.5") && three.contains("in your `"), "\(three)")
    #expect(notes.all.contains("✓ half of two"), "one error does not stop the other checks")
  }

  @Test func aNameThatIsMissingIsTheReason() throws {
    let notes = Notes()
    let player = try notes.player()
    player.next()
    type("let s = max(abs(w)) / 7", player)
    player.check()
    #expect(notes.all.contains("✓ scale   1/1"))
    #expect(notes.all.contains("✗ codes   0/2   no name `q`"))
  }

  @Test func oneNumberIsNoRowOfNumbers() throws {
    let notes = Notes()
    let player = try notes.player()
    player.next()
    type("let s = max(abs(w)) / 7; let q = 0", player)
    let codes = try #require(notes.all.first { $0.contains("codes") })
    #expect(codes.hasPrefix("✗ codes   0/2"), "\(codes)")
    #expect(codes.contains("q is one number, 0") && codes.contains("6 numbers in a row"))
  }

  @Test func namesThatTheLessonAsksForAreTheStudentsInItsChecks() throws {
    let text = """
      # Names
      ## One {#one}
      ```espalier try
      let dense = ____
      let near = ____
      ```
      ```espalier check
      check dense == 3, "dense"
      check near == 4, "near"
      check abs(-1) == 1, "abs"
      ```
      ```espalier solution
      let dense = 3
      let near = 4
      ```
      """
    let notes = Notes()
    let player = try notes.player(text)
    type("let abs = (x) => 0; let dense = 3; let near = 4", player)
    #expect(notes.all.contains { $0.hasPrefix("✓ every check passed") }, "\(notes.all)")
    let session = Session(Session.Configuration()) { _ in }
    for piece in try parseLesson(text, path: "names.md").pieces { _ = session.run(piece) }
    #expect(session.checks.map(\.passed) == [true, true, true])
  }

  @Test func twoEmptyLinesNeverFollowEachOther() throws {
    let notes = Notes()
    let player = LessonPlayer(
      try parseLesson(
        "# A\n\nWords.\n\n## One\n\n```espalier try ask=number answer=1\n____\n```\n\nSo it is.",
        path: "a.md"), Session.Configuration(),
      stage: LessonPlayer.Stage(
        page: { notes.add($0 + "\n") }, typed: { notes.add($0) }, say: { notes.add($0) },
        show: { _ in }, complain: { _ in }))
    player.open()
    player.stage.turn()
    type("1", player)
    let lines = notes.all.joined(separator: "\n")
    #expect(!lines.contains("\n\n\n"), "\(lines)")
    #expect(lines.hasSuffix("So it is.\n\n:next goes on"))
  }
}
