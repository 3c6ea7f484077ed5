import Glibc
import Synchronization

/// The results of a class as they come in, and the file that holds them.
///
/// The file is there before the first check and is replaced as a whole after each, so that whatever
/// happens leaves a document that can be read.
public final class ResultsBook: Sendable {
  private struct State {
    var results: [SubmissionResult]
    var parts: [String]
    var failure: String?
    var finished = 0
  }
  private let state: Mutex<State>
  private let report: (any GradeReport)?
  private let isOneFileEach: Bool
  /// `nil` keeps the results in memory only.
  private let path: String?

  /// - Parameters:
  ///   - path: a file; for a form with one file a submission, a folder where there are several.
  public init(
    _ results: [SubmissionResult], _ plan: GradingPlan, form: ReportForm?, _ facts: GradingFacts,
    path: String?
  ) {
    let report = form?.report(plan, facts)
    self.report = report
    self.path = path
    isOneFileEach = form?.isOneFileEach == true && facts.isClass
    state = Mutex(
      State(results: results, parts: results.map { report?.part($0) ?? "" }, failure: nil))
    guard let path, report != nil else { return }
    if isOneFileEach {
      mkdir(path, 0o777)
      for index in results.indices { state.withLock { write(index, &$0) } }
    } else {
      state.withLock { write(0, &$0) }
    }
  }

  public var results: [SubmissionResult] { state.withLock { $0.results } }

  /// Why the results could not be written, in words.
  public var failure: String? { state.withLock { $0.failure } }

  /// Takes over how far a submission has come.
  ///
  /// - Returns: how many are finished.
  @discardableResult
  public func update(_ index: Int, _ result: SubmissionResult, isFinished: Bool = false) -> Int {
    state.withLock { state in
      state.results[index] = result
      if isFinished { state.finished += 1 }
      if let report {
        state.parts[index] = report.part(result)
        write(index, &state)
      }
      return state.finished
    }
  }

  /// The whole document, of forms that have one.
  public var document: String {
    state.withLock { report?.document($0.parts, $0.results) ?? "" }
  }

  private func write(_ index: Int, _ state: inout State) {
    guard let path, let report else { return }
    let target: String
    let text: String
    if isOneFileEach {
      let name = state.results[index].name.replacing("/", with: "_")
      target = path + "/" + name + ".json"
      text = state.parts[index]
    } else {
      target = path
      text = report.document(state.parts, state.results)
    }
    if let failure = replaceFile(target, Array(text.utf8)) { state.failure = failure }
  }
}

/// Replaces a file as a whole: its bytes go to a file beside it first.
///
/// - Returns: why it could not, in words; `nil` when it could.
func replaceFile(_ path: String, _ bytes: [UInt8]) -> String? {
  func reason() -> String { "\(path): " + String(cString: strerror(errno)).lowercased() }
  let temporary = "\(path).\(getpid()).part"
  let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
  guard descriptor >= 0 else { return reason() }
  var done = 0
  while done < bytes.count {
    let wrote = bytes.withUnsafeBytes {
      write(descriptor, $0.baseAddress?.advanced(by: done), bytes.count - done)
    }
    if wrote < 0, errno == EINTR { continue }
    guard wrote > 0 else {
      let words = reason()
      close(descriptor)
      unlink(temporary)
      return words
    }
    done += wrote
  }
  close(descriptor)
  guard rename(temporary, path) == 0 else {
    let words = reason()
    unlink(temporary)
    return words
  }
  return nil
}
