import Foundation
import Lessons
import Testing

@testable import Grading

/// Keys and lessons that do not fit are refused with the line to mend.
@Suite struct PlanTests {
  private static let page = """
    ---
    id: small
    ---
    ## One {#one}
    ```espalier try
    let a = ____
    ```
    ```espalier check
    check a == 1, "a"
    check a > 0, "sign"
    ```
    ```espalier solution
    let a = 1
    ```
    ## Two {#two}
    ```espalier try
    let b = ____
    ```
    ```espalier check points=3 name="b" each=false tags="x, y"
    check b == [1, 2], "b"
    ```
    ```espalier solution
    let b = [1, 2]
    ```
    """

  private func plan(key: String?) throws -> GradingPlan {
    let lesson = try parseLesson(Self.page, path: "small.md")
    return try GradingPlan(lesson, key: try key.map { try parseLesson($0, path: "small.key.md") })
  }

  @Test func everyCheckHasItsNumberPointsAndVisibility() throws {
    let plan = try plan(
      key: """
        ---
        id: small
        ---
        ## Two {#two}
        ```espalier check points=1 name="both" needs="b, one/sign" visibility=after_due_date
        let c = 3
        check b[0] == 1, "first"
        for i in 0..<2 { check b[i] > 0, "any" }
        ```
        """)
    #expect(plan.checks.map(\.number) == ["1.1", "1.2", "2.1", "2.2", "2.3"])
    #expect(plan.checks.map(\.name) == ["a", "sign", "b", "first", "any"])
    #expect(plan.checks.map(\.points) == [1, 1, 3, 0.5, 0.5])
    #expect(plan.checks[2].tags == ["x", "y"] && !plan.checks[2].isPartial)
    #expect(plan.checks[4].needs == [2, 1])
    #expect(
      plan.checks.map(\.visibility) == [.visible, .visible, .visible, .afterDueDate, .afterDueDate])
  }

  @Test(arguments: [
    ("id: other", "## One {#one}", "this key is for the lesson `other`, not for `small`"),
    ("id: small\nversion: 2", "## One {#one}", "version 2"),
    ("id: small", "## Three {#three}", "the lesson has no step `three`"),
    ("id: small", "## One {#one}\n```espalier check\nlet x = 1\n```", "checks nothing"),
    ("id: small", "## One {#one}\n```espalier check\ncheck (1\n```", "never closed"),
    (
      "id: small", "## One {#one}\n```espalier check visibility=no\ncheck true\n```",
      "visible, hidden"
    ),
    (
      "id: small", "## One {#one}\n```espalier check needs=z\ncheck true\n```", "no check is called"
    ),
    (
      "id: small",
      "## One {#one}\n```espalier check needs=later\ncheck true\n```\n## Two {#two}\n"
        + "```espalier check name=later\ncheck true\n```", "which is checked later"
    ),
    ("id: small", "## One {#one}\n```espalier leaderboard=n order=up\n1\n```", "`asc` or `desc`"),
  ])
  func whatDoesNotFitIsRefused(front: String, body: String, words: String) throws {
    let problem = #expect(throws: GradingProblem.self) {
      try plan(key: "---\n\(front)\n---\n\(body)\n")
    }
    #expect(problem?.message.contains(words) == true, "\(problem?.message ?? "")")
    #expect(problem?.path == "small.key.md")
  }

  @Test func aKeyThatTheSolutionDoesNotPassIsTheGradersTrouble() throws {
    guard let program = GradingProgram() else { return }
    let folder = try WorkFolder()
    try folder.write(Self.page, "small.md")
    try folder.write("// step: one\nlet a = 1\n// step: two\nlet b = [1, 2]\n", "a.esp")
    try folder.write(
      "---\nid: small\n---\n## One {#one}\n```espalier check\ncheck a == 2, \"wrong\"\n```\n",
      "key.md")
    let result = try program.run([
      "grade", folder.path + "/a.esp", "--lesson", folder.path + "/small.md", "--key",
      folder.path + "/key.md",
    ])
    #expect(result.status == 3)
    #expect(result.errors.contains("the lesson's own solution does not pass check 1.3 \"wrong\""))
  }

  private static let calls: [(arguments: String, status: Int32)] = [
    ("", 64), ("a.esp", 64), ("nowhere.esp --lesson small.md", 64),
    ("a.esp --lesson nowhere.md", 3), ("a.esp --lesson small.md --key no.md", 3),
    ("a.esp --lesson small.md --format pdf", 64), ("a.esp --lesson small.md --out a.pdf", 64),
    ("a.esp --lesson small.md --units many", 64),
    ("a.esp --lesson small.md --out no/such/folder.json", 3), ("bad.esp --lesson small.md", 2),
    ("bad.esp --lesson small.md --exit-zero", 0), ("half.esp --lesson small.md", 1),
    ("a.esp --lesson small.md", 0),
  ]

  @Test(arguments: calls)
  func exitCodes(call: (arguments: String, status: Int32)) throws {
    guard let program = GradingProgram() else { return }
    let folder = try WorkFolder()
    try folder.write(Self.page, "small.md")
    try folder.write("// step: one\nlet a = 1\n// step: two\nlet b = [1, 2]\n", "a.esp")
    try folder.write("// step: one\nlet a = 1\n", "half.esp")
    try folder.write("let (", "bad.esp")
    let words = call.arguments.split(separator: " ").map(String.init)
    let places = words.map { $0.contains(".") ? folder.path + "/" + $0 : $0 }
    let result = try program.run(["grade"] + places)
    #expect(result.status == call.status, "\(call.arguments): \(result.errors)")
  }
}
