import Catalog
import Testing

@testable import Terminal

@Suite struct CompletionTests {
  private let source = CompletionSource(
    names: { ["weights", "net", "prune", "print", "magnitude", "random", "while"] },
    parameters: { name in
      name == "prune"
        ? [
          Parameter("x", accepts: ""), Parameter("amount", accepts: ""),
          Parameter("by", .label, or: "magnitude", accepts: "", choices: ["magnitude", "random"]),
          Parameter("scope", .label, or: "layer", accepts: "", choices: ["layer", "global"]),
        ] : nil
    },
    members: { path in
      switch path {
      case ["net"]: ["layers", "conv1", "conv2"]
      case ["net", "conv1"]: ["weight", "bias"]
      default: []
      }
    },
    commands: ["help", "names"])

  private func candidates(_ text: String) -> [String] {
    source.completions(before: text).candidates
  }

  @Test func namesAndReservedWordsBeginWithTheWord() {
    #expect(candidates("let a = pr") == ["prune", "print"])
    #expect(candidates("w") == ["weights", "while"])
  }

  @Test func anOpenCallOffersItsLabels() {
    #expect(candidates("prune(") == ["by: ", "scope: "])
    #expect(candidates("prune(net, 80%, s") == ["scope: "])
  }

  @Test func labelsAlreadyGivenAreNotOfferedAgain() {
    #expect(candidates("prune(net, by: magnitude, ") == ["scope: "])
    #expect(candidates("prune(\n  net,\n  scope: global,\n  ") == ["by: "])
  }

  @Test func aLabelOffersItsOptions() {
    #expect(candidates("net |> prune(80%, by: ") == ["magnitude", "random"])
    #expect(candidates("prune(net, by: r") == ["random"])
    #expect(candidates("prune(net, by: we") == ["weights"])
  }

  @Test func anInnerCallHidesTheOuterOne() {
    #expect(candidates("prune(print(by") == [])
    #expect(candidates("prune(print(3), b") == ["by: "])
  }

  @Test func membersFollowTheirPath() {
    #expect(candidates("net.") == ["layers", "conv1", "conv2"])
    #expect(candidates("print(net.conv1.w") == ["weight"])
    #expect(candidates("0.") != ["layers", "conv1", "conv2"])
  }

  @Test func stringsAndCommentsHaveNoNames() {
    #expect(candidates("print(\"pr") == [])
    #expect(candidates("1 // pr") == [])
    #expect(candidates("print(\"a\", pr") == ["prune", "print"])
  }

  @Test func commandsAndHelpStandAtTheBeginning() {
    #expect(candidates(":n") == ["names"])
    #expect(candidates(":forget ne") == ["net"])
    #expect(candidates("?pru") == ["prune"])
  }
}
