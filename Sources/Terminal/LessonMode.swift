import Glibc
import Interpreter
import Language
import Lessons
import Rendering

/// A prompt inside a lesson: the same language, and commands that move through the page.
public final class LessonMode: PromptMode {
  private let player: LessonPlayer
  private let signals: Signals
  private let list: () -> String
  private let save: (LessonProgress.LessonRecord, String) -> String

  /// - Parameters:
  ///   - record: how far the student came; nothing starts at the first step.
  ///   - predictions: those made in other lessons.
  ///   - list: the lessons, for `:list`.
  ///   - save: writes what the student did to a file, and says where it is or why it is not.
  ///   - store: called with every change of that.
  public init(
    _ lesson: Lesson, _ configuration: Session.Configuration, console: Console, signals: Signals,
    record: LessonProgress.LessonRecord?, predictions: [LessonProgress.Prediction] = [],
    list: @escaping () -> String = { "" },
    save: @escaping (LessonProgress.LessonRecord, String) -> String = { _, _ in "" },
    store: @escaping (LessonProgress.LessonRecord) -> Void
  ) {
    self.signals = signals
    self.list = list
    self.save = save
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
    player = LessonPlayer(
      lesson, configuration, record: record, predictions: predictions, stage: stage, store: store)
  }

  public var session: Session { player.session }
  public var prompt: String { player.prompt }

  public var commands: [PromptCommand] {
    var commands = [
      PromptCommand("next", "", "go on to the next step"),
      PromptCommand("back", "", "the step before, with every name as it was"),
      PromptCommand("hint", "", "one more hint"),
      PromptCommand("check", "", "check your answer"),
      PromptCommand("solution", "", "show the solution"),
      PromptCommand("skip", "", "take the solution and go on"),
      PromptCommand("status", "", "the steps, how they stand, and your predictions"),
      PromptCommand("goto", "STEP", "a step you have seen, by its number or name"),
      PromptCommand("list", "", "the lessons there are, and how far you came in each"),
      PromptCommand("export", "FILE", "what you did, as .md, .html, .ipynb or a script, .esp"),
      PromptCommand("quit", "", "leave; your progress is kept"),
    ]
    // Only what makes sense now, so that `:r` and `:p` mean one thing.
    commands +=
      player.isPlaying
      ? [PromptCommand("resume", "", "back to the lesson, with every name as it was")]
      : [
        PromptCommand("reset", "", "start this step anew"),
        PromptCommand("play", "", "try things that the lesson forgets on `:resume`"),
      ]
    return commands
  }

  public func begin() {
    interruptible { player.open() }
    player.stage.gap()
    console(":next goes on   :hint helps   :help lists the rest")
  }

  public func submit(_ source: Source) -> Session.Outcome {
    player.stage.turn()
    return player.submit(source)
  }

  public func answer(_ command: String, _ argument: String) -> PromptAnswer {
    if command == "quit" { return .leave }
    player.stage.turn()
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
      case "play": player.play()
      case "resume": player.resume()
      case "list": console(list())
      case "export": export(argument)
      case "goto":
        argument.isEmpty
          ? console("`:goto` needs the number or the name of a step") : player.go(to: argument)
      default: break
      }
    }
    return .stay
  }

  private func export(_ path: String) {
    guard !path.isEmpty else {
      console("`:export` needs the name of a file: `:export my-lesson.html`")
      return
    }
    console(save(player.record, path))
  }

  private func console(_ line: String) { player.stage.say(line) }

  private func interruptible(_ action: () -> Void) {
    signals.during(onInterrupt: { [session = player.session] in session.interrupt() }) { action() }
  }
}
