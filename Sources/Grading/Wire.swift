import Glibc

/// Messages between two processes: four bytes of length, then the bytes.
enum Wire {
  /// No message is longer: a check's detail and a step's output are cut far below it.
  static let longest = 8 << 20

  enum Failure: Error { case closed, timedOut, tooLong, interrupted }

  static func send(_ bytes: [UInt8], to descriptor: Int32) throws(Failure) {
    let count = UInt32(truncatingIfNeeded: bytes.count)
    let head = (0..<4).map { UInt8(truncatingIfNeeded: count >> UInt32(8 * $0)) }
    let all = head + bytes
    var done = 0
    while done < all.count {
      let wrote = all.withUnsafeBytes {
        Glibc.send(
          descriptor, $0.baseAddress?.advanced(by: done), all.count - done,
          Int32(MSG_NOSIGNAL))
      }
      if wrote < 0, errno == EINTR { continue }
      guard wrote > 0 else { throw Failure.closed }
      done += wrote
    }
  }

  /// - Parameters:
  ///   - isLate: whether to give up; `nil` waits as long as it takes.
  ///   - isCancelled: both are asked ten times a second while nothing comes.
  static func receive(
    from descriptor: Int32, isLate: (() -> Bool)? = nil, isCancelled: () -> Bool = { false }
  ) throws(Failure) -> [UInt8] {
    let head = try read(4, descriptor, isLate, isCancelled)
    let count = head.enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    guard count <= longest else { throw Failure.tooLong }
    return try read(count, descriptor, isLate, isCancelled)
  }

  private static func read(
    _ count: Int, _ descriptor: Int32, _ isLate: (() -> Bool)?, _ isCancelled: () -> Bool
  ) throws(Failure) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      if let isLate {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let ready = poll(&watched, 1, 100)
        if ready == 0 || (ready < 0 && errno == EINTR) {
          if isCancelled() { throw Failure.interrupted }
          if isLate() { throw Failure.timedOut }
          continue
        }
      }
      let got = bytes.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress?.advanced(by: done), count - done)
      }
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { throw Failure.closed }
      done += got
    }
    return bytes
  }
}
