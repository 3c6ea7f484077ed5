import Interpreter
import Language
import Synchronization
import Testing

@testable import Lessons

private let page = """
  # Guess

  ## Size {#size}

  ```espalier
  let w = [3, -4]
  ```

  How large is the largest?

  ```espalier try ask=number answer="w[0] - w[1]" within=5% about=sizes points=2
  ____
  ```

  It is seven.

  ## Left {#left}

  ```espalier try ask=number answer=4
  let left = ____
  ```

  ## Use {#use}

  ```espalier
  let twice = left * 2
  ```
  """

private final class Notes: Sendable {
  let lines = Mutex<[String]>([])
  let record = Mutex<LessonProgress.LessonRecord?>(nil)

  func player(
    _ text: String = page, resuming record: LessonProgress.LessonRecord? = nil,
    _ predictions: [LessonProgress.Prediction] = []
  ) throws -> LessonPlayer {
    let player = LessonPlayer(
      try parseLesson(text, path: "guess.md"), Session.Configuration(), record: record,
      predictions: predictions,
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

struct PredictionTests {
  @Test func theAnswerWaitsForANumber() throws {
    let notes = Notes()
    let player = try notes.player()
    #expect(!notes.all.contains("It is seven."))
    player.next()
    #expect(player.prompt.contains("1/3"))
    type("w[0]", player)  // looking around is no guess
    #expect(player.record.steps["size"]?.prediction == nil)
    type("9", player)
    #expect(notes.all.contains("≈ you said 9, it is 7: 28.6% too high"))
    #expect(notes.all.contains("It is seven."))
    #expect(player.record.steps["size"]?.state == .answered)
    #expect(player.record.steps["size"]?.points == 0)
    player.next()
    #expect(player.prompt.contains("2/3"))
  }

  @Test(arguments: [("7", true), ("7.3", true), ("7.4", false), ("-7", false), ("700%", true)])
  func theMarginDecides(_ typed: String, _ isWithin: Bool) throws {
    let player = try Notes().player()
    type(typed, player)
    #expect(player.record.steps["size"]?.prediction?.isWithin == isWithin)
    #expect(player.record.steps["size"]?.points == (isWithin ? 2 : 0))
  }

  @Test func aGuessThatNamesSomethingIsBoundToIt() throws {
    let notes = Notes()
    let player = try notes.player()
    type("7", player)
    player.next()
    type("let left = 5", player)
    player.next()
    #expect(player.session.value(of: "twice")?.text == "10")
    let record = try #require(notes.record.withLock { $0 })
    let again = try Notes().player(resuming: record)
    #expect(again.prompt.contains("3/3"))
    #expect(again.session.value(of: "twice")?.text == "10", "the guess is part of the replay")
  }

  @Test func skippingShowsTheAnswerAndUsesIt() throws {
    let notes = Notes()
    let player = try notes.player()
    player.skip()
    #expect(notes.all.contains("the answer is 7"))
    player.skip()
    #expect(player.session.value(of: "twice")?.text == "8")
  }

  @Test func aChoiceIsRightOrWrong() throws {
    let text = page.replacing("ask=number answer=4", with: "ask=choice answer=4")
    let notes = Notes()
    let player = try notes.player(text)
    type("8", player)
    player.next()
    type("1", player)
    #expect(notes.all.contains("≈ not 1: it is 4"))
    #expect(!notes.all.contains { $0.contains("of 2 within the margin") }, "no guess of a size")
    #expect(player.record.steps["left"]?.prediction?.isChoice == true)
  }

  @Test func aKnownWrongGuessIsAnswered() throws {
    let text = page.replacing(
      "It is seven.",
      with: "```espalier wrong\nw[0] + w[1]\n```\n> You forgot the sign.\n\nIt is seven.")
    let notes = Notes()
    let player = try notes.player(text)
    type("-1.02", player)
    #expect(notes.all.contains { $0.contains("You forgot the sign.") }, "\(notes.all)")
    for other in ["-1.2", "7"] {
      let quiet = Notes()
      type(other, try quiet.player(text))
      #expect(!quiet.all.contains { $0.contains("You forgot the sign.") }, "\(other)")
    }
    func faults(_ text: String) throws -> [String] {
      checkLesson(try parseLesson(text, path: "a.md"), Session.Configuration()) { _ in nil }
        .filter { !$0.passed }.map(\.message)
    }
    #expect(try faults(text) == [])
    #expect(
      try faults(text.replacing("w[0] + w[1]", with: "6.9"))
        == ["the mistake lies within the margin of the answer"])
    #expect(
      try faults(text.replacing("w[0] + w[1]", with: "\"six\""))
        == ["the mistake is one expression that is a number"])
  }

  /// The answer is worked out from random numbers, and the page draws behind it.
  private static let drawing = """
    # Draw
    ## Guess {#guess}
    ```espalier try ask=number answer="round(rand(1)[0] * 100)"
    let guess = ____
    ```
    ## Go on {#on}
    ```espalier
    let noise = rand(2)
    ```
    """

  @Test(arguments: ["typed", "skipped", "back", "resumed"])
  func anAnswerThatDrawsMovesNothing(_ way: String) throws {
    let lesson = try parseLesson(Self.drawing, path: "draw.md")
    let session = Session(Session.Configuration()) { _ in }
    for piece in lesson.pieces { _ = session.run(piece) }
    let noise = try #require(session.value(of: "noise")?.text)

    let notes = Notes()
    var player = try notes.player(Self.drawing)
    if way == "skipped" { player.skip() } else { type("50", player) }
    if way != "skipped" { player.next() }
    if way == "back" {
      player.back()
      player.next()
    }
    if way == "resumed" {
      player = try Notes().player(Self.drawing, resuming: notes.record.withLock { $0 })
    }
    #expect(player.prompt.contains("2/2"))
    #expect(player.session.value(of: "noise")?.text == noise)
  }

  @Test func calibrationIsTheGeometricMean() {
    func prediction(_ given: Double, _ answer: Double) -> LessonProgress.Prediction {
      .init(given: given, answer: answer, isWithin: given == answer)
    }
    #expect(Calibration([prediction(2, 1)]).line == nil)
    #expect(
      Calibration([prediction(2, 1), prediction(8, 1)]).line
        == "predictions: 0 of 2 within the margin; you over-estimate by 4× on average")
    #expect(
      Calibration([prediction(1, 4), prediction(4, 4)]).line
        == "predictions: 1 of 2 within the margin; you under-estimate by 2× on average")
    #expect(Calibration([prediction(2, 1), prediction(1, 2)]).factor == 1)
    // A sign apart or zero: no quotient, and no crash.
    #expect(Calibration([prediction(-1, 1), prediction(0, 0)]).factor == nil)
  }

  @Test func predictionsOfOneKindAreComparedWithEachOther() throws {
    let notes = Notes()
    let other = LessonProgress.Prediction(given: 2, answer: 1, isWithin: false, about: "sizes")
    let player = try notes.player(page, [other])
    type("14", player)
    #expect(
      notes.all.contains(
        "  sizes: predictions: 0 of 2 within the margin; you over-estimate by 2× on average"))
  }

  @Test(arguments: [
    ("ask=number", "answer="), ("ask=word answer=1", "`ask` is `number`"),
    ("ask=choice answer=1 within=1", "right or wrong"),
    ("ask=number answer=1 within=x", "`within`"), ("ask=number answer=1 points=-1", "`points`"),
  ])
  func aQuestionThatCannotBeAskedIsRefused(_ words: String, _ reason: String) {
    #expect {
      try parseLesson("## A\n```espalier try \(words)\n____\n```", path: "x.md")
    } throws: { ($0 as? LessonProblem)?.message.contains(reason) == true }
  }
}
