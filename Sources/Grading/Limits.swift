/// What a submission may use.
///
/// Work, memory and output are counted, so that every machine gives the same verdict; the two times
/// are only for what counting missed.
public struct Limits: Sendable {
  /// Units of work for each answer and each check.
  public var units = 1_000_000_000
  /// Bytes that tensors, lists and strings may hold at one time.
  public var memory = 256_000_000
  /// Bytes that a step may print, and all of them together.
  public var stepOutput = 64_000
  public var output = 1_000_000
  /// Seconds of the processor for one answer or check, and for all of them together; ten times as
  /// many by the clock, since a process that waits takes none.
  public var pieceSeconds = 10
  public var seconds = 60

  public init() {}
}
