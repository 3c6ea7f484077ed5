@preconcurrency import CReadline
import Glibc

/// One line from the keyboard, edited with GNU readline; the only file that knows readline.
///
/// Readline is driven through its callback interface, so that the loop here can watch the keyboard
/// and the signals at once. Readline has one global state, hence one editor a process, used from
/// the main thread only.
final class LineEditor {
  enum Line: Equatable {
    case text(String)
    /// Ctrl-C: the line was thrown away.
    case interrupted
    /// Ctrl-D on an empty line, or the terminal went away.
    case end
  }

  /// Candidates for the text before the cursor; called while the user types.
  var complete: (String) -> Completions = { _ in Completions() }
  /// Lines entered before the one being typed, for completion inside a call of several lines.
  var linesBefore = ""

  private let signals: Signals
  private let history: HistoryFile?
  private var lastEntry: String?
  private var finished: Line?
  private var found = Completions()
  /// Readline's callbacks carry no context of ours; they run on the thread that asks for a line.
  nonisolated(unsafe) private static var current: LineEditor?

  init(signals: Signals, history: HistoryFile?) {
    self.signals = signals
    self.history = history
    useUTF8()
    rl_readline_name = UnsafePointer(strdup("espalier"))
    rl_catch_signals = 0
    rl_catch_sigwinch = 0
    rl_bind_key(9, rl_complete)
    rl_variable_bind("show-all-if-ambiguous", "on")
    rl_variable_bind("enable-bracketed-paste", "on")
    rl_completer_quote_characters = nil
    rl_basic_word_break_characters = UnsafePointer(strdup(" \t\n\"\\'`@$><=;|&{(,[+-*/^!)]}.:?#%"))
    rl_completer_word_break_characters = rl_basic_word_break_characters
    rl_attempted_completion_function = { _, start, _ in
      LineEditor.current?.matches(from: Int(start))
    }
    using_history()
    stifle_history(Int32(HistoryFile.limit))
    for entry in history?.entries() ?? [] {
      add_history(entry)
      lastEntry = entry
    }
  }

  /// Asks for a line.
  func readLine(prompt: String) -> Line {
    LineEditor.current = self
    finished = nil
    rl_callback_handler_install(prompt) { text in
      LineEditor.current?.accept(text)
    }
    while finished == nil { waitForInput() }
    return finished ?? .end
  }

  /// Puts an entry, with all its lines, into this session's history and the next ones'.
  func remember(_ entry: String) {
    guard !entry.isEmpty, entry != lastEntry else { return }
    lastEntry = entry
    add_history(entry)
    history?.append(entry)
  }

  private func accept(_ text: UnsafeMutablePointer<CChar>?) {
    rl_callback_handler_remove()
    guard let text else {
      finished = .end
      return
    }
    finished = .text(String(cString: text))
    free(text)
  }

  private func waitForInput() {
    var watched = [
      pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
      pollfd(fd: signals.wakeUp, events: Int16(POLLIN), revents: 0),
    ]
    guard poll(&watched, 2, -1) > 0 else { return }
    if watched[1].revents != 0 {
      answerSignals()
    } else if watched[0].revents != 0 {
      rl_callback_read_char()
    }
  }

  private func answerSignals() {
    var reasons = [UInt8](repeating: 0, count: 16)
    let count = read(signals.wakeUp, &reasons, reasons.count)
    guard count > 0 else { return }
    if reasons[..<count].contains(UInt8(ascii: "w")) { rl_resize_terminal() }
    if reasons[..<count].contains(UInt8(ascii: "i")) { clearLine() }
  }

  /// Throws the line away and leaves the prompt as if nothing had been typed.
  private func clearLine() {
    rl_callback_sigcleanup()
    rl_free_line_state()
    rl_clear_visible_line()
    rl_replace_line("", 1)
    rl_point = 0
    rl_mark = 0
    rl_done = 0
    rl_on_new_line()
    rl_redisplay()
    guard !linesBefore.isEmpty else { return }
    // The lines above belong to the entry that is given up; ask anew below them.
    rl_callback_handler_remove()
    fputs("\n", rl_outstream)
    finished = .interrupted
  }

  // MARK: Completion

  private func matches(from start: Int) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
    rl_attempted_completion_over = 1
    rl_completion_append_character = 0
    rl_completion_suppress_append = 1
    rl_filename_completion_desired = 0
    let line = String(cString: rl_line_buffer)
    let before = String(decoding: Array(line.utf8).prefix(Int(rl_point)), as: UTF8.self)
    found = complete(linesBefore + before)
    guard !found.candidates.isEmpty else { return nil }
    return rl_completion_matches("") { _, state in
      guard let found = LineEditor.current?.found, state < found.candidates.count else {
        return nil
      }
      return strdup(found.candidates[Int(state)])
    }
  }

  /// Readline measures the prompt in the locale's characters; ours needs UTF-8.
  private func useUTF8() {
    setlocale(LC_CTYPE, "")
    if let codes = nl_langinfo(Int32(CODESET)), String(cString: codes) != "UTF-8" {
      setenv("LC_ALL", "C.UTF-8", 1)
      setlocale(LC_CTYPE, "C.UTF-8")
    }
  }
}
