import Foundation
import Glibc
import Testing

@testable import Grading

/// What a grader says of answers that are functions, single numbers, guesses, and of names that are
/// built-ins' too.
@Suite struct AnswerTests {
  private struct Check {
    var verdict: String
    var score: Double
    var output: String
    var cause: String
  }

  /// The checks of one submission to a page, or `nil` where only the tests were built.
  private func grade(
    _ answer: String, to page: String, key: String? = nil
  ) throws -> [String: Check]? {
    guard let program = GradingProgram() else { return nil }
    let folder = try WorkFolder()
    try folder.write(page, "page.md")
    try folder.write(answer, "student.esp")
    var arguments = [
      "grade", folder.path + "/student.esp", "--lesson", folder.path + "/page.md", "--format",
      "json",
    ]
    if let key {
      try folder.write(key, "page.key.md")
      arguments += ["--key", folder.path + "/page.key.md"]
    }
    let result = try program.run(arguments)
    let read = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    let checks = try #require(
      (read?["submissions"] as? [[String: Any]])?.first?["checks"] as? [[String: Any]], "\(result)")
    var found: [String: Check] = [:]
    for check in checks {
      found[check["name"] as? String ?? ""] = Check(
        verdict: check["verdict"] as? String ?? "",
        score: (check["points"] as? NSNumber)?.doubleValue ?? -1,
        output: check["message"] as? String ?? "", cause: check["cause"] as? String ?? "")
    }
    return found
  }

  private let functions = """
    # Limits
    ## One {#one}
    ```espalier try
    let limit = (w, share) => ____
    ```
    ```espalier check
    check limit([-3, 1, 2, 4], 50%) == 3, "half"
    check limit([-3, 1, 2, 4], 25%) == 2, "a quarter"
    ```
    ```espalier solution
    let limit = (w, share) => sort(abs(tensor(w)))[share * w.count]
    ```
    """

  @Test func aFunctionsMistakeIsKnownByWhatItGives() throws {
    let wrong = "let limit = (v, part) => sort(tensor(v))[v.count * part]"
    guard let checks = try grade(wrong, to: functions) else { return }
    #expect(checks["half"]?.cause == "misconception:leaving-out-abs", "\(checks)")
    #expect(checks["half"]?.output.contains("leaving out `abs`") == true)
    let odd = try grade("let limit = (v, part) => 17", to: functions)
    #expect(odd?["half"]?.cause == "", "an unknown mistake is not guessed at")
  }

  @Test func oneNumberEarnsNothingWhereManyAreAsked() throws {
    let page = """
      # Codes
      ## One {#one}
      ```espalier try
      let q = ____
      ```
      ```espalier check points=6
      check q == [2, -7, 0, 5, -3, 0], "codes"
      ```
      ```espalier check points=6
      check near(q, tensor([0, 0, 0, 5])), "near"
      ```
      ```espalier solution
      let q = 1
      ```
      """
    guard let checks = try grade("let q = 0", to: page) else { return }
    #expect(checks["codes"]?.verdict == "fail" && checks["codes"]?.score == 0, "\(checks)")
    #expect(checks["codes"]?.output.contains("6 numbers in a row") == true)
    #expect(checks["near"]?.verdict == "fail" && checks["near"]?.score == 0)
    #expect(checks["near"]?.output.contains("q is one number, 0") == true)
  }

  private let question = """
    # Guess
    ## One {#one}
    ```espalier try ask=number answer="round(rand(1)[0] * 0) + 4"
    let left = ____
    ```
    ```espalier wrong name="taken"
    6 / 3
    ```
    > That many go.
    ## Two {#two}
    ```espalier
    let noise = rand(2)
    ```
    ```espalier try
    let b = ____
    ```
    ```espalier check
    check b == 1, "b"
    ```
    ```espalier solution
    let b = count(near(noise, PLACE)) / 2
    ```
    """

  @Test func aWrongGuessHasItsCause() throws {
    // The page draws the same numbers behind a right guess and a wrong one.
    let session = try firstNumbers()
    let page = question.replacingOccurrences(of: "PLACE", with: session)
    let answer =
      "// step: two\nlet b = count(near(noise, \(session))) / 2\n// step: one\nlet left = "
    guard let wrong = try grade(answer + "2", to: page),
      let right = try grade(answer + "4", to: page)
    else { return }
    #expect(wrong["prediction"]?.cause == "misconception:taken", "\(wrong)")
    #expect(wrong["prediction"]?.output.contains("That many go.") == true)
    #expect(wrong["b"]?.verdict == "pass" && right["b"]?.verdict == "pass", "\(wrong) \(right)")
    #expect(right["prediction"]?.verdict == "pass")
    let other = try grade(answer + "3", to: page)
    #expect(other?["prediction"]?.cause == "")
    // A key knows mistakes too.
    let key = """
      ---
      id: page
      ---
      # Key
      ## One {#one}
      ```espalier wrong name="third"
      let left = 9 / 3
      ```
      > Three.
      """
    let keyed = try grade(answer + "3", to: page, key: key)
    #expect(keyed?["prediction"]?.cause == "misconception:third", "\(keyed ?? [:])")
  }

  private func firstNumbers() throws -> String {
    guard let program = GradingProgram() else { return "" }
    let result = try program.run(["-e", "print(rand(2))"])
    return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  @Test func namesThatTheLessonAsksForAreTheStudentsInItsChecks() throws {
    let page = """
      ---
      id: names
      ---
      # Names
      ## One {#one}
      ```espalier try
      let dense = ____
      ```
      ```espalier check
      check dense == 3, "dense"
      ```
      ```espalier solution
      let dense = 3
      ```
      """
    let key = """
      ---
      id: names
      ---
      # Key
      ## One {#one}
      ```espalier check
      check abs(-dense) == 3, "hidden"
      ```
      """
    // The other name is a built-in's that nobody asked for.
    let answer = "let abs = (x) => 7\nlet dense = 3"
    guard let checks = try grade(answer, to: page, key: key) else { return }
    #expect(checks["dense"]?.verdict == "pass" && checks["hidden"]?.verdict == "pass", "\(checks)")
  }

  @Test func foldersOfKilledGradersAreCleared() throws {
    let work = try WorkFolder()
    // A process that has ended: its number belongs to nobody.
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/true")
    try process.run()
    process.waitUntilExit()
    let names = [
      "espalier-grade-\(process.processIdentifier)-abc123",
      "espalier-grade-\(getppid())-abc123", "espalier-grade-other",
    ]
    for name in names {
      try FileManager.default.createDirectory(
        atPath: work.path + "/" + name, withIntermediateDirectories: false)
    }
    let folder = try #require(EmptyFolder(in: work.path))
    let left = try FileManager.default.contentsOfDirectory(atPath: work.path).sorted()
    #expect(!left.contains(names[0]), "\(left)")
    #expect(left.contains(names[1]) && left.contains(names[2]))
    #expect(folder.path.contains("espalier-grade-\(getpid())-"))
    folder.remove()
    #expect(!FileManager.default.fileExists(atPath: folder.path))
  }
}
