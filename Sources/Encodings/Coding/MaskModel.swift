/// The chance that an element of a matrix is kept, from what is known of the elements before it.
///
/// Kept weights are not scattered evenly: a pixel that is always dark has an empty column, a
/// neuron that does little a thin row. Opinions come from the element's column, its row, both
/// together, and its neighbours to the left and in the two rows above; a mixer weighs them.
///
///     mask     … · · ·            column: the kept ones above
///              … · n n n          n: the neighbours
///              n n ?              row: the kept ones to the left
struct MaskModel {
  private let columns: Int
  private var byColumn: [AdaptiveBit]
  private var together, nearby: [AdaptiveBit]
  private var overall = AdaptiveBit(1 << 13)
  private var mixer = LogisticMixer(count: 5)
  private var opinions = [UInt32](repeating: 0, count: 5)
  /// The bits of the row above and of this one, one an element.
  private var above: [Bool], current: [Bool], twoAbove: [Bool]
  private var column = 0
  private var row = AdaptiveBit(1 << 13)
  private var contexts = (together: 0, nearby: 0)

  /// - Parameter columns: the elements of a row, `1...`.
  init(columns: Int) {
    self.columns = max(columns, 1)
    byColumn = [AdaptiveBit](repeating: AdaptiveBit(1 << 13), count: self.columns)
    together = [AdaptiveBit](repeating: AdaptiveBit(1 << 13), count: 16 * 16)
    nearby = [AdaptiveBit](repeating: AdaptiveBit(1 << 13), count: 1 << 7)
    above = [Bool](repeating: false, count: self.columns)
    current = above
    twoAbove = above
  }

  /// The chance that the next element is kept, in units of 2^−16.
  mutating func share() -> UInt32 {
    contexts.together = Self.level(byColumn[column].share) << 4 | Self.level(row.share)
    contexts.nearby =
      bit(current, column - 1) | bit(current, column - 2) << 1 | bit(above, column) << 2
      | bit(above, column - 1) << 3 | bit(above, column + 1) << 4 | bit(twoAbove, column) << 5
      | bit(current, column - 3) << 6
    opinions[0] = byColumn[column].share
    opinions[1] = row.share
    opinions[2] = together[contexts.together].share
    opinions[3] = nearby[contexts.nearby].share
    opinions[4] = overall.share
    return mixer.mix(opinions)
  }

  /// Takes in what the element was, and goes on to the next.
  mutating func learn(_ kept: Bool) {
    mixer.learn(kept)
    byColumn[column].learn(kept)
    row.learn(kept)
    together[contexts.together].learn(kept)
    nearby[contexts.nearby].learn(kept)
    overall.learn(kept)
    current[column] = kept
    column += 1
    if column == columns { nextRow() }
  }

  private mutating func nextRow() {
    column = 0
    row = AdaptiveBit(overall.share)
    (twoAbove, above, current) = (above, current, twoAbove)
  }

  private func bit(_ row: [Bool], _ column: Int) -> Int {
    column >= 0 && column < columns && row[column] ? 1 : 0
  }

  /// 0…15: how likely, in halvings of the odds around one in eight.
  private static func level(_ share: UInt32) -> Int {
    let width = 32 - share.leadingZeroBitCount  // 5…16
    let half = share >> UInt32(max(width - 2, 0)) & 1
    return min(15, max(0, (width - 9) * 2 + Int(half)))
  }
}

extension MaskModel {
  static func encode(_ kept: Bitmap, columns: Int, to encoder: inout RangeEncoder) {
    var model = MaskModel(columns: columns)
    for index in 0..<kept.count {
      encoder.encode(kept[index], share: model.share())
      model.learn(kept[index])
    }
  }

  static func decode(_ count: Int, columns: Int, _ decoder: inout RangeDecoder) -> Bitmap {
    var model = MaskModel(columns: columns)
    return Bitmap(count: count) { _ in
      let kept = decoder.decode(share: model.share())
      model.learn(kept)
      return kept
    }
  }
}
