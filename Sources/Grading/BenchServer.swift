import CConfine
import Glibc
import Interpreter
import Lessons

/// What the child process does: answers requests from standard input on standard output until it
/// is closed.
///
/// - Parameters:
///   - configuration: the session's, of which files and clock are taken away.
///   - text: what an event prints.
public func serveBench(_ configuration: Session.Configuration, text: @escaping EventText) {
  // Whatever a library may write to standard output must not be taken for an answer.
  let standing = espalier_confine(8 << 30, 600)
  let walls = [
    ("limits", ESPALIER_WALL_LIMITS), ("no-new-privileges", ESPALIER_WALL_PRIVILEGES),
    ("landlock", ESPALIER_WALL_LANDLOCK), ("seccomp", ESPALIER_WALL_SECCOMP),
  ].filter { Int(standing) & $0.1 != 0 }.map(\.0)
  let replies = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
  dup2(STDERR_FILENO, STDOUT_FILENO)
  serveBench(
    Bench(configuration, walls: walls, text: text), requests: STDIN_FILENO, replies: replies)
}

private func serveBench(_ bench: Bench, requests: Int32, replies: Int32) {
  while let bytes = try? Wire.receive(from: requests), let request = try? BenchRequest(bytes) {
    var reply = bench.answer(request).bytes
    if reply.count > Wire.longest { reply = BenchReply(.died, "the reply is too long").bytes }
    guard (try? Wire.send(reply, to: replies)) != nil else { return }
  }
}
