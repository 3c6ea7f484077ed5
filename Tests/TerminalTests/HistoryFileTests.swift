import Glibc
import Testing

@testable import Terminal

@Suite struct HistoryFileTests {
  private func withHistory(_ body: (HistoryFile) throws -> Void) rethrows {
    var template = Array("/tmp/espalier-history-XXXXXX".utf8CString)
    guard let folder = mkdtemp(&template).map({ String(cString: $0) }) else {
      Issue.record("no folder to write in")
      return
    }
    defer {
      unlink(folder + "/espalier/history")
      rmdir(folder + "/espalier")
      rmdir(folder)
    }
    let history = HistoryFile.standard { $0 == "XDG_STATE_HOME" ? folder : nil }
    #expect(history?.path == folder + "/espalier/history")
    if let history { try body(history) }
  }

  @Test func entriesOfSeveralLinesComeBackWhole() {
    withHistory { history in
      let entries = ["let a = 1", "func f(x) {\n  x\n}", #"print("\n \\ ›")"#]
      for entry in entries { history.append(entry) }
      #expect(history.entries() == entries)
    }
  }

  @Test func aMissingHistoryIsEmpty() {
    #expect(HistoryFile(path: "/tmp/espalier-no-such-folder/history").entries().isEmpty)
  }

  @Test func theStateFolderIsHonoured() {
    #expect(HistoryFile.standard { _ in nil } == nil)
    let home = HistoryFile.standard { $0 == "HOME" ? "/home/ada" : nil }
    #expect(home?.path == "/home/ada/.local/state/espalier/history")
  }
}
