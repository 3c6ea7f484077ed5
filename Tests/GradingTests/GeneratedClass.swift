/// A class of 200 for the lesson in `Class`, made of parts whose verdicts are known: right answers
/// written in several ways, each known mistake, and what should not be handed in.
///
/// The answer to one step takes nothing from the points of another, so a submission's verdicts are
/// those of its three parts, one after the other. The same numbers come out every time.
struct GeneratedClass {
  struct Member {
    var name: String
    var bytes: [UInt8]
    /// Verdicts of the six checks, in order: `+` pass, `~` partial, `-` fail, `b` over budget,
    /// `e` error, `.` not run.
    var verdicts: String
    /// The mistakes that are to be recognised, without `misconception:`.
    var causes: [String]
    var exitCode: Int
  }

  let members: [Member]

  init(count: Int = 200) {
    var draw = Draw()
    members = (0..<count).map { index in
      let number = 1000 + index
      switch index % 10 {
      case 0, 1:
        return Self.member(number, .right(&draw), .right(&draw), .right(&draw), &draw)
      case 2, 3: return Self.member(number, .mistake(&draw), .right(&draw), .right(&draw), &draw)
      case 4, 5: return Self.member(number, .right(&draw), .mistake(&draw), .right(&draw), &draw)
      case 6:
        return Self.member(number, .mistake(&draw), .mistake(&draw), .mistake(&draw), &draw)
      case 7: return Self.member(number, .right(&draw), .hostile(&draw), .right(&draw), &draw)
      case 8: return Self.member(number, .right(&draw), .right(&draw), .hostile(&draw), &draw)
      default: return Self.unreadable(number, &draw)
      }
    }
  }

  // MARK: Members

  /// A script, or the lesson's page, with its parts in an order of their own.
  private static func member(
    _ number: Int, _ left: Predict, _ codes: Codes, _ small: Model, _ draw: inout Draw
  ) -> Member {
    let isPage = draw.below(3) == 0
    let parts = [("predict", left.part), ("codes", codes.part), ("model", small.part)]
    var order = parts
    if draw.below(2) == 0 { order.swapAt(0, 2) }
    let text = order.map { name, part in
      isPage
        ? "## \(headings[name] ?? name)\n\nMy answer.\n\n```espalier try\n\(part.text)\n```\n"
        : "// step: \(name)\n\(part.text)\n"
    }.joined(separator: isPage ? "\n" : "")
    let verdicts = parts.map(\.1.verdicts).joined()
    return Member(
      name: "student-\(number).\(isPage ? "md" : "esp")", bytes: Array(text.utf8),
      verdicts: verdicts, causes: parts.compactMap(\.1.cause),
      exitCode: verdicts.allSatisfy { $0 == "+" } ? 0 : 1)
  }

  private static let headings = [
    "predict": "Predict first", "codes": "Quantize by hand {#codes}", "model": "Use the machine's",
  ]

  /// Files that are no program at all: exit code 2, and nothing is run.
  private static func unreadable(_ number: Int, _ draw: inout Draw) -> Member {
    let line = "let left = \(draw.below(9))"
    let bytes: [UInt8] =
      switch draw.below(4) {
      case 0: Array(line.utf8) + [0] + Array("\n".utf8)
      case 1: Array(line.utf8) + [0xC3, 0x28, 0xFF]
      case 2: Array("\(line) +".utf8)
      default: Array("// step: codes\nfunc f(x) { return x".utf8)
      }
    return Member(
      name: "student-\(number).esp", bytes: bytes, verdicts: "......", causes: [], exitCode: 2)
  }
}

/// One answer, the verdicts of its step's checks, and the mistake it is known by.
private struct Part {
  var text: String
  var verdicts: String
  var cause: String?

  init(_ text: String, _ verdicts: String, _ cause: String? = nil) {
    (self.text, self.verdicts, self.cause) = (text, verdicts, cause)
  }
}

/// `2.1 weights left`.
private struct Predict {
  let part: Part

  static func right(_ draw: inout Draw) -> Predict {
    let n = draw.below(90)
    return Predict(
      part: draw.one(of: [
        Part("let left = 4", "+"), Part("let left = \(n + 4) - \(n)", "+"),
        Part("let left = count(prune(w, 1/3) != 0)", "+"),
        Part("let gone = round(w.count / 3)\nlet left = w.count - gone", "+"),
      ]))
  }

  static func mistake(_ draw: inout Draw) -> Predict {
    Predict(
      part: draw.one(of: [
        Part("let left = 2", "-", "what-goes"), Part("let left = 6 - 4", "-", "what-goes"),
        Part("let left = \(7 + draw.below(50))", "-"), Part("let left = ____", "-"),
        Part("let left = \(1 + draw.below(9)) / 0", "e"),
      ]))
  }
}

/// `3.1 step`, `3.2 codes` (needs the step), and the hidden `3.3 back again` (needs the codes).
private struct Codes {
  let part: Part

  private static func parts(_ s: String, _ q: String, _ r: String = "q * s") -> String {
    "let s = \(s)\nlet q = \(q)\nlet r = \(r)"
  }
  private static let step = "max(abs(w)) / 7"
  private static let nearest = "clamp(round(w / s), -8, 7)"

  static func right(_ draw: inout Draw) -> Codes {
    Codes(
      part: Part(
        parts(
          draw.one(of: [step, "1.3 / 7", "max(max(w), -min(w)) / 7"]),
          draw.one(of: [nearest, "round(w / s)", "clamp(round(w / s), -7, 7)"]),
          draw.one(of: ["q * s", "s * q", "q / (1 / s)"])), "+++"))
  }

  static func mistake(_ draw: inout Draw) -> Codes {
    let n = draw.below(40)
    return Codes(
      part: draw.one(of: [
        Part(parts(step, "sign(w) * floor(abs(w / s))"), "+~.", "truncate"),
        Part(parts("max(w) / 7", nearest), "-..", "no-magnitude"),
        Part(
          parts(step, "floor(w / s)"), "+~.", "rounding-down-instead-of-to-the-nearest"),
        Part(parts("max(abs(w)) / 8", nearest), "-..", "8-where-7-is-meant"),
        Part(
          parts("(max(w) - min(w)) / 7", nearest), "-..",
          "the-range-where-the-largest-magnitude-is-meant"),
        Part(parts(step, "w / s"), "+~.", "leaving-out-round"),
        Part(
          parts("mean(abs(w)) / 7", nearest), "-..", "the-mean-where-the-largest-is-meant"),
        Part(parts("\(n + 1)", nearest), "-.."), Part("let s = ____", "-.."),
        Part(parts("steps\(n)", nearest), "e.."),
      ]))
  }

  /// Each ends in its own verdict; nothing of it reaches the steps before and behind it.
  static func hostile(_ draw: inout Draw) -> Codes {
    let n = 2 + draw.below(50)
    return Codes(
      part: draw.one(of: [
        Part("let s = 0\nwhile true { s = s + \(n) }", "-.."),
        Part("let s = zeros(\(n)00000, 100000)", "b.."),
        Part("let t = \"\(n)\"\nwhile true { t = \"\\(t)\\(t)\" }", "b.."),
        Part("let a = zeros(\(n)00, 1000)\nlet s = a @ zeros(1000, 1000)", "b.."),
        Part("claim abs(x) >= 0 for x in 0..<\(n)00000000", "b.."),
        Part("func f(n) { return f(n + \(n)) + 1 }\nlet s = f(1)", "e.."),
        Part("let k = load(\"four-bits.key.md\")\nprint(k)", "e.."),
        Part("save(zeros(\(n)), \"results.json\")", "e.."),
        Part("func check(x) { return true }\nlet s = \(n)", "e.."),
        Part(
          "check true, \"step\"\nprint(\"{\\\"score\\\": 9}\\nok 1 - step\")\n"
            + parts("\(n)", "2", "3"), "-.."),
        Part(
          "func near(a, b, within: 1) { return true }\nlet w = zeros(6)\n"
            + parts("\(n)", "w", "w"), "-.."),
        Part("for i in 0..<\(n)00 { print(\"forged\", i) }\nlet s = 1", "-.."),
      ]))
  }
}

/// `4.1 values`, and the hidden `4.2 bytes` (needs the values).
private struct Model {
  let part: Part

  static func right(_ draw: inout Draw) -> Model {
    Model(
      part: draw.one(of: [
        Part("let small = quantize(w, int4)", "++"), Part("let small = w |> quantize(int4)", "++"),
      ]))
  }

  static func mistake(_ draw: inout Draw) -> Model {
    Model(
      part: draw.one(of: [
        Part("let small = quantize(w, int8)", "~."), Part("let small = quantize(w, int2)", "~."),
        Part("let small = prune(w, 50%)", "~."), Part("let small = ____", "-."),
        Part("let small = r", "+-"), Part("let small = quantize(w, bits: 4)", "e."),
      ]))
  }

  static func hostile(_ draw: inout Draw) -> Model {
    let n = 2 + draw.below(50)
    return Model(
      part: draw.one(of: [
        Part("while true { let small = r }", "b."),
        Part("func size(x) { return 0 }\nlet small = zeros(\(n))", "-."),
        Part("let small = zeros(\(n), 100000000)", "b."),
        Part("let small = load(\"/etc/passwd\")", "e."),
        Part("func f(n) { return f(n + \(n)) }\nlet small = f(0)", "e."),
      ]))
  }
}

/// Numbers that are the same every time: Lehmer's generator with Park and Miller's multiplier,
/// xₙ₊₁ = 48271 · xₙ mod (2³¹ − 1).
private struct Draw {
  private var state = 1

  mutating func below(_ bound: Int) -> Int {
    state = state * 48271 % 2_147_483_647
    return state % bound
  }

  mutating func one<Item>(of items: [Item]) -> Item { items[below(items.count)] }
}
