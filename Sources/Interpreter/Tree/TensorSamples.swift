import Tensors

/// Small tensors for `claim`, and simpler ones than a given one.
enum TensorSamples {
  /// One or two short axes, growing with the trials.
  static func shape(_ trial: Int, _ random: inout Random) -> Shape {
    let longest = min(6, 1 + trial / 8)
    let length = 1 + random.below(longest)
    return random.below(3) == 0 ? [length, 1 + random.below(longest)] : [length]
  }

  /// Whole numbers first, then fractions; now and then equal or zero throughout.
  static func tensor(_ shape: Shape, _ trial: Int, _ random: inout Random) throws -> Tensor {
    let style = random.below(8)
    return try Tensor(unsafeUninitialized: shape) { target in
      let shared = Float(random.below(7)) - 3
      for index in target.indices {
        switch style {
        case 0: target[index] = 0
        case 1: target[index] = shared
        case 2, 3: target[index] = Float(random.below(9)) - 4
        case 4: target[index] = Float(random.below(2001) - 1000)
        default: target[index] = Float(random.uniform() * 4 - 2)
        }
      }
    }
  }

  /// The same values with one tensor shortened everywhere, or one element made plainer.
  static func simpler(_ values: [Value], _ isTensor: [Bool]) -> [[Value]] {
    var candidates: [[Value]] = []
    let tensors = values.indices.filter { isTensor[$0] }
    guard let first = tensors.first, let shape = values[first].tensorShape else { return [] }
    if shape.rank > 1, shape.dimensions.contains(1) {
      var candidate = values
      for index in tensors {
        guard let tensor = try? values[index].asTensor,
          let flat = try? tensor.reshaped([tensor.count])
        else { continue }
        candidate[index] = .tensor(flat)
      }
      candidates.append(candidate)
    }
    for axis in 0..<shape.rank where shape[axis] > 1 {
      for drop in 0..<shape[axis] {
        var candidate = values
        for index in tensors {
          guard let tensor = try? values[index].asTensor,
            let shorter = try? dropping(drop, axis, tensor)
          else { continue }
          candidate[index] = .tensor(shorter)
        }
        candidates.append(candidate)
      }
    }
    for index in tensors {
      guard let tensor = try? values[index].asTensor else { continue }
      let scalars = tensor.scalars
      for position in scalars.indices {
        let x = scalars[position]
        for plain in [0, 1, -1, x.rounded(.towardZero), (x / 2).rounded(.towardZero)]
        where isPlainer(plain, x) {
          var changed = scalars
          changed[position] = plain
          guard let simpler = try? Tensor(tensor.shape, changed) else { continue }
          var candidate = values
          candidate[index] = .tensor(simpler)
          candidates.append(candidate)
        }
      }
    }
    return candidates
  }

  /// Whole before fractional, then small before large, then positive before negative.
  private static func isPlainer(_ a: Float, _ b: Float) -> Bool {
    let (isWhole, wasWhole) = (a == a.rounded(), b == b.rounded())
    if isWhole != wasWhole { return isWhole }
    return abs(a) != abs(b) ? abs(a) < abs(b) : a > b
  }

  private static func dropping(_ drop: Int, _ axis: Int, _ tensor: Tensor) throws -> Tensor {
    let kept = (0..<tensor.shape[axis]).filter { $0 != drop }
    let all = (0..<axis).map { AxisSelection.range(0..<tensor.shape[$0]) }
    return try tensor.sliced(all + [.list(kept)])
  }
}
