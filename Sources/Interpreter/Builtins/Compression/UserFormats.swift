import Compression
import Tensors

extension Call {
  /// The student's function as a number format: its parameter names say what it needs.
  func userFormat(_ function: UserFunction) throws -> UserFormat {
    let known = UserFormat.Need.allCases.map(\.rawValue)
    let needs = try function.positional.map { name in
      guard let need = UserFormat.Need(rawValue: name) else {
        throw error(
          "E0322",
          "a number format asks for what it needs by name, and nothing is called `\(name)`",
          at: "format", notes: ["it can ask for " + known.joined(separator: ", ")],
          help: function.positional.count == 1 ? ["`value => round(value)`"] : [])
      }
      return need
    }
    guard needs.contains(.value) else {
      throw error(
        "E0322", "a number format asks for `value`; this function does not", at: "format",
        help: ["`value => round(value)`"])
    }
    let work = ConfinedCall(call: self)
    return UserFormat(function.name ?? function.sourceText) { request in
      let arguments = needs.map { need -> Value in
        switch need {
        case .value: .tensor(request.value)
        case .low: request.low.count == 1 ? .number(Double(request.low[0])) : .tensor(request.low)
        case .high:
          request.high.count == 1 ? .number(Double(request.high[0])) : .tensor(request.high)
        }
      }
      let answer = try work.call.invoke(.function(function), arguments)
      guard let numbers = try answer.tensorOrList() else {
        throw work.call.error(
          "E0323", "a number format gives a number for each weight; this one gave \(answer.kind)",
          at: "format")
      }
      return numbers
    }
  }
}

/// A call that a `@Sendable` closure may hold: the closure runs only during the call, on its thread.
private struct ConfinedCall: @unchecked Sendable {
  let call: Call
}
