import Catalog
import Interpreter
import Language
import Testing

/// `explain` of everything in the catalog, on the examples of its own card.
@Suite struct ExplainCatalogTests {
  /// Examples that print one expression's value, by card.
  private static let expressions: [(card: String, line: String)] = builtinCatalog.flatMap {
    builtin in
    builtin.card.examples.compactMap { example in
      guard case .prints = example.outcome, builtin.isCallable, builtin.card.givesValue else {
        return nil
      }
      let parsed = parse(Source(name: "example", example.line))
      guard parsed.program.statements.count == 1,
        case .expression(let expression) = parsed.program.statements[0].kind
      else { return nil }
      switch expression.kind {
      case .explain, .why, .sweep: return nil
      // `print(…)` prints its argument: that is what there is to explain.
      case .postfix(let base, let links):
        if case .name(let name) = base.kind, name.text == "print",
          case .call(let arguments)? = links.first?.kind, links.count == 1, arguments.count == 1
        {
          return (builtin.card.name, parsed.program.source[arguments[0].value.span])
        }
        if case .name(let name) = base.kind, name.text == "print" { return nil }
      default: break
      }
      return (builtin.card.name, example.line)
    }
  }

  @Test func everyExampleCanBeExplainedAndArrivesAtItsOwnValue() {
    #expect(Self.expressions.count > 200)
    for (card, line) in Self.expressions {
      let plain = Lab()
      guard case .finished = plain.run("let r = \(line)") else {
        Issue.record("\(card): \(line) does not run")
        continue
      }
      let lab = Lab()
      let outcome = lab.run("let e = explain \(line)\nlet r = e.value")
      if case .failed(let diagnostics) = outcome {
        Issue.record("\(card): explain \(line): \(diagnostics[0].summary)")
        continue
      }
      #expect(lab.text("r") == plain.text("r"), "\(card): \(line)")
    }
  }

  /// Whatever is worked out has a derivation or a table of its own; none is explained by nothing.
  @Test func noExplanationIsEmpty() {
    for (card, line) in Self.expressions where line.contains("(") {
      let lab = Lab()
      guard case .finished = lab.run("let e = explain \(line)"),
        case .report(let report)? = lab.session.value(of: "e")
      else { continue }
      let isEmpty = report.blocks.allSatisfy {
        if case .derivation(let derived) = $0 { derived.steps.isEmpty } else { false }
      }
      #expect(!isEmpty, "\(card): explain \(line)")
    }
  }

  @Test func membersOfAnExplainedCallComeLast() throws {
    let lab = Lab()
    lab.run("let e = explain quantize(tensor([0.42, -1.30]), int4).codes[1]")
    guard case .report(let report)? = lab.session.value(of: "e"),
      case .derivation(let derived)? = report.blocks.first
    else {
      Issue.record("no derivation")
      return
    }
    #expect(derived.steps.count > 5)
    #expect(derived.steps.last?.formula == "quantize.codes[1]")
    #expect(report.value.text == "-7")
  }

  @Test func aDerivationThatDoesNotArriveIsRefused() {
    let card = Card(
      "wrongly", .function, summary: "Doubles, and derives something else.",
      parameters: [Parameter("x", accepts: "a number")],
      examples: [Example("wrongly(1)", prints: "2")])
    func builtin(_ expression: String) -> Builtin {
      Builtin(
        card,
        explain: { call in
          Explanation(
            Derivation(title: "", steps: [.init("y", "y = 2x", expression)], result: "y"),
            inputs: [("x", try call.value("x"))])
        },
        run: { call in
          guard case .number(let number) = try call.value("x") else { return .nothing }
          return .number(2 * number)
        })
    }
    let honest = Lab(builtins: builtinCatalog + [builtin("x + x")])
    guard case .finished = honest.run("let e = explain wrongly(3)") else {
      Issue.record("a derivation that arrives is shown")
      return
    }
    let lab = Lab(builtins: builtinCatalog + [builtin("x * 3")])
    guard case .failed(let diagnostics) = lab.run("let e = explain wrongly(3)") else {
      Issue.record("a wrong derivation was shown")
      return
    }
    #expect(diagnostics[0].code == "E0701")
  }
}
