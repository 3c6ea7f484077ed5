import Foundation
import Testing

/// Every form is read back by a program that others wrote for it: `junitparser`, `tap.py`,
/// `jsonschema` and Python's own `csv` and `xml`.
///
/// `Readers/read_back.py` reads; what it cannot import it says, and that form is left out.
@Suite struct ReaderTests {
  @Test(arguments: ["json", "gradescope", "junit", "tap", "csv"])
  func everyFormIsReadBack(form: String) throws {
    guard let program = GradingProgram(), let python = Self.python else { return }
    let folder = try WorkFolder()
    let out = folder.path + "/" + form
    for name in ["right.esp", "truncates.esp", "hostile-forges.esp", "hostile-unfinished.esp"] {
      let result = try program.run([
        "grade", GradingProgram.classFolder + "/submissions/" + name, "--lesson",
        GradingProgram.lesson, "--key", GradingProgram.key, "--format", form, "--out", out,
      ])
      let read = try Self.readBack(python, form, out)
      if read.status == 77 { return }
      #expect(read.status == 0, "\(name): \(read.errors)")
      // Passed checks, checks, and points: as the exit code and the corpus have them.
      let expected = [
        "right.esp": "6 6 10", "truncates.esp": "3 6 5.33", "hostile-forges.esp": "1 6 1",
        "hostile-unfinished.esp": "0 6 0",
      ]
      #expect(read.output == expected[name].map { $0 + "\n" }, "\(name) as \(form)")
      #expect(result.status == (name == "right.esp" ? 0 : name.contains("unfinished") ? 2 : 1))
    }
  }

  @Test(arguments: ["json", "junit", "tap", "csv"])
  func aClassIsReadBack(form: String) throws {
    guard let program = GradingProgram(), let python = Self.python else { return }
    let folder = try WorkFolder()
    let names = ["right.esp", "truncates.esp", "hostile-nul.esp"]
    let out = folder.path + "/" + form
    _ = try program.run(
      ["grade"] + names.map { GradingProgram.classFolder + "/submissions/" + $0 } + [
        "--lesson", GradingProgram.lesson, "--key", GradingProgram.key, "--format", form, "--out",
        out,
      ])
    let read = try Self.readBack(python, form, out)
    if read.status == 77 { return }
    #expect(read.status == 0 && read.output == "9 18 15.33\n", "\(read.output) \(read.errors)")
  }

  private static func readBack(
    _ python: String, _ form: String, _ path: String
  ) throws -> GradingProgram.Result {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Readers/read_back.py").path
    return try GradingProgram(path: python).run([script, form, path])
  }

  private static var python: String? {
    ["/usr/bin/python3", "/usr/local/bin/python3"].first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }
}
