import CKernels
import TestSupport
import Testing

@testable import Tensors

/// Numbers in order, and the best cut by blocks: as good as the one by prices, on all processors.
@Suite(.serialized, .ownKernels) struct SortedNumberTests {
  private func samples(_ count: Int) throws -> [[Float]] {
    let bell = try normalTensor([count], seed: 21).scalars
    return [
      bell, bell.map { $0 < 0 ? $0 * 0.1 - 3 : $0 + 4 }, bell.map { ($0 * 2).exponentialLike },
      bell.map { 1000 + $0 * 0.5 }, bell.map { ($0 * 500).rounded() / 7 },
    ]
  }

  @Test func numbersAreSortedAndCounted() throws {
    defer {
      espalier_kernels_cap(3)
      espalier_kernels_set_threads(0)
    }
    for count in [0, 1, 2, 31, 32, 33, 1000, 70_001] {
      for numbers in try samples(count) {
        let numbers = numbers.enumerated().map { $0.offset % 97 == 5 ? -0.0 : $0.element }
        let expected = numbers.map { $0 == 0 ? 0 : $0 }.sorted()
        for threads in [1, 3] as [Int32] {
          espalier_kernels_set_threads(threads)
          let sorted = try SortedNumbers(numbers)
          var all: [Float] = []
          for (place, value) in sorted.values.enumerated() {
            let times = sorted.numbers[place + 1] - sorted.numbers[place]
            all += [Float](repeating: value, count: times)
          }
          #expect(all.map(\.bitPattern) == expected.map(\.bitPattern), "\(count)")
          #expect(sorted.sums.count == sorted.values.count + 1)
        }
      }
    }
    let ends: [Float] = [
      .greatestFiniteMagnitude, -Float.leastNonzeroMagnitude, Float.leastNonzeroMagnitude,
      -.greatestFiniteMagnitude, 0,
    ]
    #expect(try SortedNumbers(ends).values == ends.sorted())
  }

  /// Σ weight · (x − mean)² of a cut, in double.
  private func inertia(_ sorted: SortedNumbers, _ ends: [Int]) -> Double {
    var (first, total) = (0, 0.0)
    for end in ends {
      let run = (first..<end).map {
        (Double(sorted.values[$0]), Double(sorted.numbers[$0 + 1] - sorted.numbers[$0]))
      }
      let weight = run.reduce(0) { $0 + $1.1 }
      let mean = run.reduce(0) { $0 + $1.0 * $1.1 } / weight
      total += run.reduce(0) { $0 + ($1.0 - mean) * ($1.0 - mean) * $1.1 }
      first = end
    }
    return total
  }

  @Test func narrowCutsAreAsGoodAsPricedOnes() throws {
    defer {
      espalier_kernels_cap(3)
      espalier_kernels_set_threads(0)
    }
    var found = 0
    for numbers in try samples(20_001) {
      let sorted = try SortedNumbers(numbers)
      let weights = (0..<sorted.values.count).map {
        Double(sorted.numbers[$0 + 1] - sorted.numbers[$0])
      }
      let priced = try LineCuts(sorted.values.map(Double.init), weights: weights)
      for count in [1, 2, 5, 16] {
        var first: [Int]?
        for (threads, cap) in [(1, 0), (2, 1), (2, 3)] as [(Int32, Int32)] {
          espalier_kernels_set_threads(threads)
          espalier_kernels_cap(cap)
          guard let ends = try sorted.narrowEnds(count: count) else { continue }
          if let first {
            #expect(ends == first)
          } else {
            first = ends
            found += 1
            #expect(ends.count == count)
            #expect(ends.last == sorted.values.count)
            let best = inertia(sorted, try priced.ends(count: count))
            #expect(inertia(sorted, ends) <= best * (1 + 1e-12), "\(count)")
          }
        }
      }
    }
    #expect(found >= 12)
  }

  /// Σ weight · (x − nearest mean)², in double.
  private func inertia(_ sorted: SortedNumbers, means: [Double]) -> Double {
    var (run, total) = (0, 0.0)
    for (place, value) in sorted.values.enumerated() {
      func distance(_ run: Int) -> Double { abs(Double(value) - means[run]) }
      while run + 1 < means.count, distance(run + 1) < distance(run) { run += 1 }
      total +=
        distance(run) * distance(run) * Double(sorted.numbers[place + 1] - sorted.numbers[place])
    }
    return total
  }

  @Test func meansOfUnsortedNumbersAreTheBest() throws {
    defer {
      espalier_kernels_cap(3)
      espalier_kernels_set_threads(0)
    }
    var found = 0
    for (kind, numbers) in try samples(30_011).enumerated() {
      let sorted = try SortedNumbers(numbers)
      let weights = (0..<sorted.values.count).map {
        Double(sorted.numbers[$0 + 1] - sorted.numbers[$0])
      }
      let priced = try LineCuts(sorted.values.map(Double.init), weights: weights)
      for count in [1, 2, 5, 16] {
        var first: [Double]?
        for (threads, cap) in [(1, 0), (2, 1), (3, 3)] as [(Int32, Int32)] {
          espalier_kernels_set_threads(threads)
          espalier_kernels_cap(cap)
          let means = try numbers.withUnsafeBufferPointer {
            try LineCuts.means(of: $0, count: count)
          }
          guard let means else { continue }
          if let first {
            #expect(means.map(\.bitPattern) == first.map(\.bitPattern), "\(kind) \(count)")
            continue
          }
          first = means
          found += 1
          #expect(means == means.sorted() && means.count == count)
          let best = inertia(sorted, try priced.ends(count: count))
          #expect(inertia(sorted, means: means) <= best * (1 + 1e-12), "\(kind) \(count)")
        }
      }
    }
    #expect(found >= 16)
  }

  /// Pieces of many numbers have bins of their own; two threads, or one, give the same bytes.
  @Test func meansDoNotDependOnThreads() throws {
    defer { espalier_kernels_set_threads(0) }
    let numbers = try normalTensor([600_001], seed: 23).scalars
    var all: [[Double]?] = []
    for threads in 1...3 as ClosedRange<Int32> {
      espalier_kernels_set_threads(threads)
      all.append(try numbers.withUnsafeBufferPointer { try LineCuts.means(of: $0, count: 16) })
    }
    #expect(all[0]?.count == 16)
    #expect(all[1] == all[0] && all[2] == all[0])
  }

  @Test func awkwardNumbersAreLeftToOthersOrCutWell() throws {
    let bell = try normalTensor([20_000], seed: 24).scalars
    func means(_ numbers: [Float], _ count: Int = 4) throws -> [Double]? {
      try numbers.withUnsafeBufferPointer { try LineCuts.means(of: $0, count: count) }
    }
    #expect(try means([]) == nil)
    #expect(try means(Array(bell.prefix(8191))) == nil)
    #expect(try means([Float](repeating: 3, count: 20_000)) == nil)
    #expect(try means(bell.map { $0.rounded() }, 8) == nil)
    #expect(try means(bell, 0) == nil)
    #expect(try means(bell, 20_000) == nil)
    let tiny: Float = 714 * .leastNonzeroMagnitude
    let odd: [[Float]] = [
      bell.map { $0 * tiny }, bell.map { $0 * 5e37 }, bell.map { $0 > 0 ? $0 : -0.0 },
      bell.enumerated().map { $0.offset == 77 ? 1e30 : $0.element },
      bell.enumerated().map { $0.offset % 2 == 0 ? 0 : $0.element },
      bell.map { 16_777_216 + ($0 * 3000).rounded() },
    ]
    for numbers in odd {
      guard let found = try means(numbers) else { continue }
      let sorted = try SortedNumbers(numbers)
      let weights = (0..<sorted.values.count).map {
        Double(sorted.numbers[$0 + 1] - sorted.numbers[$0])
      }
      let ends = try LineCuts(sorted.values.map(Double.init), weights: weights).ends(count: 4)
      #expect(inertia(sorted, means: found) <= inertia(sorted, ends) * (1 + 1e-12))
    }
  }

  @Test func fewNumbersAndTooManyRunsAreLeftToPrices() throws {
    #expect(try SortedNumbers([3, 1, 2]).narrowEnds(count: 2) == nil)
    #expect(try SortedNumbers([]).narrowEnds(count: 1) == nil)
    let many = try SortedNumbers((0..<9000).map(Float.init))
    #expect(try many.narrowEnds(count: 9000) == nil)
    #expect(try many.narrowEnds(count: 3) == [3000, 6000, 9000])
  }

  @Test func limitsBelowAreCounted() throws {
    defer { espalier_kernels_cap(3) }
    let limits: [Float] = [-1, -0.5, 0, 0.25, 1]
    for count in [1, 2, 63, 64, 65, 3001] {
      var scalars = try normalTensor([count], seed: 22).scalars
      scalars[0] = 0.25
      let x = try Tensor(scalars)
      let expected = scalars.map { scalar in UInt8(limits.count { $0 < scalar }) }
      for cap in [0, 1, 3] as [Int32] {
        espalier_kernels_cap(cap)
        var bytes = [UInt8](repeating: 9, count: count)
        bytes.withUnsafeMutableBytes { x.countBelow(limits, to: $0, halves: false) }
        #expect(bytes == expected)
        var halves = [UInt8](repeating: 9, count: (count + 1) / 2)
        halves.withUnsafeMutableBytes { x.countBelow(limits, to: $0, halves: true) }
        let opened = (0..<count).map { (place: Int) -> UInt8 in
          let shift = UInt8(4 * (place % 2))
          return (halves[place / 2] >> shift) & 15
        }
        #expect(opened == expected)
      }
    }
  }

  @Test func strangeNumbersAreFound() throws {
    for count in [1, 64, 200, 100_001] {
      for bad in [Float.nan, .infinity, -.infinity] {
        for place in [0, count / 2, count - 1] {
          var scalars = [Float](repeating: -.greatestFiniteMagnitude, count: count)
          #expect(try Tensor(scalars).isAllFinite)
          #expect(try !Tensor(scalars).hasNaN)
          scalars[place] = bad
          #expect(try !Tensor(scalars).isAllFinite)
          #expect(try Tensor(scalars).hasNaN == bad.isNaN)
        }
      }
    }
  }
}

extension Float {
  /// Something that grows as fast as e^x does, without a library.
  fileprivate var exponentialLike: Float { self > 0 ? 1 + self * self * self : 1 / (1 - self) }
}
