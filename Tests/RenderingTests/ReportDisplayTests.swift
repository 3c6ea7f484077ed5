import Catalog
import Interpreter
import Tensors
import Testing

@testable import Rendering

@Suite struct ReportDisplayTests {
  @Test func numbersStandToTheRightAndWordsToTheLeft() {
    let table = Report.Table(
      columns: ["", "dense", "small", ""],
      rows: [
        [.text("accuracy"), .share(0.946), .share(0.945), .text("−0.1 points")],
        [.text("stored"), .bytes(1_066_628), .bytes(27_104), .text("39.4× smaller")],
      ])
    let lines = display(.report(Report("", blocks: [.table(table)])))
    #expect(
      lines == """
                          dense       small
        accuracy          94.6%       94.5%    −0.1 points
        stored      1,066,628 B    27,104 B    39.4× smaller
        """)
  }

  @Test func aDerivationNumbersItsSteps() throws {
    let derived = Report.Derived(
      title: "symmetric",
      steps: [
        .init(symbol: "a", formula: "a = max|w|", expression: "", value: .number(1.3)),
        .init(
          symbol: "q", formula: "q = round(w/s)", expression: "",
          value: .tensor(try Tensor([3], [2, -7, 0])), remark: "half to even"),
      ])
    #expect(
      display(.report(Report("quantize", blocks: [.derivation(derived)]))) == """
        quantize        symmetric
         1  a = max|w|  = 1.3
         2  q = round(w/s)   half to even
              q  2  −7  0
        """)
  }

  @Test func aListOfTensorsIsALineEach() throws {
    let tensor = Value.tensor(try Tensor([2], [1, 2]))
    #expect(
      display(try .list([tensor, .number(3)])) == """
        a list of 2
          [0]  f32[2]
          [1]  3
        """)
  }

  @Test func aHelpCardHasSignatureParametersAndExamples() {
    let card = Card(
      "double", .function, summary: "Twice the number.", formula: "y = 2x",
      parameters: [
        Parameter("x", accepts: "a number"),
        Parameter("by", .label, or: "2", accepts: "a number", "the factor"),
      ],
      examples: [Example("double(2)", prints: "4")], related: ["half"])
    #expect(
      helpText(card, .plain) == """
        double   function
          Twice the number.

          double(x, by: 2)

          y = 2x

          x     a number
          by:   the factor: a number; else 2

          › double(2)
            4

          see also: half
        """)
  }

  @Test func jsonEscapesWhatJSONCannotHold() {
    #expect(
      JSON.object([("a\"b", .list([.null, .boolean(true), .number(-3), .text("\n\u{1}é")]))]).text
        == #"{"a\"b": [null, true, -3, "\n\u0001é"]}"#)
  }
}

@Suite struct ProgressTextTests {
  private let running = Progress(
    "epoch 3/8", fraction: 0.375,
    figures: [
      .init("loss", 0.0841), .init("accuracy", 0.976, isShare: true), .init("examples", 12_000),
    ])

  @Test func runningWorkShowsRateAndTimeLeft() {
    #expect(
      progressLine(running, seconds: 3, .plain)
        == "epoch 3/8 ━━━━━━────────── loss 0.0841   accuracy 97.6%   4,000 examples/s   5.0 s left"
    )
  }

  @Test func finishedWorkShowsTheTimeItTook() {
    let done = Progress(
      "epoch 8/8", fraction: 1, figures: [.init("loss", 0.021)], isFinal: true)
    #expect(
      progressLine(done, seconds: 2.1, .plain) == "epoch 8/8 ━━━━━━━━━━━━━━━━ loss 0.021   2.1 s")
  }

  @Test(arguments: [20, 30, 40, 60, 80])
  func theLineLeavesTheLastColumnFree(width: Int) {
    #expect(columns(of: progressLine(running, seconds: 3, DisplayOptions(width: width))) < width)
  }
}
