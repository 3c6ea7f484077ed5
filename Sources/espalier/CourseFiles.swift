import ArgumentParser
import Glibc
import Interpreter
import Lessons
import Tensors
import Terminal

/// The lessons and scripts that `test` and `promote` were asked for, and how to read them.
struct CourseFiles {
  var paths: [String]

  /// Files as given, folders as everything in them but `long`, which takes many minutes and is
  /// run when it is named itself; without any, the program's own course.
  init(_ arguments: [String]) throws {
    var wanted = arguments
    if wanted.isEmpty {
      let root = LessonLibrary().folder.map { $0.split(separator: "/").dropLast() }
      let base = root.map { "/" + $0.joined(separator: "/") } ?? "."
      wanted = [base + "/lessons", base + "/examples"]
    }
    paths = try wanted.flatMap { argument -> [String] in
      if isFolder(argument) {
        let folder = argument.hasSuffix("/") ? String(argument.dropLast()) : argument
        return filesBelow(folder).filter {
          ($0.hasSuffix(".md") || $0.hasSuffix(".esp"))
            && !$0.dropFirst(folder.count).hasPrefix("/long/")
        }
      }
      guard access(argument, R_OK) == 0 else {
        throw LessonProblem(path: argument, line: 1, message: errorText(errno).lowercased())
      }
      return [argument]
    }
  }

  /// The hidden checks of a lesson, which stand in the folder `keys` beside that of the lessons.
  static func key(of path: String) throws(LessonProblem) -> Lesson? {
    let name = path.split(separator: "/").last ?? ""
    let key = folder(of: path) + "/../keys/" + name.dropLast(3) + ".key.md"
    guard access(key, R_OK) == 0 else { return nil }
    return try parseLesson(lessonText(key), path: "keys/" + name.dropLast(3) + ".key.md")
  }

  /// What a file of the course is checked with: its own folder within reach, seed 0.
  static func configuration(for path: String) -> Session.Configuration {
    .standard(files: .folder(folder(of: path)))
  }
}

/// One thread and no wider instructions than AVX2, so that what a lesson shows agrees between
/// machines.
func makeKernelsRepeatable() {
  Kernels.capAtAVX2()
  Kernels.use(threads: 1)
}
