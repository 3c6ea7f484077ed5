import Rendering
import Testing

@testable import Lessons

struct PageTextTests {
  @Test func proseIsWrappedAtTheWidth() {
    let text = pageText("one two three four five six", DisplayOptions(width: 20))
    #expect(text == "one two three four\nfive six\n")
  }

  @Test func withoutColourMarksStay() {
    #expect(pageText("use `clamp` *now*", .plain) == "use `clamp` *now*\n")
  }

  @Test func colourEndsBeforeTheLineDoes() {
    let text = pageText("a `b c`", DisplayOptions(color: true))
    #expect(text == "a \u{1B}[36mb\u{1B}[0m \u{1B}[36mc\u{1B}[0m\n")
  }

  @Test func listsKeepTheirMarksAndIndent() {
    let text = pageText("1. first point here\n2. second\n\n- dot", DisplayOptions(width: 20))
    #expect(text == "1. first point here\n2. second\n\n• dot\n")
  }

  @Test func codeKeepsItsLines() {
    #expect(pageText("```\na  b\n\nc\n```", .plain) == "    a  b\n    \n    c\n")
  }
}
