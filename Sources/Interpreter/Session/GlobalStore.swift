import Language

/// The session's top-level names and their values, slot by slot; slot 0 is `ans`.
struct GlobalStore: @unchecked Sendable {
  // Unchecked: used by one thread at a time, like the session that holds it.
  var names: [GlobalName]
  /// Grown only between inputs, so that running code may keep the pointer.
  var values: UnsafeMutablePointer<Value> { storage.values }
  private var storage: Storage

  private final class Storage {
    let values: UnsafeMutablePointer<Value>
    let capacity: Int

    init(_ capacity: Int) {
      self.capacity = capacity
      values = .allocate(capacity: capacity)
      values.initialize(repeating: .nothing, count: capacity)
    }

    deinit {
      values.deinitialize(count: capacity)
      values.deallocate()
    }
  }

  init() {
    let source = Source(name: "ans", "")
    names = [
      GlobalName(name: "ans", source: source, span: Span(0, 0), signature: nil, isVisible: false)
    ]
    storage = Storage(64)
  }

  func value(_ slot: Int) -> Value { slot < storage.capacity ? storage.values[slot] : .nothing }

  func slot(of name: String) -> Int? {
    names.lastIndex { $0.name == name && $0.isVisible }
  }

  mutating func reserve(_ count: Int) {
    guard count > storage.capacity else { return }
    let larger = Storage(max(count, storage.capacity * 2))
    for slot in 0..<storage.capacity { larger.values[slot] = storage.values[slot] }
    storage = larger
  }

  mutating func bind(_ name: String, to value: Value) {
    let source = Source(name: name, "")
    let entry = GlobalName(name: name, source: source, span: Span(0, 0), signature: nil)
    if let slot = names.firstIndex(where: { $0.name == name }) {
      names[slot] = entry
      storage.values[slot] = value
    } else {
      reserve(names.count + 1)
      storage.values[names.count] = value
      names.append(entry)
    }
  }

  mutating func forget(_ slot: Int) {
    names[slot].isVisible = false
    names[slot].signature = nil
    storage.values[slot] = .nothing
  }
}
