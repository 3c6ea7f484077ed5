/// The screen that a value is shown on.
///
/// Everything in this target is a function of the value and these options alone, so the same call
/// gives the same text in a terminal, a test and a lesson.
public struct DisplayOptions: Sendable, Equatable {
  /// Columns; no line is longer, except where a single word is.
  public var width: Int
  /// Rows; values that hold more are cut with `⋮`.
  public var height: Int
  /// Whether escape sequences may be written.
  public var color: Bool
  /// The most decimals of a tensor's elements.
  public var decimals = 4

  /// - Parameters:
  ///   - width: the default is what files, pipes and lessons get.
  ///   - height: likewise.
  public init(width: Int = 100, height: Int = 24, color: Bool = false) {
    self.width = max(width, 20)
    self.height = max(height, 6)
    self.color = color
  }

  /// What everything that is no terminal gets: always the same text.
  public static let plain = DisplayOptions()

  /// The same screen with every digit that tells one float32 from another, and more rows.
  public var full: DisplayOptions {
    var options = self
    options.decimals = 9
    options.height = 10 * height
    return options
  }

  var paint: Paint { Paint(isOn: color) }
}
