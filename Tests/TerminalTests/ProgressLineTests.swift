import Interpreter
import Rendering
import Testing

@testable import Terminal

@Suite struct ProgressLineTests {
  private func state(_ fraction: Double, isFinal: Bool = false) -> Progress {
    Progress("epoch 1/2", fraction: fraction, isFinal: isFinal)
  }

  @Test func quickWorkShowsOnlyHowItEnded() {
    var line = ProgressLine()
    #expect(line.text(for: state(0), .plain, now: 1) == nil)
    let end = line.text(for: state(1, isFinal: true), .plain, now: 400_000_000)
    #expect(end?.hasSuffix("\n") == true)
  }

  @Test func longWorkIsDrawnAtMostTenTimesASecondAndItsLastLineStays() {
    var line = ProgressLine()
    #expect(line.text(for: state(0), .plain, now: 0) == nil)
    #expect(line.text(for: state(0.5), .plain, now: 600_000_000)?.hasPrefix("\r") == true)
    #expect(line.text(for: state(0.6), .plain, now: 650_000_000) == nil)
    #expect(line.text(for: state(0.7), .plain, now: 750_000_000) != nil)
    #expect(
      line.text(for: state(1, isFinal: true), .plain, now: 800_000_000)?.hasSuffix("\n") == true)
    #expect(line.erase() == nil)
  }

  @Test func otherOutputErasesTheLineOnce() {
    var line = ProgressLine()
    _ = line.text(for: state(0), .plain, now: 0)
    _ = line.text(for: state(0.5), .plain, now: 600_000_000)
    #expect(line.erase() == "\r\u{1B}[K")
    #expect(line.erase() == nil)
  }
}
