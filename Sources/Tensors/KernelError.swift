import Catalog

/// A dense kernel that could not run: the library's status, and which kernel.
public struct KernelError: DescribedError, Equatable {
  public let name: String
  public let status: Int

  public var code: String { "E0603" }
  public var headline: String { "the kernel `\(name)` failed with status \(status)" }
}

/// Runs a kernel of COneDNN and throws on any status but success.
func ran(_ name: String, _ status: Int32) throws {
  if status != 0 { throw KernelError(name: name, status: Int(status)) }
}
