import Testing

@testable import Rendering

@Suite struct ChartTests {
  @Test func aFallingLineStartsHighAndEndsLow() {
    let chart = LineChart(
      title: "loss", series: [.init("train", x: [1, 2, 3], y: [3, 2, 1])], axis: "epoch")
    let lines = chart.lines(DisplayOptions(width: 40), rows: 4)
    #expect(lines.first == "loss")
    #expect(lines[1].hasPrefix("3 ┤⠉") || lines[1].hasPrefix("3 ┤⠑"))
    #expect(lines[4].hasPrefix("1 ┤ ") && lines[4].hasSuffix(" train"))
    #expect(lines.last?.hasSuffix("3  epoch") == true)
    #expect(lines.allSatisfy { columns(of: $0) <= 40 })
  }

  @Test func equalAndMissingValuesDrawNothingOutside() {
    let chart = LineChart(
      title: "", series: [.init("", x: [1, 2, 3], y: [5, .nan, 5])], axis: "")
    #expect(chart.lines(.plain).count == 10)
    #expect(LineChart(title: "", series: [.init("", x: [], y: [])], axis: "").lines(.plain).isEmpty)
  }

  @Test func theLongestBarBelongsToTheLargestCount() {
    let lines = HistogramChart(edges: [-0.5, 0, 0.5], counts: [10, 20]).lines(
      DisplayOptions(width: 41))
    #expect(lines[0].hasPrefix("−0.5 …  0.0  █"))
    #expect(lines[0].filter { $0 == "█" }.count * 2 == lines[1].filter { $0 == "█" }.count)
    #expect(lines[1].hasSuffix("20"))
  }

  @Test func whatIsNotZeroShows() {
    let lines = HistogramChart(labels: ["a", "b", "c"], values: [1, 100_000, 0]).lines(.plain)
    #expect(lines[0].contains("▏"))
    #expect(lines[2] == "c" + String(repeating: " ", count: 52 + 2 + 6) + "0")
  }

  @Test func aPictureIsShadesWithoutColor() {
    let picture = ImagePlot(planes: [[0, 1, 0.5, 0]], height: 2, width: 2)
    #expect(picture.lines(.plain) == ["  ██", "▒▒"])
  }

  @Test func aWidePictureIsMadeSmaller() {
    let picture = ImagePlot(
      planes: [Array(repeating: 1, count: 200 * 4)], height: 4, width: 200)
    let lines = picture.lines(DisplayOptions(width: 50))
    #expect(lines == [String(repeating: "█", count: 50)])
  }

  @Test func bytesBeyondUnitRangeAreStretched() {
    let picture = ImagePlot(planes: [[0, 255]], height: 1, width: 2)
    #expect(picture.lines(.plain) == ["  ██"])
  }

  @Test func brailleDotsAreNumberedDownThenRight() {
    var canvas = BrailleCanvas(columns: 1, rows: 1)
    canvas.set(0, 0)
    canvas.set(1, 3)
    canvas.set(9, 9)
    #expect(canvas[0, 0] == "⢁")
  }
}
