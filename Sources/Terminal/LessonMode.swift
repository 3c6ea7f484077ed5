import Glibc
import Interpreter
import Language
import Lessons
import Rendering

/// A prompt inside a lesson: the same language, and commands that move through the page.
public final class LessonMode: PromptMode {
  private let player: LessonPlayer
  private let signals: Signals

  /// - Parameters:
  ///   - record: how far the student came; nothing starts at the first step.
  ///   - store: called with every change of that.
  public init(
    _ lesson: Lesson, _ configuration: Session.Configuration, console: Console, signals: Signals,
    record: LessonProgress.LessonRecord?,
    store: @escaping (LessonProgress.LessonRecord) -> Void
  ) {
    self.signals = signals
    let stage = LessonPlayer.Stage(
      page: { console.results(Lessons.pageText($0, Screen.options())) },
      typed: { code in
        let paint = Paint(isOn: Screen.hasColor(STDOUT_FILENO))
        let lines = code.split(separator: "\n", omittingEmptySubsequences: false)
        console.results(
          lines.enumerated().map { paint($0 == 0 ? "› " : "… ", .faint) + $1 }
            .joined(separator: "\n"))
      },
      say: { console.results($0) },
      show: { console.receive($0) },
      complain: { console.complain($0) })
    player = LessonPlayer(lesson, configuration, record: record, stage: stage, store: store)
  }

  public var session: Session { player.session }
  public var prompt: String { player.prompt }

  public let commands = [
    PromptCommand("next", "", "go on to the next step"),
    PromptCommand("back", "", "the step before, with every name as it was"),
    PromptCommand("hint", "", "one more hint"),
    PromptCommand("solution", "", "show the solution"),
    PromptCommand("check", "", "check your answer"),
    PromptCommand("skip", "", "take the solution and go on"),
    PromptCommand("reset", "", "start this step anew"),
    PromptCommand("status", "", "the steps and how they stand"),
    PromptCommand("goto", "N", "a step you have seen"),
    PromptCommand("quit", "", "leave; your progress is kept"),
  ]

  public func begin() {
    interruptible { player.open() }
    console("\n:next goes on   :hint helps   :help lists the rest")
  }

  public func submit(_ source: Source) -> Session.Outcome { player.submit(source) }

  public func answer(_ command: String, _ argument: String) -> PromptAnswer {
    if command == "quit" { return .leave }
    interruptible {
      switch command {
      case "next": player.next()
      case "back": player.back()
      case "hint": player.hint()
      case "solution": player.solution()
      case "check": player.check()
      case "skip": player.skip()
      case "reset": player.reset()
      case "status": player.status()
      case "goto":
        if let number = Int(argument) {
          player.go(to: number - 1)
        } else {
          console("`:goto` needs the number of a step")
        }
      default: break
      }
    }
    return .stay
  }

  private func console(_ line: String) { player.stage.say(line) }

  private func interruptible(_ action: () -> Void) {
    signals.during(onInterrupt: { [session = player.session] in session.interrupt() }) { action() }
  }
}
