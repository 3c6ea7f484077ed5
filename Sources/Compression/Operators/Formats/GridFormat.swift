import Catalog
import Encodings

/// Levels of one's own.
///
///     ŵ = the level nearest to w; with `per:` s = max|w| / max|level| and ŵ = s · (nearest to w/s)
///
/// The levels are stored with the codes, 32 bits each. Halfway between two it is the lower one.
///
/// - Source: a codebook of scalar quantization as in Gersho and Gray 1992, ch. 5.
public struct GridFormat: FormatFamily, ScaledFormat {
  private let table: LevelTable

  public init(_ settings: Settings) throws {
    guard case .numbers(let levels)? = settings["levels"] else {
      throw SettingError.wrongKind(Self.card.name, "levels", accepts: "a list of numbers")
    }
    table = try LevelTable("grid", levels.map { Float($0) })
  }

  /// Every table that is stored with its codes, whoever made it.
  public init?(again grid: Grid) {
    guard case .table(let table) = grid.format, table.isStored else { return nil }
    self.table = table
  }

  public var name: String { table.name }
  public var numbers: NumberFormat { .table(table) }
  public var ownCoding: ScaleCoding { .implied(exponent: 0) }
  public var isOwnRule: Bool { false }

  public static let card = Card(
    "grid", .format,
    summary: "Levels of one's own: each weight becomes the nearest number of a list.",
    formula: "ŵ = the nearest level to w, the lower one halfway; codes of ⌈log2 levels⌉ bits",
    source: "Gersho and Gray 1992, Vector Quantization and Signal Compression, ch. 5",
    parameters: [
      Parameter("levels", accepts: "a list of numbers", "the numbers that weights may have")
    ],
    examples: [
      Example(
        "print(quantize(tensor([0.4, -3, 1.6, 0.5]), grid([-1, 0, 1, 2])))", prints: "[0, -1, 2, 0]"
      ),
      Example(
        "print(size(quantize(ones(100), grid([0, 1, 3]))).payloadBits, 100*2 + 3*32)",
        prints: "296 296"),
      Example(
        "quantize(ones(3), grid([]))",
        fails: "E0310: these levels make no number format: there are none"),
    ],
    related: ["nf4", "int", "quantize"])
}
