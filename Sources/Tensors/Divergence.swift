import Glibc

extension Tensor {
  /// How far softened answers are from those of a teacher, and the gradient, in one pass.
  ///
  ///     p = softmax(t / T),  q = softmax(x / T)        each row of a teacher's logits t, own logits x
  ///     value    = T² · (1/n) Σ_rows Σ_c p (ln p − ln q)
  ///     gradient = T · (q − p) / n
  ///
  /// The tensor holds the own logits, `[n, classes]`. All in double, rows and classes in their order;
  /// a class that the teacher gives no share at all (p = 0 in double) adds nothing. T² keeps the
  /// gradient's size when T grows.
  ///
  /// - Parameters:
  ///   - teacher: logits of the same shape.
  ///   - temperature: T, above 0.
  ///   - wantsGradient: `false` leaves the gradient out.
  /// - Throws: `TensorError.wrongRank`, `.shapesDiffer`, and `.emptyReduction` for no rows.
  /// - Source: Hinton, Vinyals and Dean, 2015, §2, <https://arxiv.org/abs/1503.02531>.
  public func divergence(
    from teacher: Tensor, temperature: Double, wantsGradient: Bool = true
  ) throws -> (value: Double, gradient: Tensor?) {
    guard shape.rank == 2 else {
      throw TensorError.wrongRank("distillation", wanted: "logits [n, classes]", shape)
    }
    guard teacher.shape == shape else {
      throw TensorError.shapesDiffer("distillation", shape, teacher.shape)
    }
    guard count > 0 else { throw TensorError.emptyReduction("distillation", shape) }
    try Work.current.charge(count)
    let (rows, classes) = (shape[0], shape[1])
    var total = 0.0
    let gradient = try Tensor(unsafeUninitialized: wantsGradient ? shape : [0]) { target in
      withScalars { own in
        teacher.withScalars { theirs in
          for row in 0..<rows {
            let range = row * classes..<(row + 1) * classes
            let q = logShares(own[range], temperature)
            let p = logShares(theirs[range], temperature)
            for index in 0..<classes {
              let share = exp(p[index])
              if share != 0 { total += share * (p[index] - q[index]) }
              guard wantsGradient else { continue }
              target[range.lowerBound + index] = Float(
                temperature * (exp(q[index]) - share) / Double(rows))
            }
          }
        }
      }
    }
    return (temperature * temperature * total / Double(rows), wantsGradient ? gradient : nil)
  }
}

/// ln softmax(x / T): x/T − max − ln Σ e^(x/T − max).
private func logShares(_ logits: Slice<UnsafeBufferPointer<Float>>, _ temperature: Double)
  -> [Double]
{
  let scaled = logits.map { Double($0) / temperature }
  let largest = scaled.max() ?? 0
  let sum = scaled.reduce(0) { $0 + exp($1 - largest) }
  return scaled.map { $0 - largest - log(sum) }
}
