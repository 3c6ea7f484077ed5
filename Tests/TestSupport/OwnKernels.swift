import Testing

/// Suites that change what every kernel of the process uses, its threads or its instructions: they
/// run one after the other.
public struct OwnKernels: SuiteTrait, TestScoping {
  private actor Turns {
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func begin() async {
      if isTaken {
        await withCheckedContinuation { waiting.append($0) }
      } else {
        isTaken = true
      }
    }

    func end() {
      if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
    }
  }

  private static let turns = Turns()

  public func provideScope(
    for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void
  ) async throws {
    await Self.turns.begin()
    let result: Result<Void, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    await Self.turns.end()
    try result.get()
  }
}

extension Trait where Self == OwnKernels {
  public static var ownKernels: Self { Self() }
}
