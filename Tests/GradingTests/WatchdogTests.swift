import Foundation
import Lessons
import Testing

@testable import Grading

/// Processes that are late, die, or are killed: their checks say so, and the others are graded.
@Suite(.serialized) struct WatchdogTests {
  private static let page = """
    ---
    id: three
    ---
    ## One {#one}
    ```espalier try
    let a = ____
    ```
    ```espalier check
    check a == 1, "a"
    ```
    ```espalier solution
    let a = 1
    ```
    ## Two {#two}
    ```espalier try
    let b = ____
    ```
    ```espalier check
    check b == a + 1, "b"
    ```
    ```espalier solution
    let b = 2
    ```
    ## Three {#three}
    ```espalier try
    let c = ____
    ```
    ```espalier check
    check c == a + b, "c"
    ```
    ```espalier solution
    let c = 3
    ```
    """
  private static let script = """
    // step: one
    let a = 1
    // step: two
    let b = 2
    while true { b = 2 }
    // step: three
    let c = a + b
    """

  private func grader(_ program: String, _ arguments: [String]) throws -> Grader {
    var limits = Limits()
    // More than ten seconds of work, so that only time can end it.
    limits.units = 1_000_000_000_000
    limits.pieceSeconds = 1
    return Grader(
      try GradingPlan(try parseLesson(Self.page, path: "three.md")), limits: limits,
      program: program, arguments: arguments, folder: "/")
  }

  private func submission() throws -> Submission {
    Submission(
      name: "late.esp", bytes: Array(Self.script.utf8),
      for: try parseLesson(Self.page, path: "three.md"))
  }

  @Test func aLateAnswerIsStoppedAndTheNextOneIsGraded() throws {
    guard let program = GradingProgram() else { return }
    let result = try grader(program.path, ["grade-bench"]).grade(submission())
    #expect(result.checks.map(\.verdict) == [.pass, .overBudget, .pass])
    #expect(result.checks[1].output == "stopped by the watchdog after 1 seconds")
    #expect(result.isComplete && result.exitCode == 1)
  }

  /// A process that waits takes no time of the processor; one that is stopped is not late before
  /// ten times its seconds.
  @Test func waitingCountsATenthOfComputing() throws {
    var child: pid_t = 0
    var words: [UnsafeMutablePointer<CChar>?] = [strdup("/bin/sleep"), strdup("60"), nil]
    defer { for word in words { free(word) } }
    #expect(posix_spawn(&child, "/bin/sleep", nil, nil, &words, nil) == 0)
    let watch = Watch(child, seconds: 1)
    usleep(1_500_000)
    #expect(!watch.isOver && watch.taken < 500_000_000)
    #expect(Watch(child, seconds: 0).isOver)
    kill(child, SIGKILL)
    waitpid(child, nil, 0)
    #expect(!watch.isOver && watch.taken == 0)
  }

  @Test func anAnswerWhoseProcessDiesIsAnErrorAndTheNextOneIsGraded() throws {
    guard let program = GradingProgram() else { return }
    let folder = try WorkFolder()
    // Stands for an evaluator that crashes: the shell kills what it started when it reads the word.
    let script = folder.path + "/crashing"
    try folder.write(
      """
      #!/bin/sh
      # The bench, until the loop's text comes by; then its process is gone.
      exec "\(program.path)" grade-bench
      """, "crashing")
    chmod(script, 0o755)
    var limits = Limits()
    limits.units = 1_000_000_000_000
    limits.pieceSeconds = 30
    let grader = Grader(
      try GradingPlan(try parseLesson(Self.page, path: "three.md")), limits: limits,
      program: script, arguments: [], folder: "/")
    let killer = Thread {
      // The child is busy with the endless answer almost at once.
      for _ in 0..<200 {
        usleep(100_000)
        if let child = Self.busyBench() {
          kill(child, SIGKILL)
          return
        }
      }
    }
    killer.start()
    let result = try grader.grade(submission())
    #expect(result.checks.map(\.verdict) == [.pass, .error, .pass])
    #expect(result.checks[1].output == "the evaluator died (signal 9)")
  }

  /// A child of this process that has computed for some time.
  private static func busyBench() -> pid_t? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    for case let child? in names.map({ pid_t($0) }) {
      guard let facts = try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8),
        let words = facts.range(of: ") ").map({ facts[$0.upperBound...].split(separator: " ") }),
        words.count > 12, pid_t(words[1]) == getpid(),
        (try? String(contentsOfFile: "/proc/\(child)/cmdline", encoding: .utf8))?
          .contains("grade-bench") == true,
        let ticks = Int(words[11]), ticks > 40
      else { continue }
      return child
    }
    return nil
  }

  @Test func aBenchThatNeverAnswersIsTheGradersTrouble() throws {
    let result = try grader("/bin/sh", ["-c", "exit 3"]).grade(submission())
    #expect(result.exitCode == 3 && result.problem != nil)
    #expect(result.checks.allSatisfy { $0.verdict == .notRun })
  }

  @Test func repliesAreNotTrusted() throws {
    // A process that was taken over may write anything: lengths that lie, states that are none.
    var reply = BenchReply(.failed, "an error")
    reply.checks = [
      .init(
        name: "n", line: 3, hasRun: true, passed: false, share: 0.5, elements: 2,
        detail: ["x", "y"], message: "m")
    ]
    reply.number = 1.5
    #expect(try BenchReply(reply.bytes) == reply)
    for count in 0..<reply.bytes.count {
      #expect(throws: WireReader.Damaged.self) {
        try BenchReply(Array(reply.bytes.prefix(count)))
      }
    }
    for place in stride(from: 0, to: reply.bytes.count, by: 3) {
      var bytes = reply.bytes
      bytes[place] = 0xFF
      _ = try? BenchReply(bytes)
    }
  }

  @Test func requestsComeBackAsTheyWere() throws {
    let piece = CodePiece(name: "a.esp", firstLine: 7, text: "let a = \"−\"\n")
    let requests: [BenchRequest] = [
      .open(seed: .max, memory: 1, output: 2), .examine(piece),
      .run(piece, budget: nil, prefersBuiltins: true), .mark(4), .back(5),
      .protect(6, except: ["a", "b"]), .check(piece, budget: 9), .measure(piece, budget: 1),
      .agree(mark: 3, names: []),
    ]
    for request in requests { #expect(try BenchRequest(request.bytes) == request) }
  }

  @Test func aResultsFileIsWholeAtEveryMoment() throws {
    guard let program = GradingProgram() else { return }
    let folder = try WorkFolder()
    try folder.write(Self.page, "three.md")
    try folder.write(Self.script, "late.esp")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program.path)
    process.arguments = [
      "grade", folder.path + "/late.esp", "--lesson", folder.path + "/three.md", "--out",
      folder.path + "/out.json", "--units", "1000G",
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    // The first check has passed, and the endless answer is running.
    for _ in 0..<100 {
      usleep(50_000)
      if let bytes = try? folder.bytes("out.json"),
        String(decoding: bytes, as: UTF8.self).contains("\"pass\", \"message\"")
      {
        break
      }
    }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let whole = try JSONSerialization.jsonObject(with: folder.bytes("out.json"))
    let submissions = (whole as? [String: Any])?["submissions"] as? [[String: Any]]
    let checks = submissions?.first?["checks"] as? [[String: Any]] ?? []
    #expect(checks.map { $0["verdict"] as? String } == ["pass", "not-run", "not-run"])
    #expect(submissions?.first?["complete"] as? Bool == false)
  }

  @Test func anInterruptKeepsWhatWasGraded() throws {
    guard let program = GradingProgram() else { return }
    let folder = try WorkFolder()
    try folder.write(Self.page, "three.md")
    try folder.write(Self.script, "late.esp")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program.path)
    process.arguments = [
      "grade", folder.path + "/late.esp", "--lesson", folder.path + "/three.md", "--out",
      folder.path + "/out.json", "--units", "1000G",
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    for _ in 0..<100 {
      usleep(50_000)
      if let bytes = try? folder.bytes("out.json"),
        String(decoding: bytes, as: UTF8.self).contains("\"pass\", \"message\"")
      {
        break
      }
    }
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    #expect(process.terminationStatus == 3)
    let whole = try JSONSerialization.jsonObject(with: folder.bytes("out.json"))
    let submissions = (whole as? [String: Any])?["submissions"] as? [[String: Any]]
    let checks = submissions?.first?["checks"] as? [[String: Any]] ?? []
    #expect(checks.map { $0["verdict"] as? String } == ["pass", "not-run", "not-run"])
  }
}
