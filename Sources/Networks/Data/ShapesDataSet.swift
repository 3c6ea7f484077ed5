import Tensors

extension DataSet {
  /// Coloured shapes, 3×32×32, values k/255, ten classes in turn, drawn from a seed.
  ///
  /// Each image has one anti-aliased shape (a random colour, size, place and slight turn) on a
  /// background of another brightness that changes from edge to edge, with a little noise. Train and
  /// test are drawn from two streams; of either, a smaller count is the beginning of a larger one.
  /// The same seed gives the same bytes on every machine.
  ///
  /// - Parameters:
  ///   - seed: any.
  ///   - count: training images, 1…1,000,000.
  ///   - testCount: images to test, a quarter as many when `nil`.
  public static func shapes(
    seed: UInt64 = 0, count: Int = 2000, testCount: Int? = nil
  ) throws -> DataSet {
    let legal = 1...1_000_000
    guard legal.contains(count) else { throw DataError.sampleCountOutside(count) }
    let testCount = testCount ?? max(1, count / 4)
    guard legal.contains(testCount) else { throw DataError.sampleCountOutside(testCount) }
    var trainRandom = Random(seed: seed)
    var testRandom = trainRandom.split()
    return DataSet(
      name: "shapes",
      summary: "coloured shapes, 3×32×32, ten classes: \(count) train, \(testCount) test",
      provenance: "drawn by Espalier from seed \(seed)",
      train: try ShapeDrawing.labeled("shapes.train", count, &trainRandom),
      test: try ShapeDrawing.labeled("shapes.test", testCount, &testRandom))
  }
}

/// What one image of `shapes` shows.
private struct ShapeDrawing {
  static let side = 32
  static let pixels = side * side

  var outline: ShapeOutline
  /// Centre and radius in pixels.
  var x, y, radius: Double
  /// The turn as cosine and sine.
  var turn: (cosine: Double, sine: Double)
  var ink: [Double]
  var background: [Double]
  /// How much brighter the background is at the right and the lower edge, −0.1…0.1.
  var slope: (x: Double, y: Double)

  static func labeled(_ name: String, _ count: Int, _ random: inout Random) throws -> LabeledData {
    let kinds = ShapeOutline.allCases
    let images = try Tensor(unsafeUninitialized: [count, 3, side, side]) { target in
      for index in 0..<count {
        if index % 64 == 0 { try Work.current.checkpoint() }
        let drawing = ShapeDrawing(kinds[index % kinds.count], &random)
        drawing.draw(into: target, at: index * 3 * pixels, &random)
      }
    }
    let labels = try Tensor([count], (0..<count).map { Float($0 % kinds.count) })
    return LabeledData(alreadyChecked: name, images, labels, kinds.map { "\($0)" })
  }

  /// Draws the lots: the same number of random numbers for every shape.
  init(_ outline: ShapeOutline, _ random: inout Random) {
    func between(_ low: Double, _ high: Double, _ random: inout Random) -> Double {
      low + (high - low) * random.uniform()
    }
    self.outline = outline
    radius = between(7, 13, &random)
    x = between(radius, 32 - radius, &random)
    y = between(radius, 32 - radius, &random)
    // t = tan(angle/2) within ±0.18 is a turn within ±20°, without a sine.
    let t = between(-0.18, 0.18, &random)
    turn = ((1 - t * t) / (1 + t * t), 2 * t / (1 + t * t))
    // One channel of the ink is strong and all are above the background; or the reverse of it all.
    let strong = Int(between(0, 3, &random))
    var ink = (0..<3).map { _ in between(0.4, 1, &random) }
    ink[min(strong, 2)] = between(0.75, 1, &random)
    var background = (0..<3).map { _ in between(0, 0.3, &random) }
    if random.uniform() < 0.5 {
      ink = ink.map { 1 - $0 }
      background = background.map { 1 - $0 }
    }
    self.ink = ink
    self.background = background
    slope = (between(-0.1, 0.1, &random), between(-0.1, 0.1, &random))
  }

  /// Paints three planes of 32×32, each value rounded to a byte and divided by 255.
  func draw(
    into target: UnsafeMutableBufferPointer<Float>, at start: Int, _ random: inout Random
  ) {
    for row in 0..<Self.side {
      for column in 0..<Self.side {
        let cover = coverage(Double(column) + 0.5 - x, y - Double(row) - 0.5)
        let light = slope.x * Double(column) / 31 + slope.y * Double(row) / 31
        // Noise of ±8/255 for each channel from the bytes of one random number.
        let noise = random.nextUInt64()
        for channel in 0..<3 {
          let color = cover * ink[channel] + (1 - cover) * (background[channel] + light)
          let wobble = Double((noise >> UInt64(16 * channel)) & 0xFFFF) / 4096 - 8
          let byte = min(max((color * 255 + wobble).rounded(.toNearestOrEven), 0), 255)
          target[start + channel * Self.pixels + row * Self.side + column] = Float(byte) / 255
        }
      }
    }
  }

  /// How much of a pixel the shape covers, from the distance of the pixel's centre; y upwards.
  private func coverage(_ dx: Double, _ dy: Double) -> Double {
    // Shapes stay within 1.2 radii of their centre.
    guard abs(dx) + abs(dy) < 1.75 * radius + 2 else { return 0 }
    let u = (turn.cosine * dx + turn.sine * dy) / radius
    let v = (turn.cosine * dy - turn.sine * dx) / radius
    return min(max(0.5 - outline.distance(u, v) * radius, 0), 1)
  }
}
