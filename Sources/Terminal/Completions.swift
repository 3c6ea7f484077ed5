import Catalog
import Interpreter
import Language

/// What could stand where the cursor is: whole words, each beginning with what has been typed.
struct Completions: Equatable {
  var candidates: [String] = []
}

/// What completion knows about the world: names, what they take, what they hold.
struct CompletionSource {
  /// Names in the order they are offered: the student's, the built-in ones, the reserved words.
  var names: () -> [String]
  /// What a function takes; `nil` for a name that is no function.
  var parameters: (String) -> [Parameter]?
  /// The members of the value a path of names leads to: `["net", "conv1"]` gives `weight`, `bias`.
  var members: ([String]) -> [String]
  /// Names that `?` explains besides `names`: none to begin with.
  var commands: [String]

  /// The candidates at the end of a text, which is everything typed before the cursor.
  func completions(before text: String) -> Completions {
    if let line = text.split(separator: "\n").last ?? (text.isEmpty ? "" : nil) {
      if line.hasPrefix(":") { return command(line.dropFirst()) }
      if line.hasPrefix("?") { return matching(String(line.dropFirst()), names()) }
    }
    let context = CallContext(before: text)
    if context.isText { return Completions() }
    if !context.path.isEmpty { return matching(context.word, members(context.path)) }
    let parameters = context.callee.flatMap(parameters) ?? []
    if let label = context.label, let parameter = parameters.first(where: { $0.name == label }),
      !parameter.choices.isEmpty
    {
      let choices = matching(context.word, parameter.choices)
      if !choices.candidates.isEmpty { return choices }
    }
    let labels =
      parameters
      .filter { $0.passing == .label && !context.labels.contains($0.name) }
      .map { $0.name + ": " }
    let isValue = context.label != nil
    // With nothing typed yet, a call's open labels are more help than three hundred names.
    if context.word.isEmpty, !isValue, !labels.isEmpty { return Completions(candidates: labels) }
    return matching(context.word, (isValue ? [] : labels) + names())
  }

  /// A command, and behind `:forget ` a name.
  private func command(_ text: Substring) -> Completions {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count > 1 else { return matching(String(text), commands) }
    return matching(words.last.map(String.init) ?? "", names())
  }

  private func matching(_ word: String, _ all: [String]) -> Completions {
    var seen: Set<String> = []
    return Completions(candidates: all.filter { $0.hasPrefix(word) && seen.insert($0).inserted })
  }
}

extension CompletionSource {
  /// The names of a prompt's session, of the language and of the prompt itself.
  init(_ prompt: Prompt) {
    let session = prompt.mode.session
    let cards = prompt.builtins.map(\.card)
    self.init(
      names: { [] },
      parameters: { name in
        if case .function(let function)? = session.value(of: name) {
          return function.positional.map { Parameter($0, accepts: "") }
            + function.labelled.map { Parameter($0, .label, accepts: "") }
        }
        return cards.first { $0.name == name }?.parameters
      },
      members: { path in memberNames(at: path, in: session) },
      commands: prompt.allCommands.map(\.name))
    names = { session.names.map(\.name) + cards.map(\.name) + reservedWords }
  }
}

/// The members of what a path of names leads to; a member is only computed on the way there.
private func memberNames(at path: [String], in session: Session) -> [String] {
  guard let first = path.first, var value = session.value(of: first) else { return [] }
  for name in path.dropFirst() {
    guard case .object(let object) = value, let next = try? object.member(name) else { return [] }
    value = next
  }
  switch value {
  case .tensor, .mask: return ["shape", "count", "T"]
  case .report(let report): return ["value"] + report.members.map(\.name)
  case .object(let object): return object.memberNames
  case .nothing, .number, .boolean, .text, .range, .list, .function, .builtin, .option: return []
  }
}
