/// Up to 65,536 numbers in ascending order, which codes point to.
public struct LevelTable: Hashable, Sendable {
  /// The most levels, so that a code has at most 16 bits.
  public static let mostLevels = 65_536

  /// The name in the language, or what the levels are: `nf4`, `grid`, `codebook`.
  public let name: String
  /// Ascending, finite and different, at least one.
  public let levels: [Float]
  /// The code of 0, where there is one.
  public let zeroCode: Int32?

  /// A table that is stored with the codes.
  ///
  /// - Parameters:
  ///   - name: at most 64 bytes; `nf4`, `ternary` and `binary` are taken.
  ///   - levels: in any order; equal ones count once, and −0 is 0.
  /// - Throws: `EncodingError.badLevels` for no level, too many, or one that is not finite.
  public init(_ name: String, _ levels: [Float]) throws {
    guard let first = levels.first else { throw EncodingError.badLevels("there are none") }
    guard levels.allSatisfy(\.isFinite) else {
      throw EncodingError.badLevels("they hold a number that is not finite")
    }
    guard name.utf8.count <= 64, !Self.known.contains(where: { $0.name == name }) else {
      throw EncodingError.badLevels("they cannot be called `\(name.prefix(20))`")
    }
    var ascending: [Float] = []
    for level in levels.sorted() where level != ascending.last ?? level.nextDown {
      ascending.append(level + 0)
    }
    if ascending.isEmpty { ascending = [first + 0] }
    guard ascending.count <= Self.mostLevels else {
      throw EncodingError.badLevels(
        "there are \(ascending.count), and 16 bits tell \(Self.mostLevels) apart")
    }
    self.init(checked: name, ascending)
  }

  private init(checked name: String, _ levels: [Float]) {
    self.name = name
    self.levels = levels
    zeroCode = levels.firstIndex(of: 0).map(Int32.init)
  }

  /// −1 and 1; of 0 the code is that of 1.
  public static let binary = LevelTable(checked: "binary", [-1, 1])
  /// −1, 0 and 1.
  public static let ternary = LevelTable(checked: "ternary", [-1, 0, 1])
  /// Quantiles of a normal distribution, scaled to −1…1 with 0 among them.
  ///
  /// - Source: Dettmers et al. 2023, appendix E, <https://arxiv.org/abs/2305.14314>.
  public static let nf4 = LevelTable(
    checked: "nf4",
    [
      -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635,
      -0.18477343022823334, -0.09105003625154495, 0, 0.07958029955625534, 0.16093020141124725,
      0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941,
      0.7229568362236023, 1,
    ])

  /// Those whose levels need not be stored, in the order of their codes in stored files.
  static let known: [LevelTable] = [.binary, .ternary, .nf4]

  /// The name of a table of shared weights, whose levels are stored as float32.
  public static let codebookName = "codebook"
  /// The same, of levels that are all float16 numbers and stored so.
  public static let halfCodebookName = "codebook16"
  /// Names that are stored as a number, in that order.
  static let shortNames = [codebookName, halfCodebookName]

  /// The bits of one stored level.
  var levelBits: Int { name == Self.halfCodebookName ? 16 : 32 }

  /// Whether the levels are stored with the codes.
  public var isStored: Bool { !Self.known.contains(self) }

  /// The bits that tell the levels apart, at least one.
  public var codeBits: Int { max(1, bitsNeeded(for: levels.count - 1)) }

  /// The level at a place of the table, NaN outside of it.
  public func level(of code: Int32) -> Float {
    levels.indices.contains(Int(code)) ? levels[Int(code)] : .nan
  }

  /// The place of the nearest level; halfway between two it is the lower one, except for `binary`.
  ///
  /// The middle is rounded to float32 once. NaN has the code of 0, or the lowest.
  ///
  /// - Complexity: O(log n) in the number of levels.
  public func nearestCode(_ value: Float) -> Int32 {
    guard !value.isNaN else { return zeroCode ?? 0 }
    if self == .binary { return value >= 0 ? 1 : 0 }
    // The first level that is not below the value.
    var low = 0
    var high = levels.count
    while low < high {
      let middle = (low + high) / 2
      if levels[middle] < value { low = middle + 1 } else { high = middle }
    }
    if low == 0 { return 0 }
    if low == levels.count { return Int32(low - 1) }
    return Int32(value <= middle(above: low - 1) ? low - 1 : low)
  }

  /// What parts two neighbours: (level + next level) / 2, in double and rounded to float32.
  public func middle(above code: Int) -> Float {
    Float((Double(levels[code]) + Double(levels[code + 1])) / 2)
  }
}
