import Glibc
import Lessons
import Rendering

/// The lessons that come with the program: the Markdown files of its `lessons` folder, by number.
public struct LessonLibrary {
  public struct Entry {
    public var path: String
    /// What the file name starts with: `01` is lesson 1.
    public var number: Int
    public var lesson: Lesson
  }

  public let folder: String?

  /// The folder is `$ESPALIER_ROOT/lessons`, else the nearest one upward from the program.
  public init() {
    if let root = Screen.environment("ESPALIER_ROOT") {
      folder = root + "/lessons"
    } else {
      folder = Self.upward(from: Self.programPath)
    }
  }

  /// Every lesson in the order of its number; a page that cannot be read is an error.
  public func entries() throws(LessonProblem) -> [Entry] {
    var entries: [Entry] = []
    for page in pages { entries.append(try read(page)) }
    return entries
  }

  /// The lesson of a number, an id, or a file name's beginning; `nil` when there is none.
  ///
  /// Only the pages that it takes to tell are read: for a number that lesson alone.
  public func entry(_ wanted: String) throws(LessonProblem) -> Entry? {
    if let number = Int(wanted) {
      guard let page = pages.first(where: { $0.number == number }) else { return nil }
      return try read(page)
    }
    let entries = try entries()
    return entries.first { $0.lesson.id == wanted }
      ?? entries.first { $0.path.split(separator: "/").last?.contains(wanted) == true }
  }

  private typealias Page = (path: String, number: Int)

  /// The files whose names begin with a number, in its order.
  private var pages: [Page] {
    guard let folder else { return [] }
    let pages = filesBelow(folder).filter { $0.hasSuffix(".md") }.compactMap { path -> Page? in
      let file = path.split(separator: "/").last ?? ""
      return Int(file.prefix { $0.isNumber }).map { (path, $0) }
    }
    return pages.sorted { ($0.number, $0.path) < ($1.number, $1.path) }
  }

  private func read(_ page: Page) throws(LessonProblem) -> Entry {
    let text = try lessonText(page.path)
    return Entry(
      path: page.path, number: page.number,
      lesson: try parseLesson(text, path: shortened(page.path)))
  }

  /// The lessons, a line each, with how far the student came.
  public func list(_ progress: LessonProgress, _ options: DisplayOptions) throws(LessonProblem)
    -> String
  {
    let rows = try entries().map { entry in
      let steps = entry.lesson.steps.filter { $0.exercise != nil }
      let record = progress.lessons[entry.lesson.id]
      let done = steps.filter {
        let state = record?.steps[$0.id]?.state
        return state == .passed || state == .answered
      }.count
      let state = record == nil ? "" : "\(done) of \(steps.count)"
      return ["\(entry.number)", entry.lesson.title, state, entry.lesson.id]
    }
    guard !rows.isEmpty else {
      return "no lessons were found; ESPALIER_ROOT names their folder's parent"
    }
    let table = TextTable(rows: rows, alignments: [.right, .left, .left, .left])
    return table.lines(options).joined(separator: "\n") + "\n`espalier lesson 1` starts the first"
  }

  /// `lessons/01-….md`: short enough for a caret line, and the same on every machine.
  private func shortened(_ path: String) -> String {
    path.split(separator: "/").suffix(2).joined(separator: "/")
  }

  private static var programPath: String {
    guard let path = realpath("/proc/self/exe", nil) else { return "" }
    defer { free(path) }
    return String(cString: path)
  }

  private static func upward(from path: String) -> String? {
    var parts = path.split(separator: "/")
    while !parts.isEmpty {
      parts.removeLast()
      let folder = "/" + (parts + ["lessons"]).joined(separator: "/")
      if isFolder(folder) { return folder }
    }
    return nil
  }
}

public func isFolder(_ path: String) -> Bool {
  var facts = stat()
  return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
}

/// Every file below a folder, by name; hidden ones are left out.
public func filesBelow(_ folder: String) -> [String] {
  guard let listing = opendir(folder) else { return [] }
  defer { closedir(listing) }
  var names: [String] = []
  while let entry = readdir(listing) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if !name.hasPrefix(".") { names.append(name) }
  }
  return names.sorted().flatMap { name in
    let path = folder + "/" + name
    return isFolder(path) ? filesBelow(path) : [path]
  }
}

/// The text of a lesson or script, or why it cannot be had.
public func lessonText(_ path: String) throws(LessonProblem) -> String {
  guard let bytes = contentsOfFile(path) else {
    throw LessonProblem(path: path, line: 1, message: errorText(errno).lowercased())
  }
  guard let text = String(validating: bytes, as: UTF8.self) else {
    throw LessonProblem(path: path, line: 1, message: "this file is not valid UTF-8")
  }
  return text
}
