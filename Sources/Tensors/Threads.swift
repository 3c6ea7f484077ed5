import CKernels
import COneDNN

/// How many processors the kernels use, and how wide their instructions are.
public enum Kernels {
  /// The threads a kernel may use; the machine's processors unless `use(threads:)` said otherwise.
  public static var threads: Int { Int(espalier_kernels_threads()) }

  /// - Parameter threads: `0` is as many as there are processors.
  public static func use(threads: Int) {
    espalier_kernels_set_threads(Int32(clamping: max(0, threads)))
  }

  /// Uses no wider instructions than AVX2, so that results agree between machines that have it.
  ///
  /// To be called before the first kernel runs.
  public static func capAtAVX2() {
    espalier_kernels_cap(1)
    _ = espalier_onednn_cap_avx2()
  }
}
