import Language
import Testing

@testable import Interpreter

/// When two answers are one: for the lesson's words to a mistake and for the grader alike.
@Suite struct AgreementTests {
  private func agree(_ a: String, _ b: String, after start: String = "") -> Bool? {
    let session = Session(Session.Configuration()) { _ in }
    let outcome = session.run(
      Source(name: "answers", "\(start)\nlet first = \(a)\nlet second = \(b)"), echo: false)
    guard case .finished = outcome, let first = session.value(of: "first"),
      let second = session.value(of: "second")
    else {
      Issue.record("\(outcome)")
      return nil
    }
    return first.agrees(with: second)
  }

  @Test(arguments: [
    ("0.1 + 0.2", "0.3", true), ("1", "1.00001", false), ("[1, 2]", "tensor([1, 2])", true),
    ("[1, 2]", "[[1, 2]]", false), ("[0/1.0, 1]", "[0, 1 + 1e-9]", true), ("\"a\"", "\"a\"", true),
    ("\"a\"", "\"b\"", false), ("1", "\"1\"", false), ("0..<3", "0...2", true),
    ("[\"a\", 1]", "[\"a\", 2]", false),
  ])
  func valuesAgreeByWhatTheyHold(_ a: String, _ b: String, _ isOne: Bool) {
    #expect(agree(a, b) == isOne, "\(a), \(b)")
  }

  @Test func functionsCannotBeToldApart() {
    #expect(agree("x => x + 1", "x => 1 + x") == nil)
    #expect(agree("[x => x, 1]", "[x => x, 2]") == false, "one item is enough to differ")
  }

  @Test func modelsAgreeByTheirFiles() {
    let start = "let net = input(4) |> linear(2)"
    #expect(agree("prune(net, 50%)", "net |> prune(50%)", after: start) == true)
    #expect(agree("prune(net, 50%)", "prune(net, 25%)", after: start) == false)
    #expect(agree("net", "input(4) |> linear(2)", after: start) == false)
    #expect(agree("net", "net.linear1.weight", after: start) == false)
  }
}
