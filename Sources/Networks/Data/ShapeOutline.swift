/// The ten shapes of the generated data set, each as its signed distance: negative inside.
///
/// Shapes fill about the unit disc and point up; only + − × ÷ and √ are used, which every machine
/// rounds alike, so that the drawn pixels agree to the byte.
enum ShapeOutline: Int, CaseIterable {
  case circle, ring, half, crescent, square, frame, triangle, star, cross, bar

  /// The distance of (x, y) from the outline, y upwards; exact or, beyond corners, a lower bound.
  func distance(_ x: Double, _ y: Double) -> Double {
    switch self {
    case .circle: length(x, y) - 0.9
    case .ring: abs(length(x, y) - 0.7) - 0.2
    case .half: max(length(x, y + 0.35) - 0.95, -(y + 0.35))
    case .crescent: max(length(x, y) - 0.95, 0.75 - length(x - 0.45, y))
    case .square: box(x, y, 0.8, 0.8)
    case .frame: max(box(x, y, 0.85, 0.85), -box(x, y, 0.45, 0.45))
    case .triangle: polygon(x, y, Self.triangleCorners)
    case .star: polygon(x, y, Self.starCorners)
    case .cross: min(box(x, y, 0.9, 0.28), box(x, y, 0.28, 0.9))
    case .bar: box(x, y, 0.95, 0.26)
    }
  }

  private func length(_ x: Double, _ y: Double) -> Double { (x * x + y * y).squareRoot() }

  /// A rectangle of half sides w and h around the origin.
  private func box(_ x: Double, _ y: Double, _ w: Double, _ h: Double) -> Double {
    let dx = abs(x) - w
    let dy = abs(y) - h
    return length(max(dx, 0), max(dy, 0)) + min(max(dx, dy), 0)
  }

  /// The distance to the nearest edge, with the sign of the even-odd rule.
  private func polygon(_ x: Double, _ y: Double, _ corners: [(x: Double, y: Double)]) -> Double {
    var nearest = Double.infinity
    var inside = false
    var a = corners[corners.count - 1]
    for b in corners {
      let ex = b.x - a.x
      let ey = b.y - a.y
      let px = x - a.x
      let py = y - a.y
      let along = min(max((px * ex + py * ey) / (ex * ex + ey * ey), 0), 1)
      nearest = min(nearest, length(px - along * ex, py - along * ey))
      if (a.y > y) != (b.y > y), x < a.x + ex * (y - a.y) / ey { inside.toggle() }
      a = b
    }
    return inside ? -nearest : nearest
  }

  // Corners to four digits instead of sines and cosines, which machines round differently.
  private static let triangleCorners: [(x: Double, y: Double)] = [
    (0, 0.95), (-0.866, -0.55), (0.866, -0.55),
  ]
  /// Five points at radius 1, five notches at radius 0.42, 36° apart, counter-clockwise.
  private static let starCorners: [(x: Double, y: Double)] = [
    (0, 1), (-0.2469, 0.3398), (-0.9511, 0.3090), (-0.3994, -0.1298), (-0.5878, -0.8090),
    (0, -0.42), (0.5878, -0.8090), (0.3994, -0.1298), (0.9511, 0.3090), (0.2469, 0.3398),
  ]
}
