import Glibc

/// Runs work on a thread with a stack that ten thousand nested calls fit on.
enum BigStack {
  static let bytes = 1 << 30
  /// What must stay free for the deepest single call, numerics included.
  static let reserve = 16 << 20

  private final class Job {
    let body: (UInt) -> Void
    init(_ body: @escaping (UInt) -> Void) { self.body = body }
  }

  /// - Parameter body: receives the lowest address that calls may reach.
  /// - Returns: `false` when the system gave no such thread; nothing ran then.
  static func run(_ body: (_ floor: UInt) -> Void) -> Bool {
    withoutActuallyEscaping(body) { body in
      var attributes = pthread_attr_t()
      guard pthread_attr_init(&attributes) == 0 else { return false }
      defer { pthread_attr_destroy(&attributes) }
      guard pthread_attr_setstacksize(&attributes, bytes) == 0 else { return false }
      let job = Unmanaged.passRetained(Job(body))
      var thread = pthread_t()
      let status = pthread_create(
        &thread, &attributes,
        { argument in
          guard let argument else { return nil }
          let job = Unmanaged<Job>.fromOpaque(argument).takeUnretainedValue()
          var marker: UInt8 = 0
          let top = withUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) }
          job.body(top - UInt(BigStack.bytes - BigStack.reserve))
          return nil
        }, job.toOpaque())
      guard status == 0 else {
        job.release()
        return false
      }
      pthread_join(thread, nil)
      job.release()
      return true
    }
  }
}
