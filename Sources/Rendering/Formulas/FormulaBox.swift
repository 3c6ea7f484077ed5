extension Formula {
  /// The formula drawn over several lines, as on paper: fractions with a bar, limits above and
  /// below their sums, brackets as high as what they hold.
  ///
  ///               1   n
  ///     mean(x) = ─   Σ  xᵢ
  ///               n  i=1
  public var lines: [String] { FormulaBox(self).rows.map(\.trimmedAtEnd) }
}

/// Lines of equal width with the row that neighbours line up with.
struct FormulaBox {
  var rows: [String]
  var axis: Int
  var width: Int { rows.first.map { columns(of: $0) } ?? 0 }

  init(rows: [String], axis: Int) {
    let width = rows.map { columns(of: $0) }.max() ?? 0
    self.rows = rows.map { $0.padded(to: width) }
    self.axis = axis
  }

  init(_ text: String) { self.init(rows: [text], axis: 0) }

  init(_ formula: Formula) {
    switch formula {
    case .row(let parts): self = Self.row(parts)
    case .fraction(let upper, let lower):
      let (above, below) = (FormulaBox(upper), FormulaBox(lower))
      let width = max(above.width, below.width)
      self.init(
        rows: above.rows.map { $0.centered(to: width) } + [String(repeating: "─", count: width)]
          + below.rows.map { $0.centered(to: width) },
        axis: above.rows.count)
    case .root(let inside, let degree):
      let box = FormulaBox(inside)
      guard box.rows.count > 1 else {
        self.init(formula.text)
        return
      }
      let index = degree.map(\.text) ?? ""
      let indent = columns(of: index)
      var rows = [spaces(indent) + " ┌" + String(repeating: "─", count: box.width + 1)]
      for (number, row) in box.rows.enumerated() {
        let isLast = number == box.rows.count - 1
        rows.append((isLast ? index + "╲" : spaces(indent) + " ") + "│ " + row)
      }
      self.init(rows: rows, axis: box.axis + 1)
    case .scripts(let base, let below, let above):
      let box = FormulaBox(base)
      let small = Formula.scripts(.row([]), below: below, above: above).text
      guard box.rows.count > 1 || small.contains("^") || small.contains("_") else {
        self.init(formula.text)
        return
      }
      self = Self.withScripts(
        box, below: below.map { FormulaBox($0) }, above: above.map { FormulaBox($0) })
    case .limits(let base, let below, let above):
      let box = FormulaBox(base)
      let top = above.map { FormulaBox($0) }
      let bottom = below.map { FormulaBox($0.tight) }
      let width = max(box.width, top?.width ?? 0, bottom?.width ?? 0)
      let upper = top?.rows.map { $0.centered(to: width) } ?? []
      let lower = bottom?.rows.map { $0.centered(to: width) } ?? []
      self.init(
        rows: upper + box.rows.map { $0.centered(to: width) } + lower, axis: upper.count + box.axis)
    case .fenced(let open, let inside, let close):
      let box = FormulaBox(inside)
      self = Self.beside([Self.bracket(open, box), box, Self.bracket(close, box)])
    case .cases(let cells):
      var lines: [[String]] = cells.map { $0.map(\.text) }
      let count = lines.map(\.count).max() ?? 0
      for column in 0..<count {
        let width = lines.map { column < $0.count ? columns(of: $0[column]) : 0 }.max() ?? 0
        for row in lines.indices where column < lines[row].count {
          lines[row][column] = lines[row][column].padded(to: width)
        }
      }
      let box = FormulaBox(rows: lines.map { $0.joined(separator: "   ") }, axis: lines.count / 2)
      self = Self.beside([Self.bracket("{", box), FormulaBox(" "), box])
    default: self.init(formula.text)
    }
  }

  /// Parts beside each other; stretches of plain text keep the spacing of a line.
  private static func row(_ parts: [Formula]) -> FormulaBox {
    var boxes: [FormulaBox] = []
    var plain: [Formula] = []
    func isTall(_ formula: Formula) -> Bool { FormulaBox(formula).rows.count > 1 }
    func isSpaced(_ formula: Formula?) -> Bool {
      guard case .sign(let sign)? = formula else { return false }
      return "=≤≥<>≠≈∼∝∈→⇒+−±×·/".contains(sign)
    }
    func flush(isBeforeTall: Bool) {
      guard !plain.isEmpty else { return }
      var text = Formula.row(plain).text
      if !boxes.isEmpty, isSpaced(plain.first) {
        text = " " + text.drop { $0 == " " } + (plain.count == 1 ? " " : "")
      }
      if !boxes.isEmpty, isSpaced(plain.first), plain.count > 1,
        case .sign(let sign)? = plain.first
      {
        text = " " + sign + " " + Formula.row(Array(plain.dropFirst())).text
      }
      if isBeforeTall, isSpaced(plain.last), !text.hasSuffix(" ") { text += " " }
      boxes.append(FormulaBox(text))
      plain = []
    }
    for part in parts {
      if isTall(part) {
        let needsGap = !plain.isEmpty || !boxes.isEmpty
        let follows = plain.last
        flush(isBeforeTall: true)
        if needsGap, !isSpaced(follows), !isOpening(follows) { boxes.append(FormulaBox(" ")) }
        boxes.append(FormulaBox(part))
      } else {
        if plain.isEmpty, !boxes.isEmpty, !isSpaced(part), !isClosing(part) {
          boxes.append(FormulaBox(" "))
        }
        plain.append(part)
      }
    }
    flush(isBeforeTall: false)
    return beside(boxes)
  }

  private static func isOpening(_ formula: Formula?) -> Bool {
    if case .sign(let sign)? = formula { "([{|".contains(sign) } else { false }
  }

  private static func isClosing(_ formula: Formula) -> Bool {
    if case .sign(let sign) = formula { ")]},|".contains(sign) } else { false }
  }

  static func beside(_ boxes: [FormulaBox]) -> FormulaBox {
    let above = boxes.map(\.axis).max() ?? 0
    let below = boxes.map { $0.rows.count - 1 - $0.axis }.max() ?? 0
    var rows = [String](repeating: "", count: above + below + 1)
    for box in boxes {
      for row in rows.indices {
        let own = row - (above - box.axis)
        rows[row] += box.rows.indices.contains(own) ? box.rows[own] : spaces(box.width)
      }
    }
    return FormulaBox(rows: rows, axis: above)
  }

  private static func withScripts(
    _ base: FormulaBox, below: FormulaBox?, above: FormulaBox?
  ) -> FormulaBox {
    let width = max(below?.width ?? 0, above?.width ?? 0)
    let upper = above?.rows ?? []
    let lower = below?.rows ?? []
    let rows =
      upper.map { spaces(base.width) + $0.padded(to: width) }
      + base.rows.map { $0 + spaces(width) } + lower.map { spaces(base.width) + $0 }
    return FormulaBox(rows: rows, axis: upper.count + base.axis)
  }

  /// A bracket as high as what stands beside it.
  private static func bracket(_ sign: String, _ box: FormulaBox) -> FormulaBox {
    let height = box.rows.count
    guard height > 1, !sign.isEmpty else { return FormulaBox(sign) }
    let pieces: [String: (String, String, String)] = [
      "(": ("⎛", "⎜", "⎝"), ")": ("⎞", "⎟", "⎠"), "[": ("⎡", "⎢", "⎣"), "]": ("⎤", "⎥", "⎦"),
      "{": ("⎧", "⎪", "⎩"), "}": ("⎫", "⎪", "⎭"), "⌊": ("⎢", "⎢", "⎣"), "⌋": ("⎥", "⎥", "⎦"),
      "⌈": ("⎡", "⎢", "⎢"), "⌉": ("⎤", "⎥", "⎥"),
    ]
    let (top, middle, bottom) = pieces[sign] ?? (sign, sign, sign)
    var rows = [top] + [String](repeating: middle, count: height - 2) + [bottom]
    if sign == "{", height > 2 { rows[box.axis] = "⎨" }
    if sign == "}", height > 2 { rows[box.axis] = "⎬" }
    return FormulaBox(rows: rows, axis: box.axis)
  }
}

extension Formula {
  /// The same without blanks, as limits are set: `i=1`.
  fileprivate var tight: Formula { .word(text.filter { $0 != " " }) }
}

extension String {
  fileprivate func centered(to width: Int) -> String {
    let room = width - columns(of: self)
    return spaces(room / 2) + self + spaces(room - room / 2)
  }
}
