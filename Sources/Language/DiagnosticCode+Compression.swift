/// What the compression verbs can be wrong in.
let compressionCodes: [DiagnosticCode] = [
  // Criteria, structures and schedules.
  // Formats and grids.
  // Ranges, rounding and preparation.
  // Integer networks.
  // Sharing, coding and low rank.
  // Training and distillation.
  // Measuring and searching.
]
