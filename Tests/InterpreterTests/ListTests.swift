import Testing

@testable import Interpreter

private func numbers(_ list: List) -> [Double] { list.numbers ?? [] }

struct ListTests {
  @Test func appendingLeavesTheShorterListAlone() throws {
    let short = try List([.number(1), .number(2)])
    let long = try short.appending([.number(3)])
    #expect(numbers(short) == [1, 2])
    #expect(numbers(long) == [1, 2, 3])
  }

  @Test func twoListsGrownFromOneDoNotMeet() throws {
    let base = try List([.number(1)]).appending([.number(2)])
    let left = try base.appending([.number(3)])
    let right = try base.appending([.number(4), .number(5)])
    #expect(numbers(left) == [1, 2, 3])
    #expect(numbers(right) == [1, 2, 4, 5])
    #expect(numbers(try left.appending([.number(6)])) == [1, 2, 3, 6])
  }

  @Test func growingOneByOneMovesItemsSeldom() throws {
    var list = try List([])
    for index in 0..<100_000 { list = try list.appending([.number(Double(index))]) }
    #expect(list.items.count == 100_000)
    #expect(numbers(list)[99_999] == 99_999)
  }

  @Test func depthCountsTheDeepestItem() throws {
    let inner = try List([.list(try List([.number(1)]))])
    #expect(try List([.number(0)]).appending([.list(inner)]).depth == 3)
  }
}
