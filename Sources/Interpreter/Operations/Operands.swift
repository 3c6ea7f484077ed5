import Catalog
import Language
import Tensors

/// Where the two operands of an operation were written, for its errors.
struct Operands: Sendable {
  let left: Place
  let right: Place
  let whole: Place
  let operatorSpan: Span

  init(left: Place, right: Place, whole: Place, operatorSpan: Span? = nil) {
    self.left = left
    self.right = right
    self.whole = whole
    self.operatorSpan = operatorSpan ?? whole.span
  }

  /// An error under the operator with what each operand is under it.
  func error(
    _ code: String, _ headline: String, _ a: Value, _ b: Value, notes: [String] = [],
    help: [Diagnostic.Help] = []
  ) -> Diagnostic {
    Diagnostic(
      .error, code, headline, in: whole.source, at: operatorSpan,
      labels: [left.label(a.sizeLabel), right.label(b.sizeLabel)], notes: notes, help: help)
  }

  /// Runs numerics on the operands; what they throw is labelled with both.
  func describing<Result>(_ a: Value, _ b: Value, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let described as any DescribedError {
      if let tensorError = described as? TensorError, case .cannotMultiply = tensorError {
        throw cannotMultiply(a, b)
      }
      throw error(
        described.code, described.headline, a, b, notes: described.notes,
        help: described.help.map { Diagnostic.Help($0) })
    }
  }

  private func cannotMultiply(_ a: Value, _ b: Value) -> Diagnostic {
    guard let left = a.tensorShape, let right = b.tensorShape,
      let last = left.dimensions.last,
      let first = right.dimensions.dropLast().last ?? right.dimensions.first
    else {
      return error("E0214", "these sizes cannot be multiplied", a, b)
    }
    let note =
      last == first
      ? "the leading sizes of \(left) and \(right) differ"
      : "the last size on the left (\(last)) must equal the first size on the right (\(first))"
    return error(
      "E0214", "these sizes cannot be multiplied", a, b, notes: [note],
      help: transposed(left, right).map { [$0] } ?? [])
  }

  /// The product with one side transposed, when that has a size and parses.
  private func transposed(_ a: Shape, _ b: Shape) -> Diagnostic.Help? {
    guard a.rank == 2, b.rank == 2 else { return nil }
    if a[1] == b[1] {
      return help(
        "multiply by the transpose: \(a) @ \(b[1])×\(b[0]) = \(a[0])×\(b[0])", transposing: right)
    }
    guard a[0] == b[0] else { return nil }
    return help(
      "multiply the transpose: \(a[1])×\(a[0]) @ \(b) = \(a[1])×\(b[1])", transposing: left)
  }

  private func help(_ text: String, transposing side: Place) -> Diagnostic.Help? {
    let isSimple = side.text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
    let edit = Diagnostic.Edit(side.span, isSimple ? side.text + ".T" : "(\(side.text)).T")
    return edit.applied(in: side.source).map {
      Diagnostic.Help(text, correctedLine: $0, edit: edit)
    }
  }
}

extension Diagnostic.Edit {
  /// The corrected line, or `nil` when the corrected text does not parse.
  func applied(in source: Source) -> String? {
    let corrected =
      Array(source.text[..<span.start]) + Array(replacement.utf8) + source.text[span.end...]
    let trial = Source(name: source.name, text: corrected, firstLine: source.firstLine)
    return parse(trial).hasErrors ? nil : trial.line(at: span.start).text
  }
}

extension Place {
  /// Runs numerics; what they throw gets this place.
  @inline(__always)
  func describing<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let described as any DescribedError {
      throw error(described)
    }
  }

  /// What the numerics threw, at this place.
  func error(_ described: any DescribedError) -> Diagnostic {
    var diagnostic = error(
      described.code, described.headline, notes: described.notes, help: described.help)
    if described.code.hasPrefix("L") { diagnostic.severity = .stopped }
    return diagnostic
  }
}
