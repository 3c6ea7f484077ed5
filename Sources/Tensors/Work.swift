import Catalog
import Glibc
import Synchronization

/// The bytes that tensors may hold at one time.
///
/// Several runs of one session share a `Memory`: what a run made may live on after it.
public final class Memory: Sendable {
  /// The most bytes that may be live.
  public let limit: Int
  private let liveBytes = Atomic<Int>(0)

  /// - Parameter limit: in bytes; three quarters of the machine's memory unless given.
  public init(limit: Int? = nil) {
    self.limit = limit ?? Self.physical / 4 * 3
  }

  /// What tensors share that are made outside any run.
  public static let process = Memory()

  /// The machine's memory in bytes.
  static let physical: Int = {
    let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    return pages > 0 && size > 0 ? pages * size : 8 << 30
  }()

  /// The bytes held now.
  public var live: Int { liveBytes.load(ordering: .relaxed) }

  /// Books bytes that are about to be allocated.
  ///
  /// - Throws: `LimitError.tooLarge` when the limit would be passed; nothing is booked then.
  public func reserve(_ bytes: Int) throws {
    let before = liveBytes.add(bytes, ordering: .relaxed).oldValue
    guard bytes <= limit, before <= limit - bytes else {
      liveBytes.subtract(bytes, ordering: .relaxed)
      throw LimitError.tooLarge(bytes: bytes, live: before, limit: limit)
    }
  }

  /// Gives back bytes that were reserved.
  public func release(_ bytes: Int) { liveBytes.subtract(bytes, ordering: .relaxed) }
}

/// One run's permission to go on: asked before each allocation and each kernel.
///
/// `cancel()` is one atomic store, so a signal handler may call it.
public final class Work: Sendable {
  /// The bytes this run's tensors are booked in.
  public let memory: Memory
  /// The most units the run may use, or `nil`; one unit is one multiply-add or element operation.
  public let unitLimit: Int?
  private let cancelled = Atomic<Bool>(false)
  private let used = Atomic<Int>(0)

  public init(memory: Memory = .process, unitLimit: Int? = nil) {
    self.memory = memory
    self.unitLimit = unitLimit
  }

  /// The run that the calling task or thread belongs to.
  @TaskLocal public static var current = Work()

  /// Makes every later `checkpoint` throw.
  public func cancel() { cancelled.store(true, ordering: .relaxed) }

  /// Takes a cancellation back, before the next run.
  public func reset() { cancelled.store(false, ordering: .relaxed) }

  public var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

  /// The units charged so far, what was refused included.
  public var usedUnits: Int { used.load(ordering: .relaxed) }

  /// - Throws: `Cancelled` once `cancel()` was called.
  public func checkpoint() throws {
    if isCancelled { throw Cancelled() }
  }

  /// Counts work that is about to be done, and is a checkpoint.
  ///
  /// - Throws: `LimitError.outOfUnits` when the run's units are used up, or `Cancelled`.
  public func charge(_ units: Int) throws {
    try checkpoint()
    let (before, total) = used.wrappingAdd(units, ordering: .relaxed)
    if let unitLimit, total > unitLimit || total < 0 {
      throw LimitError.outOfUnits(
        units: units, left: Swift.max(0, unitLimit - before), limit: unitLimit)
    }
  }
}

/// The run was stopped from outside (Ctrl-C).
public struct Cancelled: Error, Equatable {
  public init() {}
}

/// A run that wanted more than it may have.
public enum LimitError: DescribedError, Equatable {
  /// An allocation past the live-byte limit.
  case tooLarge(bytes: Int, live: Int, limit: Int)
  /// More work than a grader allows: what was about to be done, and what was left for it.
  case outOfUnits(units: Int, left: Int, limit: Int)

  public var code: String {
    switch self {
    case .tooLarge: "E0602"
    case .outOfUnits: "L0002"
    }
  }

  public var headline: String {
    switch self {
    case .tooLarge(let bytes, let live, let limit):
      bytes == Int.max
        ? "this tensor has more elements than can be counted"
        : "this tensor needs \(bytesInWords(bytes)); "
          + "\(bytesInWords(max(0, limit - live))) of \(bytesInWords(limit)) are free"
    case .outOfUnits(let units, let left, let limit):
      "this needs \(units) units of work; \(left) of \(limit) were left"
    }
  }

  public var notes: [String] {
    switch self {
    case .tooLarge: ["an element takes 4 bytes"]
    case .outOfUnits: ["one unit is one multiply-add, or one element that is read or written"]
    }
  }
}

/// `4.0 TB`, `23.5 GB`, `512 B`: decimal units, one digit, cut rather than rounded up.
private func bytesInWords(_ bytes: Int) -> String {
  let units = [(1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")]
  for (size, unit) in units where bytes >= size {
    return "\(bytes / size).\(bytes % size * 10 / size) \(unit)"
  }
  return "\(bytes) B"
}
