import Interpreter
import Synchronization

/// Lets a session's events through, except while the player tries something on the side.
final class EventGate: Sendable {
  private let open = Atomic<Bool>(true)
  private let show: Session.Handler

  init(_ show: @escaping Session.Handler) { self.show = show }

  var isOpen: Bool {
    get { open.load(ordering: .relaxed) }
    set { open.store(newValue, ordering: .relaxed) }
  }

  var pass: Session.Handler {
    { [self] event in if isOpen { show(event) } }
  }
}
