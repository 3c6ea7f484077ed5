import ArgumentParser
import Glibc
import Grading
import Interpreter
import Lessons
import Rendering
import Terminal

extension ReportForm: ExpressibleByArgument {}

/// Grades submissions: `espalier grade SUBMISSION… --lesson L [--key K] [--format F] [--out F]`.
struct Grade: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Grade answers to a lesson, one or a whole class.",
    discussion: """
      A submission is the lesson's page with its `try` fences filled in (.md), or a script whose \
      parts begin with `// step: NAME` (.esp). Exit code 0 when all passed, 1 when something failed, \
      2 when a submission does not parse, 3 for trouble with the key or the grader, 64 for wrong usage.
      """)

  @Argument(help: ArgumentHelp("Files, or folders of them.", valueName: "submission"))
  var submissions: [String]

  @ArgumentParser.Option(
    help: ArgumentHelp("A lesson's file, number or name.", valueName: "lesson"))
  var lesson: String

  @ArgumentParser.Option(
    help: ArgumentHelp(
      "Hidden checks and points: a page with the lesson's steps.", valueName: "file"))
  var key: String?

  @ArgumentParser.Option(
    help: "json, gradescope, junit, tap or csv; a table for people without it.")
  var format: ReportForm?

  @ArgumentParser.Option(
    help: ArgumentHelp("Where the results go, written after every check.", valueName: "file"))
  var out: String?

  @ArgumentParser.Option(
    help: ArgumentHelp("Submissions at a time; a processor each.", valueName: "n"))
  var jobs: Int?

  @ArgumentParser.Option(
    help: ArgumentHelp("Units of work for each answer and check; 1G.", valueName: "n"))
  var units: String?

  @Flag(help: "Exit with 0 whatever the submissions are worth.")
  var exitZero = false

  func validate() throws {
    guard !submissions.isEmpty else { throw ValidationError("there is no submission to grade") }
    guard (jobs ?? 1) > 0 else { throw ValidationError("--jobs is a whole number from 1") }
    if let units, wholeCount(units) == nil {
      throw ValidationError("--units is a whole number from 1, as in 500k, 20M or 4G")
    }
    if format == .gradescope || format != nil || out == nil { return }
    guard formOfFile != nil else {
      throw ValidationError("--out \(out ?? "") needs a --format")
    }
  }

  func run() throws {
    let console = Console(StandardStreams(), checks: .failures)
    let signals = Signals()
    let plan: GradingPlan
    do {
      plan = try readPlan()
    } catch let problem as LessonProblem {
      console.complain(code: nil, "\(problem.path):\(problem.line): \(problem.message)")
      throw ExitCode(3)
    } catch let problem as GradingProblem {
      console.complain(code: nil, "\(problem.path):\(problem.line): \(problem.message)")
      throw ExitCode(3)
    }
    let files = try SubmissionFiles(submissions, except: [key, out].compactMap { $0 })
    guard !files.entries.isEmpty else {
      console.complain(code: nil, "there is no .md or .esp file in \(submissions[0])")
      throw ExitCode(64)
    }
    throw try grade(files, plan, console, signals)
  }

  private func grade(
    _ files: SubmissionFiles, _ plan: GradingPlan, _ console: Console, _ signals: Signals
  ) throws -> ExitCode {
    let form = format ?? formOfFile
    let facts = GradingFacts(engine: Espalier.version, isClass: files.isClass)
    let waiting = files.entries.map { SubmissionResult(name: $0.name, plan) }
    let book = ResultsBook(waiting, plan, form: form, facts, path: out)
    if let failure = book.failure {
      console.complain(code: nil, failure)
      return ExitCode(3)
    }
    let interruption = Interruption()
    guard let folder = EmptyFolder() else {
      console.complain(code: nil, "no temporary folder could be made")
      return ExitCode(3)
    }
    defer { folder.remove() }
    var limits = Limits()
    limits.units = units.flatMap(wholeCount) ?? limits.units
    let grader = Grader(
      plan, limits: limits, program: programPath(), arguments: ["grade-bench"],
      folder: folder.path, isCancelled: { interruption.isRequested })
    let entries = files.entries
    let count = entries.count
    let lesson = plan.lesson
    let problem = signals.during(onInterrupt: { interruption.request() }) {
      grader.gradeClass(
        count, jobs: jobs ?? processors(), into: book,
        read: {
          let bytes = SubmissionFiles.bytes(entries[$0].path, atMost: Submission.largest)
          return Submission(name: entries[$0].name, bytes: bytes, for: lesson)
        },
        progress: {
          console.receive(
            .progress(Progress("graded \($0)/\(count)", fraction: Double($0) / Double(count))))
        })
    }
    console.endInput()
    show(book, plan, form, facts, console)
    return exitCode(book, problem, isStopped: interruption.isRequested, console)
  }

  private func show(
    _ book: ResultsBook, _ plan: GradingPlan, _ form: ReportForm?, _ facts: GradingFacts,
    _ console: Console
  ) {
    let results = book.results
    let options = Screen.options()
    if form != nil, out == nil {
      console.streams.write(book.document)
      if facts.isClass { console.remark(ClassSummary(results, plan).text(options)) }
    } else if facts.isClass {
      console.results(ClassSummary(results, plan).text(options))
    } else {
      for result in results { console.results(result.text(options)) }
    }
  }

  private func exitCode(
    _ book: ResultsBook, _ problem: String?, isStopped: Bool, _ console: Console
  ) -> ExitCode {
    if isStopped { console.remark("stopped; what was graded so far is kept") }
    if let failure = book.failure { console.complain(code: nil, failure) }
    if let problem { console.complain(code: nil, problem) }
    let finished = console.finish()
    if problem != nil || isStopped || book.failure != nil || !finished { return ExitCode(3) }
    let worst = book.results.map(\.exitCode).max() ?? 0
    return exitZero && worst < 3 ? ExitCode(0) : ExitCode(worst)
  }

  private func readPlan() throws -> GradingPlan {
    let page: Lesson
    if access(lesson, R_OK) == 0, !isFolder(lesson) {
      page = try parseLesson(lessonText(lesson), path: fileName(lesson))
    } else if let entry = try LessonLibrary().entry(lesson) {
      page = entry.lesson
    } else {
      throw LessonProblem(path: lesson, line: 1, message: "there is no such lesson")
    }
    guard let key else { return try GradingPlan(page) }
    let text = try lessonText(key)
    return try GradingPlan(
      page, key: parseLesson(text, path: fileName(key)),
      keyHash: SHA256(Array(text.utf8)).hexadecimal)
  }

  /// The form that a results file's name asks for.
  private var formOfFile: ReportForm? {
    switch out?.split(separator: ".").last {
    case "json": .json
    case "xml": .junit
    case "tap": .tap
    case "csv": .csv
    default: nil
    }
  }
}

/// What runs a submission; started by `grade`, in a process of its own.
struct GradeBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grade-bench", abstract: "Serve a grader.", shouldDisplay: false)

  func run() throws {
    makeKernelsRepeatable()
    serveBench(.standard(files: .none), text: { Terminal.pageText($0) })
  }
}
