import Containers
import Interpreter
import Language
import Networks
import Synchronization
import Testing

/// Ctrl-C in the midst of what trains: every name, the chance to come and the files are as before.
@Suite struct InterruptionTests {
  private static let given =
    "let net = input(1, 8, 8) |> flatten |> linear(12) |> relu |> linear(10) "
    + "|> train(on: digits.train, epochs: 1, seed: 1)\n"
    + "let teacher = net; let small = net; let n = 7\n"

  /// A session that interrupts itself at a progress event of the statements run while armed.
  private final class Lab: Sendable {
    let session: Session
    private let state: Armed

    private final class Armed: Sendable {
      let session = Mutex<Session?>(nil)
      /// How many events are let pass; `nil` when not armed.
      let left = Mutex<Int?>(nil)
      let last = Mutex<String>("")

      func receive(_ event: OutputEvent) {
        if case .print(let values) = event {
          let line = values.map(\.text).joined(separator: " ")
          last.withLock { $0 = line }
        }
        guard case .progress(let step) = event, step.fraction < 1 else { return }
        let isTime = left.withLock { left in
          guard let now = left else { return false }
          left = now - 1
          return now == 0
        }
        if isTime { session.withLock { $0 }?.interrupt() }
      }
    }

    init() {
      let state = Armed()
      let session = Session(.init(builtins: builtinCatalog)) { state.receive($0) }
      state.session.withLock { $0 = session }
      self.session = session
      self.state = state
      run(InterruptionTests.given)
    }

    @discardableResult func run(_ text: String, interrupting after: Int? = nil) -> Session.Outcome {
      state.left.withLock { $0 = after }
      defer { state.left.withLock { $0 = nil } }
      return session.run(Source(name: "test", text), echo: false)
    }

    func printed(_ expression: String) -> String {
      run("print(\(expression))")
      return state.last.withLock { $0 }
    }

    func file(_ name: String) throws -> [UInt8] {
      guard case .object(let object as ModelObject)? = session.value(of: name) else { return [] }
      return try Container.encode(object.model)
    }
  }

  @Test(arguments: [
    "prune(net, 90%, schedule: cubic(steps: 3), on: digits.train, epochs: 2)",
    "prune(net, 90%, schedule: lottery(steps: 2), by: movement, on: digits.train)",
    "prune(net, 50%, schedule: linear(steps: 2), structure: neurons, on: digits.train)",
    "prune(net, 50%, by: movement(epochs: 50), on: digits.train)",
    "train(net, on: digits.train, epochs: 3, pruning: regrow(80%, steps: 4))",
    "train(net, on: digits.train, epochs: 3, pruning: splice(80%))",
    "train(quantize(net, int4), on: digits.train, epochs: 3, quantization: lsq)",
    "distill(net, teacher: teacher, on: digits.train, epochs: 3)",
    "distill(net, teacher: teacher, on: digits.train, match: [[\"relu1\", \"relu1\"]], "
      + "epochs: 3, pruning: cubic(50%))",
  ])
  func nothingIsLeftOfWhatWasInterrupted(call: String) throws {
    let untouched = Lab()
    let names = ["net", "teacher", "small"]
    let files = try names.map(untouched.file)
    #expect(files.allSatisfy { $0.count > 1000 })
    let chance = untouched.printed("rand(3)")
    // At once, and well into the training.
    for after in [0, 5] {
      let lab = Lab()
      let outcome = lab.run("n = 8; let r = rand(2); small = \(call)", interrupting: after)
      guard case .interrupted = outcome else {
        Issue.record("\(call) was not interrupted: \(outcome)")
        continue
      }
      #expect(try names.map(lab.file) == files, "\(call)")
      // Statements before the interrupted one are done; it itself left no trace.
      #expect(lab.printed("n") == "8")
      lab.run("seed(0)")
      untouched.run("seed(0)")
      #expect(lab.printed("rand(3)") == untouched.printed("rand(3)"))
    }
    let lab = Lab()
    guard case .interrupted = lab.run("small = \(call)", interrupting: 3) else {
      Issue.record("\(call) was not interrupted")
      return
    }
    #expect(lab.printed("rand(3)") == chance, "the stream of chance moved")
  }
}
