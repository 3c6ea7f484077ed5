import Catalog
import Glibc
import Interpreter
import Language
import Rendering

/// The prompt: reads inputs, hands them to its mode, answers `:commands` and `?name`.
public final class Prompt {
  let mode: any PromptMode
  let console: Console
  let builtins: [Builtin]
  private let signals: Signals
  private let editor: LineEditor
  private let start: Session.Snapshot
  private var inputNumber = 0

  public init(
    _ mode: any PromptMode, builtins: [Builtin], console: Console, signals: Signals,
    history: HistoryFile?
  ) {
    self.mode = mode
    self.console = console
    self.builtins = builtins
    self.signals = signals
    editor = LineEditor(signals: signals, history: history)
    start = mode.session.snapshot()
  }

  /// Reads and answers until the student leaves.
  public func run() {
    mode.begin()
    editor.complete = { [completion = CompletionSource(self)] in completion.completions(before: $0)
    }
    while true {
      switch readEntry() {
      case .end: return
      case .interrupted: continue
      case .text(let text):
        if answer(text) == .leave { return }
        if console.streams.hasFailed { return }
      }
    }
  }

  // MARK: Reading

  /// Reads lines until they make a whole input, or the student gives up.
  private func readEntry() -> LineEditor.Line {
    var entry = ""
    while true {
      editor.linesBefore = entry
      let paint = Paint(isOn: Screen.hasColor(STDOUT_FILENO))
      let prompt = entry.isEmpty ? mode.prompt : "… "
      switch editor.readLine(prompt: editable(paint(prompt, .name))) {
      case .interrupted: return .interrupted
      case .end:
        // The shell's own prompt shall not stand behind ours.
        console.streams.write("\n")
        if entry.isEmpty { return .end }
        return .interrupted
      case .text(let line):
        entry += line
        guard needsMore(entry) else {
          editor.remember(PastedText.inputs(in: entry).joined(separator: "\n").trimmed)
          return .text(entry)
        }
        entry += "\n"
      }
    }
  }

  private func needsMore(_ entry: String) -> Bool {
    let first = entry.first { !$0.isWhitespace }
    if first == ":" || first == "?" || PastedText.inputs(in: entry).count != 1 { return false }
    let text = PastedText.inputs(in: entry)[0]
    return parse(Source(name: "", text)).isIncomplete
  }

  /// Colours that readline leaves out when it measures the prompt.
  private func editable(_ prompt: String) -> String {
    var text = ""
    var isEscape = false
    for character in prompt.unicodeScalars {
      if character == "\u{1B}" {
        text += "\u{01}"
        isEscape = true
      }
      text.unicodeScalars.append(character)
      if isEscape, character.properties.isAlphabetic {
        text += "\u{02}"
        isEscape = false
      }
    }
    return text
  }

  // MARK: Answering

  private func answer(_ entry: String) -> PromptAnswer {
    let text = entry.trimmed
    if text.isEmpty { return .stay }
    if text.hasPrefix(":") { return answer(command: text) }
    if text.hasPrefix("?") {
      help(String(text.dropFirst()).trimmed)
      return .stay
    }
    for input in PastedText.inputs(in: entry) {
      // Of a pasted transcript, what follows an error still runs: each prompt was an input.
      if case .interrupted = run(input) { break }
    }
    return .stay
  }

  private func run(_ input: String) -> Session.Outcome {
    inputNumber += 1
    let source = Source(name: "<repl \(inputNumber)>", input)
    let outcome = signals.during(onInterrupt: { [session = mode.session] in session.interrupt() }) {
      mode.submit(source)
    }
    console.endInput()
    return outcome
  }

  /// Goes back to the names and the random state of the beginning.
  func reset() { mode.session.restore(start) }
}
