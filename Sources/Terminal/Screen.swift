import Glibc
import Rendering

/// What the terminal can do, asked each time because windows change their size.
public enum Screen {
  /// Size and colours for values on standard output; fixed when that is no terminal.
  public static func options() -> DisplayOptions {
    var size = winsize()
    guard isatty(STDOUT_FILENO) == 1 else { return .plain }
    let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return DisplayOptions(
      width: isKnown ? Int(size.ws_col) : 80, height: isKnown ? Int(size.ws_row) - 1 : 24,
      color: hasColor(STDOUT_FILENO))
  }

  /// Colours only on a terminal that has them, and never under `NO_COLOR`.
  public static func hasColor(_ file: Int32) -> Bool {
    guard isatty(file) == 1 else { return false }
    if let refused = environment("NO_COLOR"), !refused.isEmpty { return false }
    return !isDumb
  }

  /// A terminal without cursor movement: no colours, no progress line.
  public static var isDumb: Bool {
    let kind = environment("TERM") ?? ""
    return kind.isEmpty || kind == "dumb"
  }

  /// A variable of the environment.
  public static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
