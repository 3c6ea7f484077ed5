import Glibc

/// 10 · log10(signal / noise), ∞ without noise.
func decibels(signal: Double, noise: Double) -> Double {
  noise == 0 ? .infinity : 10 * log10(signal / noise)
}
