import Language

func renderDiagnostic(_ d: Diagnostic, width: Int, color: Bool) -> String {
  let place = d.source.position(of: d.span.start)
  return
    "\(d.severity.rawValue)[\(d.code)]: \(d.headline)\n  ┌─ \(d.source.name):\(place.line):\(place.column)"
}
