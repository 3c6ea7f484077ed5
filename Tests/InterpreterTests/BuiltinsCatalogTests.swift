import Catalog
import Compression
import Interpreter
import Language
import Testing

/// The whole catalog: every name of the language keeps what its card says.
@Suite struct BuiltinsCatalogTests {
  @Test(arguments: builtinCatalog.map(\.card))
  func everyExamplePrintsWhatItsCardSays(_ card: Card) {
    for example in card.examples {
      let run = ExampleRun(example.line)
      switch example.outcome {
      case .prints(let text):
        #expect(run.outcome == text, "\(card.name): \(example.line)")
      case .fails(let text):
        #expect(run.failure?.hasPrefix(text) == true, "\(example.line) gave: \(run.outcome)")
      }
    }
  }

  @Test func aWrongExampleIsNoticed() {
    #expect(ExampleRun("1 + 1").outcome != "3")
    #expect(ExampleRun("1 + 1").outcome == "2")
    #expect(ExampleRun("oops").failure?.hasPrefix("E0401") == true)
  }

  @Test(arguments: builtinCatalog.map(\.card))
  func everyCardIsComplete(_ card: Card) {
    #expect(!card.examples.isEmpty, "`\(card.name)` has no example")
    #expect(!card.summary.isEmpty && card.summary.count <= 150, "summary of `\(card.name)`")
    #expect(card.summary.hasSuffix("."), "the summary of `\(card.name)` is a sentence")
    #expect(
      !card.summary.dropLast().contains(". "), "the summary of `\(card.name)` is one sentence")
    let isOperator = [.criterion, .layer, .loss, .optimizer].contains(card.family)
    #expect(!isOperator || !card.source.isEmpty, "`\(card.name)` names its source")
    #expect(
      card.examples.first?.line.contains(card.name) == true,
      "the first example of `\(card.name)` shows it")
  }

  @Test(arguments: keywordCards)
  func everyWordOfTheLanguageHasACard(_ card: Card) {
    everyExamplePrintsWhatItsCardSays(card)
    everyCardIsComplete(card)
  }

  @Test func noWordOfTheLanguageIsLeftOut() {
    #expect(keywordCards.map(\.name) == reservedWords)
  }

  @Test func noTwoCardsShareAName() {
    let names = builtinCatalog.map(\.card.name)
    let twice = Dictionary(grouping: names, by: \.self).filter { $1.count > 1 }.keys.sorted()
    #expect(twice.isEmpty)
  }

  @Test(arguments: builtinCatalog.map(\.card))
  func noTwoParametersOfACardShareAName(_ card: Card) {
    let names = (card.parameters ?? []).map(\.name)
    #expect(Set(names).count == names.count, "\(card.signature)")
  }

  @Test func noNameIsReserved() {
    let reserved = Set(reservedWords)
    for card in builtinCatalog.map(\.card) {
      #expect(!reserved.contains(card.name))
      for parameter in card.parameters ?? [] {
        #expect(!reserved.contains(parameter.name), "`\(parameter.name)` of `\(card.name)`")
      }
    }
  }

  /// The networks do not know the language, so they keep a list of their own.
  @Test(arguments: reservedWords) func noLayerIsCalledLikeAReservedWord(_ word: String) {
    let run = ExampleRun("input(2) |> linear(2, name: \"\(word)\")")
    #expect(run.failure?.hasPrefix("E0241") == true, "\(run.outcome)")
  }

  @Test func relatedNamesAndChoicesExist() {
    let names = Set(builtinCatalog.map(\.card.name))
    for card in builtinCatalog.map(\.card) {
      for name in card.related {
        #expect(names.contains(name) || forms.contains(name), "`\(card.name)` points to `\(name)`")
      }
      for parameter in card.parameters ?? [] {
        for choice in parameter.choices {
          #expect(names.contains(choice), "`\(parameter.name)` of `\(card.name)`: `\(choice)`")
        }
      }
    }
  }

  /// What a card says when an argument is left out is what happens: the same as writing it.
  @Test func standInsAreValuesOfTheLanguage() {
    for card in builtinCatalog.map(\.card) {
      for parameter in card.parameters ?? [] {
        guard let standIn = parameter.standIn, !standIn.isEmpty else { continue }
        let run = ExampleRun("print(\(standIn))")
        #expect(run.failure == nil, "`\(parameter.name)` of `\(card.name)`: \(run.outcome)")
      }
    }
  }

  /// An option's card may show the label that takes it (`scope: global`).
  @Test func everyLabelIsShownByAnExample() {
    let lines = builtinCatalog.flatMap(\.card.examples).map(\.line)
    for card in builtinCatalog.map(\.card) {
      for parameter in card.parameters ?? [] where parameter.passing == .label {
        // One for each statistic that a criterion may ask for.
        if card.name == "prune", parameter.accepts.contains("shape of `x`") { continue }
        // The same for every verb on weights; shown by `prune`.
        if parameter.name == "layers", card.name != "prune" { continue }
        // The same for every schedule of pruning; shown by `oneshot`.
        if ["by", "scope", "structure"].contains(parameter.name), card.family == .option {
          continue
        }
        // The same for every reduction; shown by `sum`.
        if ["axis", "keepAxis"].contains(parameter.name), card.family == .function { continue }
        let isShown = lines.contains {
          $0.contains(card.name + "(") && $0.contains(parameter.name + ":")
        }
        #expect(isShown, "no example of `\(card.name)` gives `\(parameter.name):`")
      }
    }
  }

  @Test func requiredParametersComeBeforeThoseThatMayBeLeftOut() {
    for card in builtinCatalog.map(\.card) {
      let positional = (card.parameters ?? []).filter { $0.passing == .position }
      let required = positional.map(\.isRequired)
      #expect(required == required.sorted { $0 && !$1 }, "`\(card.name)`")
      let kinds = (card.parameters ?? []).map { $0.passing == .label }
      #expect(kinds == kinds.sorted { !$0 && $1 }, "labels of `\(card.name)` come last")
    }
  }

  private let forms: Set<String> = ["explain", "why", "sweep", "check", "claim"]

  @Test(arguments: criterionCatalog.map { $0.card })
  func explainDerivesEveryCriterionByItself(_ card: Card) {
    let needs = (card.parameters ?? []).map(\.name).filter { Statistic(rawValue: $0) != nil }
      .dropFirst().map { ", \($0): tensor([0.5, 1, 2])" }.joined()
    let run = ExampleRun("let r = explain \(card.name)(tensor([1, -2, 3])\(needs)); print(r.value)")
    let plain = ExampleRun("print(\(card.name)(tensor([1, -2, 3])\(needs)))")
    #expect(run.outcome == plain.outcome, "\(card.name): \(run.outcome)")
  }

  @Test func aSettingOfACriterionWrittenByPositionGetsItsLabel() {
    let run = ExampleRun("prune([1, 2], by: sigmaThreshold(2))")
    #expect(run.failure?.contains("E0202") == true, "\(run.outcome)")
  }
}
