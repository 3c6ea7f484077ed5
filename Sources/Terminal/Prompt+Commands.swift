import Catalog
import Interpreter
import Language
import Lessons
import Rendering

extension Prompt {
  /// Commands of every prompt, in the order `:help` lists them.
  static let commands = [
    PromptCommand("help", "", "these commands; `?` lists what the language can do"),
    PromptCommand("names", "", "your names and what they hold"),
    PromptCommand("forget", "NAME", "unbind a name, so that a built-in it hides is found again"),
    PromptCommand("reset", "", "forget every name and start the random numbers anew"),
    PromptCommand("seed", "N", "start the random numbers anew from N"),
    PromptCommand("last", "[full]", "show the last result again; or as `latex`, `html`, `json`"),
    PromptCommand("lessons", "", "the lessons there are"),
    PromptCommand("quit", "", "leave; so does Ctrl-D"),
  ]

  /// The mode's commands, then those of every prompt that it does not have itself.
  var allCommands: [PromptCommand] {
    let own = mode.commands
    return own + Prompt.commands.filter { command in !own.contains { $0.name == command.name } }
  }

  func answer(command text: String) -> PromptAnswer {
    let words = text.dropFirst().split(separator: " ", maxSplits: 1).map(String.init)
    let typed = words.first ?? "help"
    let argument = words.count > 1 ? words[1].trimmed : ""
    guard let name = commandName(typed) else { return .stay }
    if mode.commands.contains(where: { $0.name == name }) { return mode.answer(name, argument) }
    switch name {
    case "help": console.results(commandList)
    case "names": showNames()
    case "forget": forget(argument)
    case "reset":
      reset()
      console.remark("every name is forgotten")
    case "seed": seed(argument)
    case "last": showLast(argument)
    case "lessons": listLessons()
    case "quit": return .leave
    default: break
    }
    return .stay
  }

  /// The command meant by a word or by its beginning; says so when there is none or several.
  private func commandName(_ typed: String) -> String? {
    let names = allCommands.map(\.name)
    if names.contains(typed) { return typed }
    // A mode's own commands go first: in a lesson `:n` is its `:next` before our `:names`. But a
    // letter that begins several of them is no answer: `:s` must not show the solution.
    let own = mode.commands.map(\.name).filter { $0.hasPrefix(typed) }
    let begun = own.isEmpty ? names.filter { $0.hasPrefix(typed) } : own
    if begun.count == 1 || (own.isEmpty && typed.count == 1 && !begun.isEmpty) { return begun[0] }
    let near = begun.isEmpty ? near(typed, names) : begun
    let help = near.isEmpty ? "`:help` lists them" : near.map { "`:\($0)`" }.joined(separator: ", ")
    console.complain(
      code: nil,
      begun.isEmpty
        ? "no command `:\(typed)`\n  help: \(help)"
        : "`:\(typed)` begins several commands\n  help: \(help)")
    return nil
  }

  private var commandList: String {
    let rows = allCommands.map {
      ["  :" + $0.name + ($0.argument.isEmpty ? "" : " " + $0.argument), $0.summary]
    }
    return TextTable(
      rows: rows + [["  ?name", "explain a name; `?E0214` an error, `?` alone lists the verbs"]],
      alignments: [.left, .left]
    ).lines(Screen.options()).joined(separator: "\n")
  }

  private func showNames() {
    let rows = mode.session.names.map { [$0.name, summary($0.value)] }
    guard !rows.isEmpty else {
      console.remark("no names yet: `let w = randn(4, 4)` makes one")
      return
    }
    console.results(
      TextTable(rows: rows, alignments: [.left, .left]).lines(Screen.options())
        .joined(separator: "\n"))
  }

  private func summary(_ value: Value) -> String {
    switch value {
    case .number, .boolean, .range, .builtin, .option: value.text
    case .text(let text): "\"" + text.string + "\""
    default: value.kind
    }
  }

  private func listLessons() {
    do {
      console.results(try LessonLibrary().list(LessonProgress(), Screen.options()))
    } catch {
      console.complain(code: nil, "\(error.path):\(error.line): \(error.message)")
    }
  }

  private func forget(_ name: String) {
    if name.isEmpty {
      console.complain(code: nil, "`:forget` needs a name: `:forget w`")
    } else if !mode.session.forget(name) {
      let near = near(name, mode.session.names.map(\.name))
      console.complain(
        code: nil,
        "no name `\(name)` is bound"
          + (near.isEmpty ? "" : "\n  help: " + near.map { "`\($0)`" }.joined(separator: ", ")))
    }
  }

  private func seed(_ argument: String) {
    guard let seed = Int(argument) else {
      console.complain(code: nil, "`:seed` needs a whole number: `:seed 7`")
      return
    }
    _ = mode.session.run(Source(name: "<command>", "seed(\(seed))"), echo: false)
  }

  private func showLast(_ argument: String) {
    guard let value = console.lastShown else {
      console.remark("nothing was shown yet")
      return
    }
    if let format = MarkupFormat(rawValue: argument), format != .text {
      console.results(markup(value, as: format))
      return
    }
    guard ["", "full", "text"].contains(argument) else {
      console.complain(
        code: nil, "`:last` takes nothing, `full`, `latex`, `html` or `json`, not `\(argument)`")
      return
    }
    console.results(display(value, argument == "full" ? Screen.options().full : Screen.options()))
  }
}
