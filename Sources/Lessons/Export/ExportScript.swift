extension Lesson {
  /// What a student typed, step by step, as a script that `run` and `grade` read.
  public func script(of record: LessonProgress.LessonRecord) -> String {
    var lines = ["// \(title)", "// lesson: \(id), version \(version)"]
    for step in steps where step.exercise != nil {
      guard let inputs = record.steps[step.id]?.inputs, !inputs.isEmpty else { continue }
      lines += ["", "// step: \(step.id)"] + inputs
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
