import Glibc
import Synchronization

extension Grader {
  /// Grades many submissions, several at a time, and proves the lesson's solutions meanwhile.
  ///
  /// - Parameters:
  ///   - count: how many there are.
  ///   - jobs: how many at a time.
  ///   - read: reads one; called on the thread that grades it.
  ///   - progress: how many are finished.
  /// - Returns: what is wrong with the lesson or key, which is the grader's fault and nobody's else.
  public func gradeClass(
    _ count: Int, jobs: Int, into book: ResultsBook, read: @escaping @Sendable (Int) -> Submission,
    progress: @escaping @Sendable (Int) -> Void
  ) -> String? {
    let next = Atomic<Int>(0)
    let problem = Mutex<String?>(nil)
    inParallel(min(jobs, count + 1)) {
      while true {
        // The solutions go first: a key that does not fit is then known early.
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue - 1
        guard index < count, !isCancelled() else { return }
        if index < 0 {
          let found = problemOfSolutions()
          problem.withLock { $0 = found }
          continue
        }
        let result = grade(read(index)) { book.update(index, $0) }
        progress(book.update(index, result, isFinished: true))
      }
    }
    return problem.withLock { $0 }
  }
}

/// Runs a body on several threads and waits for all of them.
private func inParallel(_ count: Int, _ body: () -> Void) {
  withoutActuallyEscaping(body) { body in
    final class Job {
      let body: () -> Void
      init(_ body: @escaping () -> Void) { self.body = body }
    }
    let job = Unmanaged.passRetained(Job(body))
    defer { job.release() }
    var threads: [pthread_t] = []
    for _ in 1..<max(1, count) {
      var thread = pthread_t()
      let status = pthread_create(
        &thread, nil,
        { argument in
          if let argument { Unmanaged<Job>.fromOpaque(argument).takeUnretainedValue().body() }
          return nil
        }, job.toOpaque())
      if status == 0 { threads.append(thread) }
    }
    body()
    for thread in threads { pthread_join(thread, nil) }
  }
}
