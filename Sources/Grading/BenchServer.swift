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
  _ = espalier_confine(8 << 30, 600)
  let replies = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
  dup2(STDERR_FILENO, STDOUT_FILENO)
  serveBench(configuration, text: text, requests: STDIN_FILENO, replies: replies)
}

func serveBench(
  _ configuration: Session.Configuration, text: @escaping EventText, requests: Int32,
  replies: Int32
) {
  let bench = Bench(configuration, text: text)
  while let bytes = try? Pipe.receive(from: requests), let request = try? BenchRequest(bytes) {
    var reply = bench.answer(request).bytes
    if reply.count > Pipe.longest { reply = BenchReply(.died, "the reply is too long").bytes }
    guard (try? Pipe.send(reply, to: replies)) != nil else { return }
  }
}
