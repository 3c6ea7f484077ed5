import Foundation
import Interpreter
import Language
import Testing

/// Networks as values: growing, naming, training, measuring, keeping.
@Suite struct BuiltinsModelTests {
  private let net = "let net = input(1, 8, 8) |> flatten |> linear(16) |> relu |> linear(10); "

  @Test func aModelShowsTheCallsThatBuildIt() {
    #expect(
      ExampleRun("print(input(1, 8, 8) |> conv2d(4, padding: 1) |> maxpool(2) |> flatten)").outcome
        == "input(1, 8, 8) |> conv2d(4, padding: 1) |> maxpool(2) |> flatten")
  }

  @Test func membersOfAModelAreItsLayersAndFigures() {
    let line =
      "print(net.linear1.weight.shape, net.inputShape, net.outputShape, "
      + "net.parameterCount, net.multiplyAdds, net.layers.count)"
    #expect(ExampleRun(net + line).outcome == "[16, 64] [1, 8, 8] [10] 1210 1184 5")
  }

  @Test func anUnknownMemberListsWhatThereIs() {
    let run = ExampleRun(net + "net.linear3")
    #expect(run.failure == "E0205: a model has no member `linear3`")
  }

  @Test func aModelAndItsLayersAreFunctions() {
    let line =
      "let x = rand(2, 1, 8, 8); let y = x |> net.flatten1 |> net.linear1 |> net.relu1 "
      + "|> net.linear2; print(all(near(y, net(x), within: 1e-5)), net(x[0]).shape)"
    #expect(ExampleRun(net + line).outcome == "true [10]")
  }

  @Test func trainingMakesANewModelAndKeepsTheOldOne() {
    let line =
      "let before = net.linear1.weight; let t = net |> train(on: digits.train, epochs: 1); "
      + "print(all(net.linear1.weight == before), any(t.linear1.weight != before), t.steps)"
    #expect(
      ExampleRun(net + line).outcome
        == "true true [\"train(on: digits.train, epochs: 1)\"]")
  }

  @Test func prunedWeightsStayZeroThroughTraining() {
    let line =
      "let p = net |> prune(75%) |> train(on: digits.train, epochs: 1); "
      + "print(p.nonZeroWeights, count(p.linear1.weight != 0))"
    #expect(ExampleRun(net + line).outcome == "296 256")
  }

  @Test func trainingReportsItsProgressAndEndsIt() {
    let log = Log()
    let session = Session(.init(builtins: builtinCatalog)) { event in
      if case .progress(let progress) = event { log.add(progress) }
    }
    let text = net + "let t = net |> train(on: digits.train, epochs: 2, batch: 100)"
    _ = session.run(Source(name: "<test>", text), echo: false)
    let seen = log.all
    #expect(seen.count == 30)  // ⌈1442 / 100⌉ batches twice
    #expect(seen.last?.isFinal == true)
    #expect(seen.last?.fraction == 1)
    #expect(seen.dropLast().allSatisfy { !$0.isFinal && $0.fraction < 1 })
    #expect(seen.last?.figures.prefix(2).map(\.name) == ["loss", "accuracy"])
  }

  @Test func sizeIsTheLengthOfTheFileThatSaveWrites() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "espalier-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let session = Session(.init(builtins: builtinCatalog, files: .folder(folder.path))) { _ in }
    let text =
      net + "let small = net |> prune(60%) |> quantize(int4, per: channel)\n"
      + "let length = save(small, \"small.espm\"); let counted = size(small).bytes\n"
      + "let again = load(\"small.espm\")\n"
      + "check all(again.linear1.weight == small.linear1.weight)\n"
      + "check again.steps == small.steps\ncheck size(again).bytes == counted"
    let outcome = session.run(Source(name: "<test>", text), echo: false)
    #expect(outcome.diagnostics.isEmpty)
    #expect(session.checks.count == 3 && session.checks.allSatisfy(\.passed))
    let bytes = try Data(contentsOf: folder.appending(path: "small.espm")).count
    #expect(session.value(of: "length")?.text == "\(bytes)")
    #expect(session.value(of: "counted")?.text == "\(bytes)")
  }

  /// A channel that is always 0 must not take the grid of the whole layer before it.
  @Test(arguments: ["tensor", "channel", "group(16)"])
  func activationAwareRoundingBearsChannelsThatAreAlwaysZero(parts: String) {
    let line =
      "let net = input(1, 8, 8) |> flatten |> linear(16) |> relu |> linear(10) "
      + "|> train(on: digits.train, epochs: 5); "
      + "let dead = replace(net, \"linear1.bias\", replace(net.linear1.bias, [0], -100)); "
      + "let small = quantize(dead, int8, per: \(parts), method: awq, on: take(digits.train, 100)); "
      + "let difference = dead(digits.test.images) - small(digits.test.images); "
      + "print(max(abs(difference)) < 0.1)"
    #expect(ExampleRun(line).outcome == "true")
  }

  /// NumPy would find none of its own form in it.
  @Test func aFileIsNotNamedForAnotherForm() {
    for path in ["w.npy", "folder/w.CSV", "model.onnx"] {
      #expect(
        ExampleRun("save(ones(3), \"\(path)\")").failure?.hasPrefix(
          "E0508: `save` writes Espalier's own form, and `.") == true)
    }
    for path in ["w.espm", "w", "w.v2", ".npy"] {
      #expect(ExampleRun("save(ones(3), \"\(path)\")").failure?.hasPrefix("E0503") == true)
    }
  }

  @Test func aCriterionAsksByName() {
    let failure = ExampleRun("prune(ones(3), 50%, by: x => abs(x))").failure
    #expect(
      failure == "E0140: a criterion asks for what it needs by name, and nothing is called `x`")
    let line =
      "let f = (weight, gradient) => weight * gradient; "
      + "print(prune(tensor([1, 2, 3]), 1/3, by: f, gradient: [1, 1, -1]))"
    #expect(ExampleRun(line).outcome == "[1, 2, 0]")
    #expect(
      ExampleRun("prune(ones(2), 50%, by: gradient => gradient)").failure
        == "E0141: the criterion needs `gradient`, which is not here")
  }

  @Test func aTensorHasNoActivations() {
    #expect(
      ExampleRun("quantize(ones(3), int8, activations: dynamic)").failure
        == "E0102: `activations` has no meaning here: a model runs in integers, and `x` is a tensor"
    )
  }

  /// 100 numbers would make rows of 4 too, and others than those that were given.
  @Test func rowsOfInputsAreNotCutAnew() {
    let w = "let w = randn(3, 4, seed: 2); "
    #expect(
      ExampleRun(w + "quantize(w, int4, method: gptq, inputs: randn(20, 5, seed: 1))").failure
        == "E0371: `gptq` needs an input for each column: 5 numbers are no rows of 4")
    #expect(
      ExampleRun(w + "quantize(w, int4, method: gptq, inputs: zeros(0, 4))").failure
        == "E0202: `inputs` of `quantize` wants rows of numbers, at least one")
    let same =
      "let x = randn(20, 4, seed: 1); "
      + "print(all(quantize(w, int4, method: gptq, inputs: x) "
      + "== quantize(w, int4, method: gptq, inputs: flatten(x))))"
    #expect(ExampleRun(w + same).outcome == "true")
  }

  @Test(arguments: ["prune(bad, 50%)", "quantize(bad, int8)", "share(bad, bits: 2)"])
  func whereAModelHoldsNoNumbersIsSaid(call: String) {
    let run = ExampleRun(
      "let net = input(3) |> linear(2) |> linear(2); "
        + "let bad = replace(net, \"linear2.weight\", zeros(2, 2) / 0); " + call)
    #expect(run.failure?.hasPrefix("E0312: ") == true)
    #expect(run.notes.contains("`linear2.weight` holds 4 numbers that are not finite"))
  }

  @Test func theLastColumnComparesWithTheFirstModel() throws {
    let session = Session(.init(builtins: builtinCatalog)) { _ in }
    let text = net + "let tiny = net |> prune(90%); let report = compare(net, tiny)"
    _ = session.run(Source(name: "<test>", text), echo: false)
    guard case .report(let report)? = session.value(of: "report"),
      case .table(let table)? = report.blocks.first
    else {
      Issue.record("no table")
      return
    }
    #expect(table.columns == ["", "net", "tiny", ""])
    let weights = table.rows.first {
      if case .text("non-zero weights") = $0[0] { true } else { false }
    }
    guard case .text(let change)? = weights?.last else {
      Issue.record("no change")
      return
    }
    #expect(change == "10.0× fewer")  // 1184 weights, rne(0.9·1024) + rne(0.9·160) gone
  }
}

/// Collects what arrives on the session's own thread.
private final class Log: @unchecked Sendable {
  // Unchecked: written while the session runs, read afterwards.
  private(set) var all: [Interpreter.Progress] = []

  func add(_ progress: Interpreter.Progress) { all.append(progress) }
}
