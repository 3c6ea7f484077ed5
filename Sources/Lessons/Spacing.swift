import Interpreter
import Synchronization

/// Knows whether an empty line was the last thing on the screen, so that two never follow each other.
final class Spacing: Sendable {
  private let isOpen = Atomic<Bool>(true)

  var endsInGap: Bool {
    get { isOpen.load(ordering: .relaxed) }
    set { isOpen.store(newValue, ordering: .relaxed) }
  }
}

extension LessonPlayer.Stage {
  /// The same stage, and a note of where its text ends.
  func watched(by spacing: Spacing) -> LessonPlayer.Stage {
    var stage = self
    stage.spacing = spacing
    stage.page = { [page] text in
      page(text)
      spacing.endsInGap = true
    }
    stage.typed = { [typed] code in
      typed(code)
      spacing.endsInGap = false
    }
    stage.say = { [say] line in
      say(line)
      spacing.endsInGap = line.isEmpty || line.hasSuffix("\n")
    }
    stage.show = { [show] event in
      show(event)
      spacing.endsInGap = false
    }
    stage.complain = { [complain] diagnostics in
      complain(diagnostics)
      spacing.endsInGap = false
    }
    return stage
  }

  /// An empty line, unless there is one.
  public func gap() {
    if spacing?.endsInGap != true { say("") }
  }

  /// The reader typed something: what was said before stands above it.
  public func turn() { spacing?.endsInGap = false }
}
