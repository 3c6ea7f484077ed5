import Glibc
import Synchronization

/// Standard output, buffered, and standard error, in step with each other.
///
/// A failed write is remembered instead of ignored: a result that nobody received must not end in
/// exit code 0.
public final class StandardStreams: Sendable {
  private struct State {
    var pending: [UInt8] = []
    var failure: Int32 = 0
  }
  private let state = Mutex(State())
  /// Where results go; standard error while standard output carries JSON.
  private let results: Int32
  public let isTerminal: Bool

  /// - Parameter resultsToError: print what scripts print to standard error.
  public init(resultsToError: Bool = false) {
    results = resultsToError ? STDERR_FILENO : STDOUT_FILENO
    isTerminal = isatty(results) == 1
  }

  /// Writes to where results go.
  public func write(_ text: String) {
    state.withLock { state in
      state.pending += text.utf8
      if isTerminal || state.pending.count >= 65_536 { flush(&state) }
    }
  }

  /// Writes to standard error, behind everything written so far.
  public func writeError(_ text: String) {
    state.withLock { state in
      flush(&state)
      _ = Self.write(Array(text.utf8), to: STDERR_FILENO)
    }
  }

  /// Writes a line to standard output itself, whatever results go to.
  public func writeLine(_ line: String) {
    state.withLock { state in
      flush(&state)
      let error = Self.write(Array((line + "\n").utf8), to: STDOUT_FILENO)
      if state.failure == 0 { state.failure = error }
    }
  }

  /// Writes out what is pending.
  ///
  /// - Returns: why results could not be written, in words; `nil` when all were.
  public func finish() -> String? {
    state.withLock { state in
      flush(&state)
      guard state.failure != 0 else { return nil }
      return state.failure == EPIPE
        ? "standard output was closed before everything was written"
        : "standard output cannot be written: \(errorText(state.failure))"
    }
  }

  /// Whether writing has failed, so that there is no use in going on.
  public var hasFailed: Bool { state.withLock { $0.failure != 0 } }

  private func flush(_ state: inout State) {
    guard !state.pending.isEmpty else { return }
    if state.failure == 0 { state.failure = Self.write(state.pending, to: results) }
    state.pending.removeAll(keepingCapacity: true)
  }

  /// - Returns: 0, or the error number of the write that failed.
  private static func write(_ bytes: [UInt8], to file: Int32) -> Int32 {
    bytes.withUnsafeBytes { buffer in
      var start = 0
      while start < buffer.count {
        let count = Glibc.write(file, buffer.baseAddress?.advanced(by: start), buffer.count - start)
        if count >= 0 {
          start += count
        } else if errno == EAGAIN {
          var watched = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
          poll(&watched, 1, -1)
        } else if errno != EINTR {
          return errno
        }
      }
      return 0
    }
  }
}

/// The system's words for an error number.
public func errorText(_ number: Int32) -> String {
  strerror(number).map { String(cString: $0) } ?? "error \(number)"
}
