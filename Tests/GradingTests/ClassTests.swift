import Foundation
import Testing

/// The corpus in `Class`: what each submission ends in, and that nobody's trouble is another's.
@Suite struct ClassTests {
  /// Verdicts of the six checks, in order, and the exit code that the submission alone would give.
  ///
  /// `+` pass, `~` partial, `-` fail, `b` over budget, `e` error, `.` not run.
  private static let expected: [(name: String, verdicts: String, exit: String)] = [
    ("blank.md", "--..-.", "1"),
    ("hostile-bytes.esp", "......", "2"),
    ("hostile-changes-lesson.esp", "--..++", "1"),
    ("hostile-clock.esp", "+e..++", "1"),
    ("hostile-empty-values.esp", "--..-.", "1"),
    ("hostile-empty.esp", "--..-.", "1"),
    ("hostile-endless-loop.esp", "++b.++", "1"),
    ("hostile-forges.esp", "+-..-.", "1"),
    ("hostile-giant-output.esp", "++-.++", "1"),
    ("hostile-giant-product.esp", "+b..++", "1"),
    ("hostile-giant-string.esp", "+b..++", "1"),
    ("hostile-giant-tensor.esp", "+b..++", "1"),
    ("hostile-guesses-names.esp", "+++-~.", "1"),
    ("hostile-many-tensors.esp", "+b..++", "1"),
    ("hostile-mutual.esp", "+b..++", "1"),
    ("hostile-nesting.esp", "+e..-.", "1"),
    ("hostile-nul.esp", "......", "2"),
    ("hostile-reads-key.esp", "+e..++", "1"),
    ("hostile-recursion.esp", "+e..++", "1"),
    ("hostile-redefines-check.esp", "+e..++", "1"),
    ("hostile-redefines-words.esp", "+-..++", "1"),
    ("hostile-sweeps.esp", "+b..++", "1"),
    ("hostile-unfinished.esp", "......", "2"),
    ("hostile-writes-results.esp", "+e..++", "1"),
    ("right-page.md", "++++++", "0"),
    ("right.esp", "++++++", "0"),
    ("signed-step.esp", "+-..++", "1"),
    ("truncates.esp", "-+~.++", "1"),
  ]

  private static let marks = [
    "pass": "+", "partial": "~", "fail": "-", "over-budget": "b", "error": "e", "not-run": ".",
  ]

  @Test func everySubmissionEndsInItsVerdict() throws {
    guard let program = GradingProgram() else { return }
    let folder = try WorkFolder()
    let out = folder.path + "/results.json"
    let result = try program.run([
      "grade", GradingProgram.classFolder + "/submissions", "--lesson", GradingProgram.lesson,
      "--key", GradingProgram.key, "--out", out,
    ])
    #expect(result.status == 2, "\(result.errors)")
    let whole = try JSONSerialization.jsonObject(with: folder.bytes("results.json"))
    let submissions = (whole as? [String: Any])?["submissions"] as? [[String: Any]] ?? []
    let found = submissions.map { submission in
      let checks = submission["checks"] as? [[String: Any]] ?? []
      let verdicts = checks.map { Self.marks[$0["verdict"] as? String ?? ""] ?? "?" }
      return "\(submission["name"] ?? "") \(verdicts.joined()) \(submission["exit_code"] ?? "")"
    }
    #expect(found == Self.expected.map { "\($0.name) \($0.verdicts) \($0.exit)" })
  }

  @Test func theSameClassGivesTheSameBytes() throws {
    guard let program = GradingProgram() else { return }
    let folder = try WorkFolder()
    for (run, jobs) in [("a", "1"), ("b", "3")] {
      _ = try program.run(
        [
          "grade", GradingProgram.classFolder + "/submissions", "--lesson", GradingProgram.lesson,
          "--key", GradingProgram.key, "--out", "\(folder.path)/\(run).json", "--jobs", jobs,
        ], environment: ["LANG": run == "a" ? "C" : "de_DE.UTF-8", "PWD": "/\(run)"])
    }
    #expect(try folder.bytes("a.json") == folder.bytes("b.json"))
  }

  /// Right answers, each known mistake and every hostile submission, many times over.
  @Test func aLargerClassIsGradedAsItsMembersAre() throws {
    guard let program = GradingProgram() else { return }
    let folder = try WorkFolder()
    let kinds = [
      ("right.esp", "0", ""),
      ("truncates.esp", "1", "misconception:what-goes misconception:truncate"),
      ("signed-step.esp", "1", "misconception:no-magnitude"), ("hostile-nul.esp", "2", ""),
      ("hostile-giant-tensor.esp", "1", ""),
    ]
    let count = 40
    for index in 0..<count {
      let source = GradingProgram.classFolder + "/submissions/" + kinds[index % kinds.count].0
      let name = "student-\(1000 + index).esp"
      try folder.write(bytes: Array(Data(contentsOf: URL(fileURLWithPath: source))), name)
    }
    let result = try program.run([
      "grade", folder.path, "--lesson", GradingProgram.lesson, "--key", GradingProgram.key,
      "--format", "csv",
    ])
    #expect(result.status == 2)
    let rows = result.output.split(separator: "\r\n").dropFirst()
    #expect(rows.count == count)
    for (index, row) in rows.enumerated() {
      let cells = row.split(separator: ",", omittingEmptySubsequences: false)
      let kind = kinds[index % kinds.count]
      #expect(cells.first == "student-\(1000 + index).esp")
      #expect(cells[3] == kind.1 && cells.last.map(String.init) == kind.2, "\(row)")
    }
    #expect(result.errors.contains("40 submissions: 8 passed every check, 24 did not, 8 could not"))
  }
}
