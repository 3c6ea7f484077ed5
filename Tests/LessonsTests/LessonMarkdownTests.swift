import Testing

@testable import Lessons

private let page = """
  ---
  id: four-bits
  version: 2
  seed: 7
  tolerance: 1e-6
  ---
  # Four bits

  A weight costs 32 bits.

  ## Look at the weights {#look}

  ```espalier
  let w = tensor([1, 2])
  ```

  ```espalier> tol=0.01
  > let s = 1 +
  … 2
  > print(s)
  3
  ```

  ## Quantize by hand

  ```espalier try
  let q = ____
  ```

  <details><summary>Hint 1</summary>

  Divide first.

  </details>
  <details><summary>Hint 2</summary>

  Then round.

  </details>

  ```espalier check points=1
  check q == 2, "codes"
  ```

  ```espalier wrong
  let q = 3
  ```
  > That is *truncation*.

  <details><summary>Solution</summary>

  ```espalier solution
  let q = 2
  ```

  </details>

  ```python
  print("shown, never run")
  ```
  """

struct LessonMarkdownTests {
  @Test func headingsOfLevelTwoAreSteps() throws {
    let lesson = try parseLesson(page, path: "01-four.md")
    #expect(lesson.title == "Four bits")
    #expect(lesson.steps.map(\.title) == ["Look at the weights", "Quantize by hand"])
    #expect(lesson.steps.map(\.id) == ["look", "quantize-by-hand"])
    #expect(lesson.introduction.count == 1)
  }

  @Test func windowsLineEndsAreLineEnds() throws {
    let plain = try parseLesson(page, path: "a.md")
    let other = try parseLesson(page.replacing("\n", with: "\r\n"), path: "a.md")
    #expect(other.steps.map(\.id) == plain.steps.map(\.id))
    #expect(other.seed == plain.seed)
  }

  @Test func frontMatterIsRead() throws {
    let lesson = try parseLesson(page, path: "01-four.md")
    #expect(lesson.id == "four-bits")
    #expect(lesson.version == 2)
    #expect(lesson.seed == 7)
    #expect(lesson.tolerance == 1e-6)
  }

  @Test func transcriptsPairInputWithOutput() throws {
    let lesson = try parseLesson(page, path: "01-four.md")
    guard case .transcript(let transcript)? = lesson.steps[0].blocks.last else {
      Issue.record("the last block of step 1 is the transcript")
      return
    }
    #expect(transcript.tolerance == 0.01)
    #expect(transcript.entries.map(\.input) == ["let s = 1 +\n2", "print(s)"])
    #expect(transcript.entries.map(\.output) == [[], ["3"]])
    #expect(transcript.entries[1].line == 20)
  }

  @Test func fencesKnowTheirKindAndLine() throws {
    let step = try parseLesson(page, path: "01-four.md").steps[1]
    #expect(step.exercise?.text == "let q = ____")
    #expect(step.exercise?.line == 27)
    #expect(step.solution?.text == "let q = 2")
    #expect(step.checks.map(\.attributes) == [["points": "1"]])
    #expect(step.hints.map(\.title) == ["Hint 1", "Hint 2"])
    #expect(step.hints.map(\.text) == ["Divide first.", "Then round."])
    #expect(step.fences(.wrong).map(\.feedback) == ["That is *truncation*."])
  }

  @Test func otherLanguagesStayProse() throws {
    let step = try parseLesson(page, path: "01-four.md").steps[1]
    guard case .prose(let text, _)? = step.blocks.last else {
      Issue.record("a fence of another language is prose")
      return
    }
    #expect(text.contains("shown, never run"))
  }

  @Test(arguments: [
    ("## A\n```espalier tyr\n```", "no fence kind `tyr`"),
    ("## A\n```espalier try\n____\n```\n```espalier check\ncheck true\n```", "no `solution`"),
    ("## A\n```espalier try\n____\n```\n```espalier solution\n1\n```", "no `check`"),
    ("## A\n\n## A", "two steps are called `a`"),
    ("no step", "at least one step"),
    ("---\nseed: 7\n## A", "no closing ---"),
    ("---\ncolour: red\n---\n## A", "not `colour`"),
    ("---\nseed: x\n---\n## A", "`seed` is a whole number"),
    ("## A\n```espalier>\n3\n```", "starts with a line typed after"),
    ("## A\n\n<details><summary>H</summary>\n\ntext", "never closed"),
  ])
  func mistakesOfAnAuthorAreNamed(text: String, part: String) {
    #expect {
      try parseLesson(text, path: "x.md")
    } throws: { error in
      (error as? LessonProblem)?.message.contains(part) == true
    }
  }
}
