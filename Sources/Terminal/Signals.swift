import Glibc
import Synchronization

/// The keyboard's interrupts and the window's changes, taken in by a thread of their own.
///
/// The signals are blocked everywhere and waited for in one place, so nothing ever runs inside a
/// signal handler: whoever works is told through `onInterrupt`, and the line editor wakes up
/// because `wakeUp` becomes readable.
public final class Signals: Sendable {
  private struct State {
    var action: (@Sendable () -> Void)?
    var lastInterrupt: UInt64?
  }
  private let state = Mutex(State())
  private let pipe: (read: Int32, write: Int32)

  /// Readable after a signal: `i` for an interrupt at the prompt, `w` for a new window size.
  var wakeUp: Int32 { pipe.read }

  /// Blocks the signals and starts to wait for them.
  ///
  /// Call it before any other thread starts, since threads inherit what is blocked.
  public init() {
    var ends: [Int32] = [-1, -1]
    if Glibc.pipe(&ends) == 0 {
      for end in ends {
        _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        _ = fcntl(end, F_SETFL, O_NONBLOCK)
      }
    }
    pipe = (ends[0], ends[1])
    signal(SIGPIPE, SIG_IGN)
    var set = Self.awaited
    pthread_sigmask(SIG_BLOCK, &set, nil)
    startWaiting()
  }

  /// Runs `work`, and `onInterrupt` at every Ctrl-C meanwhile.
  ///
  /// A second Ctrl-C within a second ends the program.
  public func during<Result>(
    onInterrupt: @escaping @Sendable () -> Void, _ work: () throws -> Result
  ) rethrows -> Result {
    state.withLock { $0 = State(action: onInterrupt, lastInterrupt: nil) }
    defer { state.withLock { $0.action = nil } }
    return try work()
  }

  private static var awaited: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGINT)
    sigaddset(&set, SIGWINCH)
    return set
  }

  private func startWaiting() {
    let box = Unmanaged.passRetained(self).toOpaque()
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { box in
        if let box { Unmanaged<Signals>.fromOpaque(box).takeRetainedValue().waitForever() }
        return nil
      }, box)
  }

  private func waitForever() {
    var set = Self.awaited
    var number: Int32 = 0
    while sigwait(&set, &number) == 0 {
      if number == SIGINT { interrupted() } else { wake("w") }
    }
  }

  private func interrupted() {
    let now = monotonicNanoseconds()
    let action = state.withLock { state -> (@Sendable () -> Void)? in
      guard let action = state.action else { return nil }
      if let last = state.lastInterrupt, now - last < 1_000_000_000 {
        // Every entry of the history is on disk as soon as it is entered: nothing is lost.
        restoreTerminal()
        _exit(130)
      }
      state.lastInterrupt = now
      return action
    }
    if let action { action() } else { wake("i") }
  }

  private func wake(_ reason: Unicode.Scalar) {
    var byte = UInt8(ascii: reason)
    _ = write(pipe.write, &byte, 1)
  }

  private func restoreTerminal() {
    // Colours off, cursor on a fresh line.
    if isatty(STDOUT_FILENO) == 1 { _ = write(STDOUT_FILENO, "\u{1B}[0m\n", 5) }
  }
}

/// Nanoseconds of a clock that only goes forward.
func monotonicNanoseconds() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
