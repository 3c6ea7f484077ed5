import Interpreter
import Language

/// Programs without tensors, each in a session that is there already.
func languageRows() -> [BenchmarkRow] {
  [
    (
      "fib", "func fib(n) { if n < 2 { n } else { fib(n - 1) + fib(n - 2) } }",
      "let result = fib(25)"
    ),
    (
      "loop", "",
      "let result = 0; for i in 0..<1000000 { result = result + i * 2 - 1 }"
    ),
    (
      "scalars", "",
      """
      let result = 0
      for i in 0..<200000 {
        let x = i / 100000 - 1
        let q = min(127, max(-128, round(x / 0.0078)))
        result = result + abs(x - q * 0.0078)
      }
      """
    ),
  ].map { name, before, program in
    BenchmarkRow(name: "language/\(name)") { _ in
      let session = Session(Session.Configuration(), output: { _ in })
      func run(_ text: String) throws {
        let outcome = session.run(Source(name: name, text: Array(text.utf8)), echo: false)
        guard case .finished = outcome else { throw ProgramFailure(outcome: "\(outcome)") }
      }
      if !before.isEmpty { try run(before) }
      return PreparedWork {
        try run(program)
        guard case .number(let result)? = session.value(of: "result") else {
          throw ProgramFailure(outcome: "no result")
        }
        return [Float(result)]
      } run: {
        try run(program)
      }
    }
  }
}

struct ProgramFailure: Error {
  let outcome: String
}
