import Interpreter
import Language

/// What stands behind a prompt: a session by itself, or a lesson around one.
public protocol PromptMode: AnyObject {
  var session: Session { get }
  /// `› `, `first-compression 3/7 › `
  var prompt: String { get }
  /// Commands of this mode's own, in the order help lists them.
  var commands: [PromptCommand] { get }
  /// What is shown before the first prompt.
  func begin()
  /// Runs an input; errors are already shown when it returns.
  func submit(_ source: Source) -> Session.Outcome
  /// Answers one of `commands`.
  func answer(_ command: String, _ argument: String) -> PromptAnswer
}

/// A command of the prompt.
public struct PromptCommand: Sendable {
  public var name: String
  /// What may stand behind it: `NAME`, `[N]`; empty when nothing does.
  public var argument: String
  public var summary: String

  public init(_ name: String, _ argument: String = "", _ summary: String) {
    self.name = name
    self.argument = argument
    self.summary = summary
  }
}

/// What follows a command.
public enum PromptAnswer: Sendable { case stay, leave }

/// The ordinary prompt.
public final class SessionMode: PromptMode {
  public let session: Session
  private let console: Console
  private let banner: String

  public init(_ session: Session, _ console: Console, banner: String) {
    self.session = session
    self.console = console
    self.banner = banner
  }

  public let prompt = "› "
  public let commands: [PromptCommand] = []
  public func begin() { console.results(banner) }

  public func submit(_ source: Source) -> Session.Outcome {
    let outcome = session.run(source, echo: true)
    switch outcome {
    case .failed(let diagnostics): console.complain(diagnostics)
    case .interrupted: console.sayStopped()
    case .finished, .incomplete: break
    }
    return outcome
  }

  public func answer(_ command: String, _ argument: String) -> PromptAnswer { .stay }
}
