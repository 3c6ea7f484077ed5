/// A drawing area of dots, two wide and four high in each character.
///
///     dot bits of one character      1 8
///                                    2 16
///                                    4 32
///                                   64 128
struct BrailleCanvas {
  let columns: Int
  let rows: Int
  private var cells: [UInt8]

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    cells = Array(repeating: 0, count: columns * rows)
  }

  var width: Int { 2 * columns }
  var height: Int { 4 * rows }

  /// Sets the dot `x` from the left and `y` from the top; dots outside are left out.
  mutating func set(_ x: Int, _ y: Int) {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return }
    let bits: [[UInt8]] = [[1, 8], [2, 16], [4, 32], [64, 128]]
    cells[y / 4 * columns + x / 2] |= bits[y % 4][x % 2]
  }

  /// A straight line between two dots.
  mutating func line(from a: (x: Int, y: Int), to b: (x: Int, y: Int)) {
    let steps = max(abs(b.x - a.x), abs(b.y - a.y), 1)
    for step in 0...steps {
      let share = Double(step) / Double(steps)
      set(
        a.x + Int((Double(b.x - a.x) * share).rounded()),
        a.y + Int((Double(b.y - a.y) * share).rounded()))
    }
  }

  /// The character at a place; a space where nothing is drawn.
  subscript(row: Int, column: Int) -> Character? {
    let bits = cells[row * columns + column]
    return bits == 0 ? nil : Unicode.Scalar(0x2800 + UInt32(bits)).map(Character.init)
  }
}
