import TestSupport
import Testing

@testable import Tensors

@Suite struct WorkTests {
  @Test func aTrillionElementsAreAnErrorThatNamesTheBytes() {
    let error = #expect(throws: LimitError.self) { try Tensor.zeros([1_000_000, 1_000_000]) }
    #expect(error?.code == "E0602")
    #expect(error?.headline.hasPrefix("this tensor needs 4.0 TB; ") == true)
  }

  @Test func sizesThatOverflowAreTheSameError() {
    for shape: Shape in [[.max], [.max, .max], [1 << 31, 1 << 31, 4], [1 << 61]] {
      #expect(throws: LimitError.self) { try Tensor.zeros(shape) }
    }
    #expect(throws: TensorError.negativeLength([2, -3])) { try Tensor.zeros([2, -3]) }
    #expect(Shape([.max, .max, 0]).count == 0)
  }

  @Test func bytesAreGivenBackWithTheLastCopy() throws {
    let memory = Memory(limit: 10_000)
    try Work.$current.withValue(Work(memory: memory)) {
      do {
        let x = try Tensor.zeros([1000])
        let same = try x.reshaped([10, 100])
        #expect(memory.live == 4000)
        #expect(throws: LimitError.self) { try Tensor.zeros([2000]) }
        #expect(memory.live == 4000)
        #expect(same.count == 1000)
      }
      #expect(memory.live == 0)
    }
  }

  @Test func unitsRunOut() throws {
    let work = Work(unitLimit: 250)
    try Work.$current.withValue(work) {
      let x = try Tensor.zeros([60])  // Takes 60 elements and fills them; a negation too.
      _ = try x.mapped(.negate)
      #expect(work.usedUnits == 240)
      #expect(throws: LimitError.outOfUnits(units: 60, left: 10, limit: 250)) {
        try x.mapped(.negate)
      }
    }
  }

  @Test func aCancelledRunStopsEveryKindOfKernel() throws {
    let work = Work()
    let x = try normalTensor([1, 1, 4, 4])
    let weights = try normalTensor([1, 1, 3, 3])
    work.cancel()
    Work.$current.withValue(work) {
      #expect(throws: Cancelled.self) { try x.mapped(.tanh) }
      #expect(throws: Cancelled.self) { try x.sorted(axis: 3) }
      #expect(throws: Cancelled.self) { try x.reduced(.sum, axis: 1) }
      #expect(throws: Cancelled.self) { try Convolution().forward(x, weights: weights) }
    }
    work.reset()
    #expect(!work.isCancelled)
  }

  @Test func reshapingSharesTheBytesAndChecksTheCount() throws {
    let x = try Tensor.zeros([6])
    let before = Work.current.memory.live
    let y = try x.reshaped([2, 3])
    #expect(y.storage === x.storage && before > 0)
    #expect(throws: TensorError.cannotReshape([6], [4])) { try x.reshaped([4]) }
    #expect(throws: TensorError.wrongCount(2, [3])) { try Tensor([3], [1, 2]) }
  }
}
