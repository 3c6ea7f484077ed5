import Catalog

/// The cards of the words that are grammar: found by help and the reference manual like any name,
/// one for every reserved word, in the order of `reservedWords`.
public let keywordCards: [Card] = [
  word(
    "let", "Binds a name, and may bind it again.", "let name = value",
    [Example("let k = 3; k = k * 2; print(k)", prints: "6")], ["func"]),
  word(
    "func", "Defines a function; its last value is what a call is worth.",
    "func name(parameter, label: default) { … }\nname => value",
    [Example("func twice(x, by: 2) { x * by }; print(twice(4), twice(4, by: 3))", prints: "8 12")],
    ["return", "let"]),
  word(
    "if", "Chooses by one true or false, and is worth what it chose.",
    "if condition { … } else if condition { … } else { … }",
    [
      Example("print(if 3 > 2 { \"more\" } else { \"less\" })", prints: "more"),
      Example(
        "if [1, 2] > 0 { 1 }",
        fails: "E0206: `>` cannot compare a list of 2 with a number"),
    ], ["else", "any", "all"]),
  word(
    "else", "What an `if` is worth when its condition is false.", "if condition { … } else { … }",
    [Example("print(if false { 1 } else { 2 })", prints: "2")], ["if"]),
  word(
    "for", "Goes through a range, a list, or the first axis of a tensor.",
    "for name in values { … }",
    [Example("for b in 2...4 { print(b, 2^b) }", prints: "2 4\n3 8\n4 16")],
    ["while", "break", "continue", "sweep"]),
  word(
    "in", "Stands between a name and what it goes through, in `for`, `claim` and `sweep`.",
    "for name in values { … }", [Example("for x in [1, 2] { print(x) }", prints: "1\n2")],
    ["for", "claim", "sweep"]),
  word(
    "while", "Repeats as long as its condition is true.", "while condition { … }",
    [Example("let n = 1; while n < 50 { n = n * 3 }; print(n)", prints: "81")], ["for", "break"]),
  word(
    "return", "Leaves a function with a value.", "return value",
    [
      Example("func first(xs) { for x in xs { return x } }; print(first([7, 8]))", prints: "7")
    ], ["func"]),
  word(
    "break", "Leaves the innermost loop.", "break",
    [Example("for n in 1...9 { if n^2 > 10 { print(n); break } }", prints: "4")],
    ["for", "while", "continue"]),
  word(
    "continue", "Goes on with the next pass of the innermost loop.", "continue",
    [Example("for n in 1...4 { if n == 2 { continue }; print(n) }", prints: "1\n3\n4")],
    ["for", "while", "break"]),
  word(
    "true", "What a comparison that holds is worth.", "true",
    [Example("print(true, 2 > 1)", prints: "true true")], ["false"]),
  word(
    "false", "What a comparison that does not hold is worth.", "false",
    [Example("print(false, 2 < 1)", prints: "false false")], ["true"]),
  word(
    "and", "True when both sides are; the right one is only looked at when it matters.",
    "a and b", [Example("print(2 > 1 and 3 > 2)", prints: "true")], ["or", "not", "all"]),
  word(
    "or", "True when at least one side is; the right one is only looked at when it matters.",
    "a or b", [Example("print(2 < 1 or 3 > 2)", prints: "true")], ["and", "not", "any"]),
  word(
    "not", "True where what follows is false.", "not a",
    [Example("print(not (2 > 1), not (tensor([1, 3]) > 2))", prints: "false [true, false]")],
    ["and", "or"]),
  word(
    "check", "States what should hold: counted and graded, without ending the run where it fails.",
    "check condition\ncheck condition, \"in words\"",
    [
      Example("check near(0.1 + 0.2, 0.3), \"the sum\"; print(\"goes on\")", prints: "goes on"),
      Example("check 3", fails: "E0220: `check` takes a boolean or a mask; `3` is a number"),
    ], ["claim", "near"]),
  word(
    "claim", "States something for all values, and shows the smallest for which it is false.",
    "claim condition for name in values\n"
      + "claim condition for x in tensor, n in 1...8       small tensors of many kinds",
    [
      Example("claim abs(x) >= 0 for x in tensor; print(\"holds\")", prints: "holds"),
      Example("claim n^2 < 50 for n in 1...9; print(\"goes on\")", prints: "goes on"),
    ], ["check", "sweep"]),
  word(
    "explain",
    "Derives the outermost call on its own numbers, each line computed from those above.",
    "explain expression",
    [
      Example("explain std([2, 4, 4, 4, 5, 5, 7, 9])", prints: "std"),
      Example("print((explain quantize(tensor([0.5, 7]), int4)).value)", prints: "[0, 7]"),
    ], ["why", "quantize", "prune"]),
  word(
    "why", "Follows one element back to where its number was written.", "why name[index]",
    [Example("let w = tensor([3, 4]) * 2; why w[1]", prints: "why w[1]")], ["explain", "bits"]),
  word(
    "sweep",
    "Tries each value in turn: a row of a table for each, and a plot where they are numbers.",
    "sweep name in values { … }",
    [
      Example(
        "let w = tensor([0.3, 1]); print((sweep b in 2...4 { count(quantize(w, int(b)) != 0) }))",
        prints: "sweep of b")
    ], ["for", "claim", "plot"]),
]

private func word(
  _ name: String, _ summary: String, _ form: String, _ examples: [Example], _ related: [String]
) -> Card {
  Card(
    name, .keyword, summary: summary, formula: form, examples: examples, related: related,
    givesValue: false)
}
