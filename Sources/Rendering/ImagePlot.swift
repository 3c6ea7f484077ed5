/// A picture in characters: shades without colour, half blocks in the terminal's colours with it.
public struct ImagePlot: Sendable {
  /// One (grey) or three (red, green, blue) planes of `height × width` values.
  public var planes: [[Float]]
  public var height: Int
  public var width: Int

  public init(planes: [[Float]], height: Int, width: Int) {
    self.planes = planes
    self.height = height
    self.width = width
  }

  /// The picture, made smaller by whole factors until it is no wider than the screen.
  ///
  /// Values `0...1` run from dark to light; where any lies outside, the picture is stretched from
  /// its smallest to its largest value.
  public func lines(_ options: DisplayOptions) -> [String] {
    guard height > 0, width > 0, planes.count == 1 || planes.count == 3,
      planes.allSatisfy({ $0.count == height * width })
    else { return [] }
    let perPixel = options.color ? 1 : 2
    let factor = max(1, (width * perPixel + options.width - 1) / options.width)
    let small = planes.map { shrunk($0, by: factor) }
    let rows = (height + factor - 1) / factor
    let columns = (width + factor - 1) / factor
    let levels = stretched(small)
    return options.color
      ? halfBlocks(levels, rows, columns) : shades(levels, rows, columns)
  }

  private func shades(_ planes: [[Float]], _ rows: Int, _ columns: Int) -> [String] {
    let ramp = ["  ", "░░", "▒▒", "▓▓", "██"]
    return (0..<rows).map { row in
      (0..<columns).map { column in
        let place = row * columns + column
        let light = planes.map { $0[place] }.reduce(0, +) / Float(planes.count)
        return ramp[min(4, Int(light * 4.999))]
      }.joined().trimmedAtEnd
    }
  }

  /// Two rows of pixels in a row of characters: the upper one in front, the lower one behind.
  private func halfBlocks(_ planes: [[Float]], _ rows: Int, _ columns: Int) -> [String] {
    stride(from: 0, to: rows, by: 2).map { row in
      (0..<columns).map { column in
        let upper = color(planes, row * columns + column)
        let lower = row + 1 < rows ? ";48;5;\(color(planes, (row + 1) * columns + column))" : ""
        return "\u{1B}[38;5;\(upper)\(lower)m▀"
      }.joined() + "\u{1B}[0m"
    }
  }

  /// The nearest of the 256 colours: 24 greys, or the cube of 6×6×6.
  private func color(_ planes: [[Float]], _ place: Int) -> Int {
    if planes.count == 1 { return 232 + Int((planes[0][place] * 23).rounded()) }
    let (r, g, b) = (planes[0][place], planes[1][place], planes[2][place])
    return 16 + 36 * Int((r * 5).rounded()) + 6 * Int((g * 5).rounded()) + Int((b * 5).rounded())
  }

  private func stretched(_ planes: [[Float]]) -> [[Float]] {
    let finite = planes.joined().filter(\.isFinite)
    let low = finite.min() ?? 0
    let high = finite.max() ?? 1
    let isUnit = low >= 0 && high <= 1
    let spread = high / 2 - low / 2
    return planes.map { plane in
      plane.map { value in
        guard value.isFinite else { return value > 0 ? 1 : 0 }
        if isUnit { return value }
        return spread > 0 ? (value / 2 - low / 2) / spread : 0.5
      }
    }
  }

  /// Means of squares of `factor × factor` pixels.
  private func shrunk(_ plane: [Float], by factor: Int) -> [Float] {
    guard factor > 1 else { return plane }
    return stride(from: 0, to: height, by: factor).flatMap { top in
      stride(from: 0, to: width, by: factor).map { left in
        let square = (top..<min(top + factor, height)).flatMap { row in
          plane[row * width + left..<row * width + min(left + factor, width)]
        }
        return square.reduce(0, +) / Float(square.count)
      }
    }
  }
}
