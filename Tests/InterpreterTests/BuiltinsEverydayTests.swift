import Interpreter
import Testing

/// What the cards' examples leave open about everyday functions; expectation beside each line.
@Suite struct BuiltinsEverydayTests {
  @Test(arguments: [
    ("sum(1...100000)", "5000050000"),  // beyond float32's whole numbers
    ("max([0.42]) == 0.42", "true"),  // a list keeps its doubles
    ("mean(tensor([16777217, 16777219]))", "16777218"),
    ("sum(zeros(0))", "0"), ("histogram([], bins: 3)", "[0, 0, 0]"),
    ("round(-2.5)", "-2"), ("round(3.5)", "4"),
    ("mod(5.5, -2)", "-0.5"), ("mod(tensor([5, -5]), 3)", "[2, 1]"),
    ("min(tensor([1, 2]), tensor([2, 1]))", "[1, 1]"),
    ("norm([1, 2, 2])", "3"), ("argmax(tensor([[1, 5], [7, 2]]))", "2"),
    ("sort(tensor([[3, 1], [2, 4]]))", "[[1, 3], [2, 4]]"),
    ("where(tensor([1, 0]) > 0, [1, 2], tensor([3, 4]))", "[1, 4]"),
    ("concat(1...3, [9])", "[1, 2, 3, 9]"),
    ("concat(tensor([1, 2]) > 1, tensor([0]) > 1)", "[false, true, false]"),
    ("stack(1, 2, 3)", "[1, 2, 3]"), ("stack([[1, 2], [3, 4]])", "[[1, 2], [3, 4]]"),
    ("replace(zeros(2, 3), [0...1, 1], 7)", "[[0, 7, 0], [0, 7, 0]]"),
    ("replace(zeros(2, 2), [0], [1, 2])", "[[1, 2], [0, 0]]"),
    ("near([1, 2], [1, 2.5], within: 0.5)", "[true, true]"),
    ("abs(-3) |> sqrt", "1.732051"),
    ("relu([-1, 2])", "[0, 2]"), ("flatten(ones(2, 2)).shape", "[4]"),
    ("any([false, true])", "true"), ("all([])", "true"),
    ("tanh == tanh", "E0"),
  ])
  func givesThis(_ line: String, _ expected: String) {
    let run = ExampleRun(line)
    #expect(expected == "E0" ? run.failure != nil : run.outcome == expected, "\(line)")
  }

  @Test(arguments: [
    ("sum(zeros(2), axis: 2)", "E0302"), ("max(1, tensor([1, 2]), axis: 0)", "E0102"),
    ("mean(zeros(0))", "E0304"), ("sum([\"a\"])", "E0202"), ("zeros(0.5)", "E0306"),
    ("zeros()", "E0102"), ("zeros(1e12)", "E0602"), ("eye(1e9)", "E0310"),
    ("linspace(0, 1, 1e30)", "E0310"), ("oneHot([0.5])", "E0307"), ("topk([1], -1)", "E0310"),
    ("reshape(ones(4), 1e18, 1e18)", "E0215"), ("seed(1e300)", "E0310"),
    ("concat([1], 2)", "E0202"), ("where(true, 1, 2)", "E0202"), ("full(2, value: [1])", "E0202"),
    ("randn(2, seed: 1.5)", "E0310"), ("sort(3)", "E0202"),
    ("shuffle(5)", "E0202"), ("replace([1], [0, 0], 1)", "E0303"),
    ("replace(ones(2), [2], 1)", "E0301"), ("replace(ones(2), [0.5], 1)", "E0202"),
    ("plot(3)", "E0202"), ("plot([])", "E0210"), ("std(tensor([])) ", "E0304"),
  ])
  func refusesThis(_ line: String, _ code: String) {
    let failure = ExampleRun(line).failure
    #expect(failure?.hasPrefix(code) == true, "\(line) gave \(failure ?? "no error")")
  }

  @Test func theSameSeedGivesTheSameNumbers() {
    let line = "seed(5); let a = randn(4); let b = randn(4); seed(5); "
    #expect(ExampleRun(line + "print(all(a == randn(4)), all(a == b))").outcome == "true false")
  }

  @Test func aSeedOfItsOwnLeavesTheSessionsNumbersAlone() {
    let line = "let a = rand(3); seed(0); let x = rand(9, seed: 8); print(all(a == rand(3)))"
    #expect(ExampleRun(line).outcome == "true")
  }
}
