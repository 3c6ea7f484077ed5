import Foundation
import Testing

/// Limits and what is kept away from a submission, seen in one submission's results.
@Suite struct LimitTests {
  private func graded(_ name: String, _ more: String...) throws -> [String: Any]? {
    guard let program = GradingProgram() else { return nil }
    let result = try program.run(
      [
        "grade", GradingProgram.classFolder + "/submissions/" + name, "--lesson",
        GradingProgram.lesson, "--key", GradingProgram.key, "--format", "json",
      ] + more)
    let whole = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    let submissions = (whole as? [String: Any])?["submissions"] as? [[String: Any]]
    return try #require(submissions?.first)
  }

  private func messages(_ result: [String: Any]) -> [String] {
    (result["checks"] as? [[String: Any]] ?? []).map { $0["message"] as? String ?? "" }
  }

  private func error(_ result: [String: Any], _ step: String) -> String {
    let answers = result["answers"] as? [[String: Any]] ?? []
    return answers.first { $0["step"] as? String == step }?["error"] as? String ?? ""
  }

  @Test func aBudgetSaysWhatWasNeededAndWhatWasLeft() throws {
    guard let result = try graded("hostile-giant-product.esp") else { return }
    #expect(
      messages(result)[1]
        == "line 5: L0002: this needs 1000000000 units of work; 1999860 of 5000000 were left")
  }

  @Test func aGiantTensorIsRefusedBeforeItIsMade() throws {
    guard let result = try graded("hostile-giant-tensor.esp") else { return }
    #expect(error(result, "codes").contains("4.0 TB"))
    #expect(messages(result)[1].hasPrefix("line 4: "))
  }

  @Test func outputIsCutAndCounted() throws {
    guard let result = try graded("hostile-giant-output.esp") else { return }
    let answers = result["answers"] as? [[String: Any]] ?? []
    let codes = try #require(answers.first { $0["step"] as? String == "codes" })
    let output = try #require(codes["output"] as? String)
    #expect(output.utf8.count <= 64_000 && output.utf8.count > 60_000)
    // Twenty times 256 lines were printed; a line that was cut in two is here and there.
    let shown = output.split(separator: "\n").count
    let dropped = try #require(codes["dropped_lines"] as? Int)
    #expect(shown + dropped >= 20 * 256 && shown + dropped <= 20 * 256 + 256)
  }

  @Test func filesAndClocksAreNotThere() throws {
    if let result = try graded("hostile-reads-key.esp") {
      #expect(messages(result)[1].contains("E0503"))
    }
    if let result = try graded("hostile-clock.esp") {
      #expect(messages(result)[1].contains("E0383"))
    }
  }

  @Test func nothingOfAHiddenCheckIsSaidButWhatItsAuthorSays() throws {
    guard let program = GradingProgram() else { return }
    let folder = try WorkFolder()
    try folder.write(
      """
      // step: predict
      let left = 4
      // step: codes
      let s = max(abs(w)) / 7
      let q = round(w / s)
      let r = zeros(3)
      // step: model
      let small = quantize(w, int4)
      """, "a.esp")
    for form in ["json", "gradescope", "junit", "tap", "csv"] {
      let result = try program.run([
        "grade", folder.path + "/a.esp", "--lesson", GradingProgram.lesson, "--key",
        GradingProgram.key, "--format", form,
      ])
      #expect(result.status == 1)
      #expect(!result.output.contains("expected"), "\(form)")
      #expect(form == "csv" || result.output.contains("Codes times step gives the numbers back."))
    }
  }

  @Test func aNameThatTheKeyBindsIsOutOfReach() throws {
    guard let program = GradingProgram() else { return }
    let folder = try WorkFolder()
    // The function reads `expected` when it is called, and the key binds a name like that.
    try folder.write(
      """
      // step: codes
      let expected = 0
      func spy(x) { return expected }
      let s = 1
      """, "spy.esp")
    try folder.write(
      """
      ---
      id: four-bits
      ---
      # Key
      ## Codes {#codes}
      ```espalier check
      let expected = 42
      let told = spy(1)
      check told == 0, "no more than it bound itself"
      ```
      """, "spy.key.md")
    let result = try program.run([
      "grade", folder.path + "/spy.esp", "--lesson", GradingProgram.lesson, "--key",
      folder.path + "/spy.key.md", "--format", "tap",
    ])
    #expect(result.output.contains("ok 4 - no more than it bound itself"))
    #expect(!result.output.contains("not ok 4"))
  }
}
