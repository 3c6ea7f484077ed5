import Testing

@testable import Terminal

@Suite struct PastedTextTests {
  @Test func plainTextStaysAsItIs() {
    #expect(PastedText.inputs(in: "let a = 1\nlet b = 2") == ["let a = 1\nlet b = 2"])
  }

  @Test func outputsAndPromptsAreLeftOut() {
    let text = "› let w = 3\n› w + 1\n4\n› func f(x) {\n…   x\n… }\nwhatever it said"
    #expect(PastedText.inputs(in: text) == ["let w = 3", "w + 1", "func f(x) {\n  x\n}"])
  }

  @Test func lessonPromptsAndTranscriptsOfPagesAreKnown() {
    #expect(PastedText.inputs(in: "codes 3/3 › let q = 1\n  ✓ scale   1/1") == ["let q = 1"])
    #expect(PastedText.inputs(in: "espalier> 1 + 1\n2\nespalier> 3\n3") == ["1 + 1", "3"])
  }

  @Test func aPromptMarkInsideAStringIsNoPrompt() {
    #expect(PastedText.inputs(in: "print(\"a › b\")") == ["print(\"a › b\")"])
  }

  @Test func emptyPromptsAreNoInputs() {
    #expect(PastedText.inputs(in: "› \n›\n› 1") == ["1"])
  }
}
