import CConfine
import Glibc

/// The program itself in a process of its own, waiting for requests.
///
/// It starts with an empty environment, an empty folder to stand in, its two connections and nothing else
/// that was open here, in a process group of its own.
final class BenchProcess {
  private let process: pid_t
  private let requests: Int32
  private let replies: Int32
  private var hasEnded = false

  /// - Parameters:
  ///   - program: the path of this program.
  ///   - arguments: what makes it serve as a bench.
  ///   - folder: an empty one.
  /// - Throws: `GradingProblem` when the system gives no process.
  init(_ program: String, _ arguments: [String], folder: String) throws(GradingProblem) {
    let toChild = try Self.pair()
    let fromChild = try Self.pair()
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var child: pid_t = 0
    let error = espalier_spawn(program, words, folder, toChild.read, fromChild.write, &child)
    close(toChild.read)
    close(fromChild.write)
    (requests, replies, process) = (toChild.write, fromChild.read, child)
    guard error == 0 else {
      close(requests)
      close(replies)
      hasEnded = true
      throw GradingProblem(
        path: program, line: 0, message: "no process could be started for a submission")
    }
  }

  deinit { end() }

  /// A watch of its time that starts now.
  func watch(seconds: Int) -> Watch { Watch(process, seconds: seconds) }

  /// Asks, and waits for the answer until the watch says that it is over.
  func answer(
    _ request: BenchRequest, _ watch: Watch, isCancelled: () -> Bool
  ) throws(Wire.Failure) -> BenchReply {
    try Wire.send(request.bytes, to: requests)
    let bytes = try Wire.receive(
      from: replies, isLate: { watch.isOver }, isCancelled: isCancelled)
    do {
      return try BenchReply(bytes)
    } catch {
      throw Wire.Failure.closed
    }
  }

  /// Kills the process with all it started.
  ///
  /// - Returns: how it ended by itself, if it had: `signal 11`, `exit 1`.
  @discardableResult
  func end() -> String? {
    guard !hasEnded else { return nil }
    hasEnded = true
    close(requests)
    close(replies)
    var status: Int32 = 0
    // A process that died already says why; give it the moment that its exit takes.
    for _ in 0..<20 {
      if waitpid(process, &status, WNOHANG) == process { return Self.words(status) }
      usleep(500)
    }
    kill(-process, SIGKILL)
    kill(process, SIGKILL)
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return nil
  }

  private static func words(_ status: Int32) -> String {
    let signal = status & 0x7f
    return signal == 0 ? "exit \(status >> 8 & 0xff)" : "signal \(signal)"
  }

  private static func pair() throws(GradingProblem) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard espalier_pair(&ends) == 0 else {
      throw GradingProblem(
        path: "", line: 0, message: "no connection could be made for a submission")
    }
    return (ends[0], ends[1])
  }
}
