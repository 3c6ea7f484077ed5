import Foundation
import Testing

/// A class of 200 in one command: every verdict as intended, and the same bytes twice.
///
/// Graded four times, it takes a while, so it runs with the long tests: `./check --all`.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["ESPALIER_LONG"] != nil))
struct LargeClassTests {
  private static let marks = [
    "pass": "+", "partial": "~", "fail": "-", "over-budget": "b", "error": "e", "not-run": ".",
  ]

  /// Name, verdicts, exit code and recognised mistakes of a submission, on a line.
  private static func line(
    _ name: String, _ verdicts: [String], _ exitCode: String, _ causes: [String]
  ) -> String {
    let marks = verdicts.map { Self.marks[$0] ?? "?" }.joined()
    let known = causes.map { $0.replacingOccurrences(of: "misconception:", with: "") }
    return "\(name) \(marks) \(exitCode) \(known.joined(separator: " "))"
  }

  @Test func theClassIsAllThere() {
    let members = GeneratedClass().members
    #expect(members.count == 200 && Set(members.map(\.name)).count == 200)
    #expect(members.filter { $0.exitCode == 0 }.count == 40)
    #expect(members.filter { $0.exitCode == 2 }.count == 20)
    let causes = Set(members.flatMap(\.causes))
    #expect(causes.count == 8, "each known mistake is somebody's: \(causes.sorted())")
    #expect(Set(members.flatMap(\.verdicts)) == Set("+~-be."))
    #expect(GeneratedClass().members.map(\.bytes) == members.map(\.bytes))
  }

  @Test(arguments: ["json", "csv"])
  func everyVerdictIsAsIntendedTwice(_ format: String) throws {
    guard let program = GradingProgram() else { return }
    let members = GeneratedClass().members
    let (folder, results) = (try WorkFolder(), try WorkFolder())
    for member in members { try folder.write(bytes: member.bytes, member.name) }
    var last: GradingProgram.Result?
    for (name, jobs) in [("a", "2"), ("b", "3")] {
      last = try program.run([
        "grade", folder.path, "--lesson", GradingProgram.lesson, "--key", GradingProgram.key,
        "--out", "\(results.path)/\(name).\(format)", "--jobs", jobs,
      ])
      #expect(last?.status == 2, "\(last?.errors ?? "")")
    }
    let first = try results.bytes("a.\(format)")
    #expect(try first == results.bytes("b.\(format)"))
    let found = format == "json" ? try fromJSON(first) : fromCSV(first)
    #expect(
      found
        == members.map {
          "\($0.name) \($0.verdicts) \($0.exitCode) \($0.causes.joined(separator: " "))"
        })
    #expect(
      last?.output.contains(
        "200 submissions: 40 passed every check, 140 did not, 20 could not be read") == true)
  }

  private func fromJSON(_ bytes: Data) throws -> [String] {
    let whole = try JSONSerialization.jsonObject(with: bytes) as? [String: Any]
    let submissions = whole?["submissions"] as? [[String: Any]] ?? []
    return submissions.map { submission in
      let checks = submission["checks"] as? [[String: Any]] ?? []
      var causes: [String] = []
      for case let cause as String in checks.map({ $0["cause"] }) where causes.last != cause {
        causes.append(cause)
      }
      return Self.line(
        submission["name"] as? String ?? "", checks.map { $0["verdict"] as? String ?? "" },
        "\(submission["exit_code"] ?? "")", causes)
    }
  }

  /// No cell of this class holds a comma or a quotation mark.
  private func fromCSV(_ bytes: Data) -> [String] {
    let rows = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").dropFirst()
    return rows.map { row in
      let cells = row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard cells.count == 19 else { return String(row) }
      return Self.line(
        cells[0], stride(from: 6, to: 17, by: 2).map { cells[$0] }, cells[3],
        cells[18].split(separator: " ").map(String.init))
    }
  }
}
