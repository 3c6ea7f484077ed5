import Language
import Synchronization
import Tensors
import Testing

@testable import Interpreter

@Suite struct SessionTests {
  @Test func aFailedStatementLeavesEveryNameAsItWas() {
    let lab = Lab()
    lab.run("let a = 1; let b = [1]")
    let outcome = lab.run("a = 2\nfor i in 0..<3 { b = concat(b, [i]); a = a + [\"x\"][i] }")
    #expect(outcome.diagnostics.count == 1)
    #expect(lab.text("a") == "2", "the statement before it stands")
    #expect(lab.text("b") == "[1]")
  }

  @Test func aFailedStatementPutsTheRandomStateBack() {
    let (lab, other) = (Lab(), Lab())
    lab.run("let x = [rand(3), 1 / 0]")
    lab.run("let x = rand(3)")
    other.run("let x = rand(3)")
    #expect(lab.text("x") == other.text("x"))
  }

  @Test func aNameWhoseFirstStatementFailedIsNotBound() {
    let lab = Lab()
    lab.run("let a = 1 / 0; let b = 2")
    #expect(lab.session.names.isEmpty)
    #expect(lab.run("a").diagnostics.map(\.code) == ["E0401"])
  }

  @Test func nothingRunsWhenAnythingCannotBeRead() {
    let lab = Lab()
    lab.run("let a = 1\nlet b = = 2\nprint(a)")
    #expect(lab.printed.isEmpty)
    #expect(lab.text("a") == nil)
  }

  @Test func topLevelExpressionsAreEchoedUnlessSilenced() {
    let lab = Lab()
    lab.run("1 + 1\n2 + 2;\nlet x = 3\nprint(4)", echo: true)
    #expect(lab.echoed == ["2"])
    lab.run("5")
    #expect(lab.echoed == ["2"], "scripts echo nothing")
  }

  @Test func ansIsTheLastValueShownOrBound() {
    let lab = Lab()
    lab.run("let a = 20", echo: true)
    lab.run("|> (x => x + 1)", echo: true)
    #expect(lab.echoed == ["21"])
    #expect(lab.notes.contains { $0.contains("`a` itself is unchanged") })
    lab.run("ans * 2", echo: true)
    #expect(lab.echoed == ["21", "42"])
    #expect(lab.text("a") == "20")
  }

  @Test func unfinishedInputAsksForMore() {
    guard case .incomplete = Lab().run("for i in 0..<3 {") else {
      Issue.record("an open block is unfinished")
      return
    }
  }

  @Test func forgettingANameBringsTheBuiltinBack() {
    let lab = Lab()
    lab.run("let min = 3; print(min)")
    #expect(lab.session.forget("min"))
    lab.run("print(min(2, 1))")
    #expect(lab.printed == ["3", "1"])
    #expect(!lab.session.forget("min"))
  }

  @Test func hidingABuiltinIsNotedOnce() {
    let lab = Lab()
    lab.run("let min = 3", echo: true)
    lab.run("let min = 4", echo: true)
    #expect(lab.notes.filter { $0.contains("`min`") }.count == 1)
  }

  @Test func aSnapshotPutsNamesAndRandomStateBack() {
    let lab = Lab()
    lab.run("let a = 1")
    let snapshot = lab.session.snapshot()
    lab.run("a = 2; let b = rand(2)")
    let first = lab.text("b")
    lab.session.restore(snapshot)
    #expect(lab.text("a") == "1")
    #expect(lab.text("b") == nil)
    lab.run("let b = rand(2)")
    #expect(lab.text("b") == first)
  }

  @Test func anInterruptStopsARunningLoopAndChangesNothing() {
    let waiting = Lab()
    waiting.run("let n = 7")
    let lab = InterruptingLab(waiting.session.configuration)
    lab.session.value(of: "n").map { _ in }
    let outcome = lab.run("let n = 0; print(\"started\"); while true { n = n + 1 }")
    guard case .interrupted = outcome else {
      Issue.record("the loop was not interrupted: \(outcome)")
      return
    }
    #expect(lab.session.value(of: "n")?.text == "0")
    guard case .finished = lab.run("n = n + 1") else {
      Issue.record("the session does not live on")
      return
    }
    #expect(lab.session.value(of: "n")?.text == "1")
  }

  /// Interrupts itself as soon as something is printed.
  private final class InterruptingLab: Sendable {
    let session: Session

    init(_ configuration: Session.Configuration) {
      let box = Box()
      session = Session(configuration) { event in
        if case .print = event { box.session.withLock { $0 }?.interrupt() }
      }
      box.session.withLock { $0 = session }
    }

    private final class Box: Sendable {
      let session = Mutex<Session?>(nil)
    }

    func run(_ text: String) -> Session.Outcome {
      session.run(Source(name: "test", text), echo: false)
    }
  }

  @Test func aCheckThatNeverRanIsNotRun() {
    let lab = Lab()
    lab.run(
      "check 1 == 1, \"one\"\nif false { check 1 == 2, \"two\" }\nfor i in 0..<3 { check i < 2, \"three\" }"
    )
    let records = lab.session.checks
    #expect(records.map(\.name) == ["one", "two", "three"])
    #expect(records.map(\.state) == [.passed, .notRun, .failed])
    #expect(records.map(\.passes) == [1, 0, 3])
    #expect(records[2].detail == ["i is 2", "expected < 2"])
  }

  @Test func aCheckOfFloatsShowsDigitsThatTellThemApart() {
    let lab = Lab()
    lab.run("let w = tensor([0.42]); check w[0] == 0.42")
    let detail = lab.session.checks.first?.detail ?? []
    #expect(detail.first == "w[0] is 0.41999998688697815")
    #expect(detail.last == "`near(w[0], 0.42, within: 1e-6)` holds")
  }

  @Test func aClaimFindsTheSmallestCounterexample() {
    let lab = Lab()
    lab.run(
      "claim n * n < 50 for n in 0...20\nclaim abs(x) == x for x in tensor\nclaim a + b == b + a for a in tensor, b in tensor"
    )
    let records = lab.session.checks
    #expect(records.map(\.state) == [.failed, .failed, .passed])
    #expect(records[0].detail == ["false for n = 8", "n * n is 64", "expected < 50"])
    #expect(records[1].detail.first == "false for x = [-1]")
  }

  @Test func everyRowOfASweepStartsFromTheSameRandomState() {
    let lab = Lab()
    lab.run("let r = sweep i in 0..<2 { rand(2) }; check r.value[0] == r.value[1]")
    #expect(lab.session.checks.first?.passed == true)
  }

  @Test func builtinsAreFoundFirstWhereChecksAskForIt() {
    let lab = Lab()
    lab.run("let abs = x => 7")
    _ = lab.session.run(Source(name: "check", "print(abs(-2))"), echo: false, prefersBuiltins: true)
    #expect(lab.printed == ["2"])
  }

  @Test func explainDerivesArithmeticBySubstitution() throws {
    let lab = Lab()
    lab.run("let a = 3; let r = explain (a + 1) * 2")
    guard case .report(let report)? = lab.session.value(of: "r"),
      case .derivation(let derived)? = report.blocks.first
    else {
      Issue.record("explain gives a report with a derivation")
      return
    }
    #expect(report.value.text == "8")
    #expect(derived.steps.map(\.substitution) == ["3 + 1", "(4) * 2"])
    #expect(derived.steps.map(\.value.text) == ["4", "8"])
  }

  @Test func whyReplaysWhatSetTheNameNotWhatIsThereNow() throws {
    let lab = Lab()
    lab.run("let w = tensor([1, 2, 3])\nlet q = w * 10 + 1\nw = w * 0\nlet r = why q[1]")
    guard case .report(let report)? = lab.session.value(of: "r"),
      case .derivation(let derived)? = report.blocks.first
    else {
      Issue.record("why gives a report with a derivation")
      return
    }
    #expect(report.value.text == "21")
    #expect(derived.steps.map(\.expression).contains("2 * 10"))
    #expect(derived.steps.map(\.expression).contains("20 + 1"))
  }

  @Test func aDroppedValueIsMentionedOnlyOfAStatementThatFinished() {
    let warned = { (text: String) -> [Int] in
      let lab = Lab()
      lab.run(text)
      return lab.warnings.filter { $0.code == "W0002" }.map {
        $0.source.position(of: $0.span.start).line
      }
    }
    #expect(warned("prune(ones(4), 50%)\nprune(ones(4), 150%)\nprune(ones(4), 50%)") == [1])
    #expect(warned("if true { ones(2) + 1; 3 }\nprint(1)") == [1, 1])
  }

  @Test(arguments: [
    ("quantize(ones(4), 8)", ["`int8`"]),
    ("quantize(ones(4), 32)", ["`int(b)` takes b bits, from 2 to 16"]),
    ("quantize(ones(4), \"int8\")", ["without quotes: `int8`"]),
    ("prune(ones(4), 50%, by: \"magnitude\")", ["without quotes: `magnitude`"]),
    ("prune(ones(4), \"80%\")", ["without quotes: `80%`"]),
    ("prune(ones(4), \"most\")", []),
    ("prune(ones(4), 150%)", []),
    ("prune(ones(4), 80)", ["`80%` prunes 3 of 4"]),
    ("let q = quantize; q(ones(4), bits: 8)", ["the format goes by position: `int(8)`"]),
    ("let s = sum; s(ones(4), 0)", ["by label: `axis: 0`"]),
    ("reshape(ones(3, 4), -1)", ["`flatten(x)` has one axis of all 12"]),
    ("reshape(ones(3, 4), 2, -1)", ["here it is 6"]),
    ("reshape(ones(3, 4), -2)", []),
  ]) func aCallFromElsewhereIsToldHowItIsWritten(program: String, help: [String]) throws {
    guard case .failed(let found) = Lab().run(program) else {
      Issue.record("\(program) runs")
      return
    }
    #expect(found.first?.helpTexts == help)
  }
}
