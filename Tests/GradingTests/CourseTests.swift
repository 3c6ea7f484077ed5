import Foundation
import Lessons
import Testing

@testable import Grading

/// What every lesson of the course has, whoever wrote it.
@Suite struct CourseTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func pages(_ folder: String) throws -> [String: Lesson] {
    let place = root.appending(path: folder)
    var found: [String: Lesson] = [:]
    for file in try FileManager.default.contentsOfDirectory(
      at: place, includingPropertiesForKeys: nil)
    where file.pathExtension == "md" {
      let name = file.lastPathComponent.split(separator: ".")[0]
      let text = try String(contentsOf: file, encoding: .utf8)
      found[String(name)] = try parseLesson(text, path: folder + "/" + file.lastPathComponent)
    }
    return found
  }

  @Test func everyLessonHasItsParts() throws {
    let lessons = try Self.pages("lessons")
    #expect(lessons.count >= 15)
    for (name, lesson) in lessons {
      #expect((5...9).contains(lesson.steps.count), "\(name) has \(lesson.steps.count) steps")
      #expect(lesson.steps.contains { $0.question != nil }, "\(name) asks for no prediction")
      let exercises = lesson.steps.filter { $0.exercise != nil && $0.question == nil }
      #expect(!exercises.isEmpty, "\(name) has no exercise")
      for step in exercises {
        #expect(!step.fences(.wrong).isEmpty, "\(name), \(step.id): no known mistake")
        #expect(step.fences(.wrong).allSatisfy { !$0.feedback.isEmpty }, "\(name), \(step.id)")
        #expect(!step.hints.isEmpty, "\(name), \(step.id): no hint")
      }
    }
  }

  @Test func everyLessonHasAKeyThatFits() throws {
    let keys = try Self.pages("keys")
    let lessons = try Self.pages("lessons")
    #expect(Set(keys.keys) == Set(lessons.keys))
    for (name, lesson) in lessons {
      guard let key = keys[name] else { continue }
      let plan = try GradingPlan(lesson, key: key)
      #expect(plan.checks.contains { $0.visibility == .hidden }, "\(name) hides no check")
    }
  }
}
