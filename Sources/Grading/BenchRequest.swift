/// What the grader asks of the process that runs a submission.
///
/// That process only does what it is told, piece by piece; what is checked, in which order, and what
/// it counts stays with the grader. A key's checks are sent after the last line of the student's ran.
enum BenchRequest: Sendable, Equatable {
  /// The first one: a session with these limits.
  ///
  /// - Parameter ownNames: the lesson's, which built-ins never hide.
  case open(seed: UInt64, memory: Int, output: Int, ownNames: [String] = [])
  /// Says whether a text is a program at all.
  case examine(CodePiece)
  /// Runs the lesson's or the student's code; its last value is kept as `ans` where it is the answer.
  ///
  /// The answer to a question draws no random numbers from what comes behind it.
  case run(
    CodePiece, budget: Int?, prefersBuiltins: Bool = false, keepsValue: Bool = false,
    keepsRandom: Bool = false)
  /// Remembers every name under a number.
  case mark(Int)
  /// Puts back what was remembered.
  case back(Int)
  /// Gives every name the value it had at a mark, except these.
  case protect(Int, except: [String])
  /// Runs one statement of a check fence.
  case check(CodePiece, budget: Int?)
  /// The value of a piece that is one expression, as a number.
  case measure(CodePiece, budget: Int?)
  /// Whether names hold what they held at a mark: 1 or 0; no number where that cannot be told by
  /// looking, as with functions.
  case agree(mark: Int, names: [String])

  var bytes: [UInt8] {
    var writer = WireWriter()
    switch self {
    case .open(let seed, let memory, let output, let ownNames):
      writer.put(0)
      writer.put(Int(truncatingIfNeeded: seed))
      writer.put(memory)
      writer.put(output)
      writer.put(ownNames)
    case .run(let piece, let budget, let prefersBuiltins, let keepsValue, let keepsRandom):
      writer.put(1)
      writer.put(piece, budget)
      writer.put(prefersBuiltins)
      writer.put(keepsValue)
      writer.put(keepsRandom)
    case .mark(let mark):
      writer.put(2)
      writer.put(mark)
    case .back(let mark):
      writer.put(3)
      writer.put(mark)
    case .protect(let mark, let names):
      writer.put(4)
      writer.put(mark)
      writer.put(names)
    case .check(let piece, let budget):
      writer.put(5)
      writer.put(piece, budget)
    case .measure(let piece, let budget):
      writer.put(6)
      writer.put(piece, budget)
    case .agree(let mark, let names):
      writer.put(7)
      writer.put(mark)
      writer.put(names)
    case .examine(let piece):
      writer.put(8)
      writer.put(piece, nil)
    }
    return writer.bytes
  }

  init(_ bytes: [UInt8]) throws(WireReader.Damaged) {
    var reader = WireReader(bytes)
    switch try reader.number() {
    case 0:
      let seed = UInt64(truncatingIfNeeded: try reader.number())
      let memory = try reader.number()
      let output = try reader.number()
      self = .open(seed: seed, memory: memory, output: output, ownNames: try reader.texts())
    case 1:
      let (piece, budget) = try reader.piece()
      let prefersBuiltins = try reader.flag()
      let keepsValue = try reader.flag()
      self = .run(
        piece, budget: budget, prefersBuiltins: prefersBuiltins, keepsValue: keepsValue,
        keepsRandom: try reader.flag())
    case 2: self = .mark(try reader.number())
    case 3: self = .back(try reader.number())
    case 4:
      let mark = try reader.number()
      self = .protect(mark, except: try reader.texts())
    case 5:
      let (piece, budget) = try reader.piece()
      self = .check(piece, budget: budget)
    case 6:
      let (piece, budget) = try reader.piece()
      self = .measure(piece, budget: budget)
    case 8: self = .examine(try reader.piece().0)
    case 7:
      let mark = try reader.number()
      self = .agree(mark: mark, names: try reader.texts())
    default: throw WireReader.Damaged()
    }
  }
}

extension WireWriter {
  fileprivate mutating func put(_ piece: CodePiece, _ budget: Int?) {
    put(piece.name)
    put(piece.firstLine)
    put(piece.text)
    put(budget ?? -1)
  }
}

extension WireReader {
  fileprivate mutating func piece() throws(Damaged) -> (CodePiece, Int?) {
    let name = try text()
    let line = try number()
    let code = try text()
    let budget = try number()
    return (CodePiece(name: name, firstLine: line, text: code), budget < 0 ? nil : budget)
  }
}
