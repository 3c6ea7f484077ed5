import Synchronization

/// A submission's process, seen from the grader: starts it, watches the time, and starts another one
/// in the same state when it had to be killed.
final class Workbench {
  private let start: () throws(GradingProblem) -> BenchProcess
  private let limits: Limits
  private let isCancelled: @Sendable () -> Bool
  private var process: BenchProcess?
  /// What has to be asked again of a new process to be where this one is.
  private var history: [BenchRequest] = []
  /// Nanoseconds of the processor that the student's code has taken so far.
  private var taken: UInt64 = 0
  /// Units of work charged to the student's code and the checks of it.
  private(set) var units = 0

  init(
    _ limits: Limits, isCancelled: @escaping @Sendable () -> Bool,
    start: @escaping () throws(GradingProblem) -> BenchProcess
  ) {
    self.limits = limits
    self.isCancelled = isCancelled
    self.start = start
  }

  deinit { process?.end() }

  /// Whether the submission's time is used up, so that nothing more of it is run.
  var isLate: Bool { taken >= UInt64(limits.seconds) * 1_000_000_000 }

  /// Asks for something of the lesson's own, or about names: it has the whole time.
  @discardableResult
  func ask(_ request: BenchRequest) throws(GradingProblem) -> BenchReply {
    try exchange(request, seconds: limits.seconds).reply
  }

  /// Asks for a piece that is the student's or calls it: its work and its time are the submission's.
  func askOfStudent(_ request: BenchRequest) throws(GradingProblem) -> BenchReply {
    guard !isLate else {
      return BenchReply(
        .timedOut, "the submission used up its \(limits.seconds) seconds")
    }
    let (reply, time) = try exchange(request, seconds: limits.pieceSeconds)
    taken += time
    units += reply.units
    return reply
  }

  private func exchange(
    _ request: BenchRequest, seconds: Int
  ) throws(GradingProblem) -> (reply: BenchReply, taken: UInt64) {
    let running = try running()
    let watch = running.watch(seconds: seconds)
    do {
      let reply = try running.answer(request, watch, isCancelled: isCancelled)
      if request.changesState { history.append(request) }
      return (reply, watch.taken)
    } catch {
      let taken = watch.taken
      let end = running.end()
      process = nil
      switch error {
      case .interrupted:
        throw GradingProblem(path: "", line: 0, message: "the grading was stopped")
      case .timedOut:
        return (
          BenchReply(.timedOut, "stopped by the watchdog after \(seconds) seconds"), taken
        )
      case .closed, .tooLong:
        return (
          BenchReply(.died, "the evaluator died" + (end.map { " (\($0))" } ?? "")), taken
        )
      }
    }
  }

  private func running() throws(GradingProblem) -> BenchProcess {
    if let process { return process }
    let new = try start()
    for request in history {
      let watch = new.watch(seconds: limits.seconds)
      guard (try? new.answer(request, watch, isCancelled: isCancelled)) != nil else { break }
    }
    process = new
    return new
  }
}

extension BenchRequest {
  /// Whether a new process has to be asked the same.
  fileprivate var changesState: Bool {
    switch self {
    case .open, .run, .mark, .back, .protect: true
    case .examine, .check, .measure, .agree: false
    }
  }
}
