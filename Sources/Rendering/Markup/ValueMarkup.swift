import Interpreter
import Tensors

/// What a value or report can be written as, besides what a terminal shows.
public enum MarkupFormat: String, Sendable, CaseIterable {
  case text, latex, html, json
}

/// A value in one of the formats; a report is written block by block, a derivation step by step.
///
/// - Returns: LaTeX as a body without preamble (it needs `amsmath`), HTML as elements without a page
///   around them, JSON as one line.
public func markup(_ value: Value, as format: MarkupFormat) -> String {
  switch format {
  case .text: display(value, .plain)
  case .latex: latexText(value)
  case .html: htmlText(value)
  case .json: jsonValue(value).text
  }
}

/// The elements that fit on a page, row by row, as short numbers; `nil` for more than two axes or
/// more than `most` rows or columns.
func matrix(of value: Value, most: Int = 12) -> [[String]]? {
  guard let tensor = try? value.asTensor else { return nil }
  let dimensions = tensor.shape.dimensions
  guard dimensions.count == 1 || dimensions.count == 2, let length = dimensions.last,
    length > 0, length <= most, dimensions[0] > 0, dimensions[0] <= most || dimensions.count == 1
  else { return nil }
  let isMask = if case .mask = value { true } else { false }
  let scalars = tensor.scalars
  return stride(from: 0, to: scalars.count, by: length).map { start in
    scalars[start..<start + length].map { scalar in
      isMask ? (scalar != 0 ? "true" : "false") : shortScalar(scalar)
    }
  }
}

/// At most four decimals, a true minus sign, no trailing zeros.
private func shortScalar(_ scalar: Float) -> String {
  let number = Double(scalar)
  guard number.isFinite, abs(number) < 1e6, number == 0 || abs(number) >= 1e-4 else {
    return textForm(number).replacing("-", with: "−")
  }
  let rounded = (number * 10_000).rounded() / 10_000
  return textForm(rounded).replacing("-", with: "−")
}

/// Cells of a table as text, the same in every format.
func tableRows(_ table: Report.Table) -> [[String]] { table.rows.map { $0.map(cellText) } }
