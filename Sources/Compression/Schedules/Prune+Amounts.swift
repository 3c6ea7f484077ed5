import Tensors

extension Prune {
  /// The share of each weight, in the order of the layers; equal ones where one was given for all.
  ///
  /// - Parameter counts: the elements of each weight.
  /// - Throws: `ScheduleError` when there are too few or too many, `PruneError` as for one share.
  func checkedShares(of counts: [Int]) throws -> [Double] {
    guard let shares else {
      let share = try checkedShare(of: counts.reduce(0, +))
      return counts.map { _ in share }
    }
    if scope == .global { throw ScheduleError.amountsTogether }
    guard structure.takesAmount else { throw StructureError.amountNotTaken(structure.text) }
    guard shares.count == counts.count else {
      throw ScheduleError.wrongAmounts(shares.count, weights: counts.count)
    }
    for (share, count) in zip(shares, counts) where !(0...1).contains(share) {
      throw PruneError.notAShare(share, of: count)
    }
    return shares
  }
}
