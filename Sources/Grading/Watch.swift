import Glibc

/// Tells when a process has had its time.
///
/// What counts is the processor's time, which other work on the machine does not lengthen. A process
/// that only waits takes none, so the clock counts too, with ten times as much.
struct Watch {
  private let process: pid_t
  private let seconds: Int
  private let start: UInt64
  private let ownStart: UInt64

  init(_ process: pid_t, seconds: Int) {
    self.process = process
    self.seconds = seconds
    start = nanoseconds(of: CLOCK_MONOTONIC)
    ownStart = Self.own(process)
  }

  /// Nanoseconds of the processor's time since the start.
  var taken: UInt64 {
    let now = Self.own(process)
    return now > ownStart ? now - ownStart : 0
  }

  var isOver: Bool {
    let allowed = UInt64(seconds) * 1_000_000_000
    return taken >= allowed || nanoseconds(of: CLOCK_MONOTONIC) - start >= 10 * allowed
  }

  /// 0 for a process that is gone.
  private static func own(_ process: pid_t) -> UInt64 {
    var clock = clockid_t()
    return clock_getcpuclockid(process, &clock) == 0 ? nanoseconds(of: clock) : 0
  }
}

private func nanoseconds(of clock: clockid_t) -> UInt64 {
  var time = timespec()
  guard clock_gettime(clock, &time) == 0 else { return 0 }
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
