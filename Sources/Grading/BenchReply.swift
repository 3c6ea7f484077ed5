/// How a request went.
struct BenchReply: Sendable, Equatable {
  enum State: Int, Sendable {
    case finished
    /// The text is no program; nothing ran.
    case unreadable
    /// A blank was left in it; nothing ran.
    case blank
    /// Ended in an error of the program.
    case failed
    /// Stopped by the limits of work or memory.
    case overBudget
    /// The process was killed by the watchdog, or died.
    case timedOut
    case died
  }

  /// How one check went, as the session recorded it.
  struct Check: Sendable, Equatable {
    var name: String
    var line: Int
    var hasRun: Bool
    var passed: Bool
    var share: Double
    var elements: Int
    var detail: [String]
    /// What the author wrote after the comma.
    var message: String
  }

  var state = State.finished
  /// Code, headline and line of the first error.
  var code = ""
  var headline = ""
  var line = 0
  /// The error as a reader sees it.
  var diagnostic = ""
  var checks: [Check] = []
  /// Units of work it was charged.
  var units = 0
  /// What it printed, cut at the limit, and how many lines were cut off.
  var output = ""
  var droppedLines = 0
  /// For `measure` and `agree`.
  var number: Double?

  /// `line 3: E0213: …` of an error.
  var complaint: String {
    code.isEmpty ? headline : (line > 0 ? "line \(line): " : "") + "\(code): \(headline)"
  }

  init() {}

  init(_ state: State, _ headline: String) {
    self.state = state
    self.headline = headline
  }

  var bytes: [UInt8] {
    var writer = WireWriter()
    writer.put(state.rawValue)
    writer.put(code)
    writer.put(headline)
    writer.put(line)
    writer.put(diagnostic)
    writer.put(checks.count)
    for check in checks {
      writer.put(check.name)
      writer.put(check.line)
      writer.put(check.hasRun)
      writer.put(check.passed)
      writer.put(check.share)
      writer.put(check.elements)
      writer.put(check.detail)
      writer.put(check.message)
    }
    writer.put(units)
    writer.put(output)
    writer.put(droppedLines)
    writer.put(number != nil)
    writer.put(number ?? 0)
    return writer.bytes
  }

  init(_ bytes: [UInt8]) throws(WireReader.Damaged) {
    var reader = WireReader(bytes)
    guard let state = State(rawValue: try reader.number()) else { throw WireReader.Damaged() }
    self.state = state
    code = try reader.text()
    headline = try reader.text()
    line = try reader.number()
    diagnostic = try reader.text()
    for _ in 0..<(try reader.count()) {
      checks.append(
        Check(
          name: try reader.text(), line: try reader.number(), hasRun: try reader.flag(),
          passed: try reader.flag(), share: try reader.double(), elements: try reader.number(),
          detail: try reader.texts(), message: try reader.text()))
    }
    units = try reader.number()
    output = try reader.text()
    droppedLines = try reader.number()
    let hasNumber = try reader.flag()
    let value = try reader.double()
    number = hasNumber ? value : nil
  }
}
