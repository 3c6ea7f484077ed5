/// How many bits each symbol gets, so that the whole is as short as a prefix code can be.
///
///     minimise Σ count · length      with Σ 2^−length = 1, no length above the limit
///
/// The package-merge method, which needs no tree: of 2n − 2 coins of every width that are cheapest,
/// each costs one more bit for the symbols inside it. Symbols are ordered by (count, symbol), and
/// of a symbol and a package of the same count the symbol comes first, so equal counts always give
/// equal codes.
///
/// - Source: Huffman, 1952; Larmore and Hirschberg, 1990, for the limit.
enum HuffmanLengths {
  /// The longest code that is written.
  static let limit = 24

  /// - Parameters:
  ///   - counts: how often each symbol occurs, `0...`; at most 2^16 symbols.
  ///   - limit: the longest length allowed, at least ⌈log2 of the symbols that occur⌉.
  /// - Returns: a length a symbol, 0 for one that does not occur or is the only one.
  /// - Complexity: O(n · log n + n · limit) for n symbols that occur.
  static func lengths(_ counts: [Int], limit: Int = limit) -> [Int] {
    var lengths = [Int](repeating: 0, count: counts.count)
    let order = counts.indices.filter { counts[$0] > 0 }
      .sorted { (counts[$0], $0) < (counts[$1], $1) }
    guard order.count > 1 else { return lengths }
    let symbols = order.map { counts[$0] }
    // `isPackage[level]`: of the coins of that width in order, which are two of the width below.
    var isPackage: [[Bool]] = []
    var coins = symbols
    var flags = [Bool](repeating: false, count: symbols.count)
    for _ in 0..<limit {
      isPackage.append(flags)
      let packages = stride(from: 0, to: coins.count - 1, by: 2).map { coins[$0] + coins[$0 + 1] }
      (coins, flags) = merged(symbols, packages)
    }
    var taken = 2 * symbols.count - 2
    for level in isPackage.reversed() {
      let packages = level.prefix(taken).count { $0 }
      for symbol in order.prefix(taken - packages) { lengths[symbol] += 1 }
      taken = 2 * packages
    }
    return lengths
  }

  private static func merged(_ symbols: [Int], _ packages: [Int]) -> ([Int], [Bool]) {
    var coins: [Int] = []
    var flags: [Bool] = []
    coins.reserveCapacity(symbols.count + packages.count)
    flags.reserveCapacity(symbols.count + packages.count)
    var next = 0
    for symbol in symbols {
      while next < packages.count, packages[next] < symbol {
        coins.append(packages[next])
        flags.append(true)
        next += 1
      }
      coins.append(symbol)
      flags.append(false)
    }
    coins += packages[next...]
    flags += [Bool](repeating: true, count: packages.count - next)
    return (coins, flags)
  }
}
