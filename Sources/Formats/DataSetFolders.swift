import Catalog
import Networks
import Tensors

extension FileAccess {
  /// The data set in a folder: the four files of MNIST or Fashion-MNIST, or those of CIFAR-10.
  ///
  /// Pixels become 0…1 and MNIST's images [n, 1, 28, 28]. The set is named after the folder.
  func dataSet(inFolder folder: String) throws -> DataSet {
    let names = try names(inFolder: folder)
    if names.contains(where: { $0.hasPrefix("data_batch") || $0 == "test_batch.bin" }) {
      return try cifar(folder, names)
    }
    func path(_ part: String, _ what: String) throws -> String {
      // The dot is what some unpackers make of the first dash of the ending.
      let plain = ["\(part)-\(what)-ubyte", "\(part).\(what)-ubyte"]
      let spellings = plain + plain.map { $0 + ".gz" }
      guard let name = spellings.first(where: names.contains) else {
        throw FileError.incompleteFolder(
          path: folder, missing: "there is no \(spellings[0]), packed or not")
      }
      return folder + "/" + name
    }
    func part(_ prefix: String, _ name: String) throws -> LabeledData {
      let imagesPath = try path(prefix + "-images", "idx3")
      let labelsPath = try path(prefix + "-labels", "idx1")
      return try labeled(
        try IDX(try read(imagesPath)), imagesPath, try IDX(try read(labelsPath)), labelsPath,
        named: "\(lastPart(of: folder)).\(name)")
    }
    let (train, test) = (try part("train", "train"), try part("t10k", "test"))
    return DataSet(
      name: lastPart(of: folder), summary: summary(train, test), train: train, test: test)
  }

  private func labeled(
    _ images: IDX, _ imagesPath: String, _ labels: IDX, _ labelsPath: String, named name: String
  ) throws -> LabeledData {
    guard images.isBytes, images.shape.rank == 3 else {
      throw FileError.damaged(
        path: imagesPath, expected: "images of bytes, three axes",
        found: "shape \(images.shape)", offset: 2)
    }
    guard labels.isBytes, labels.shape.rank == 1, labels.shape[0] == images.shape[0] else {
      throw FileError.damaged(
        path: labelsPath, expected: "\(grouped(images.shape[0])) labels of bytes, one axis",
        found: "shape \(labels.shape)", offset: 2)
    }
    return try LabeledData(
      name: name, images: try pixels(images.tensor), labels: labels.tensor)
  }

  /// The four arrays of a file such as Keras's mnist.npz.
  func kerasSet(_ arrays: [String: NPY], _ path: String) throws -> DataSet {
    func part(_ suffix: String) throws -> LabeledData {
      guard let images = arrays["x_" + suffix], let labels = arrays["y_" + suffix] else {
        throw FileError.severalArrays(path: path, names: arrays.keys.sorted())
      }
      let isBytes = images.kind == .unsigned(1) && images.tensor.shape.rank == 3
      return try LabeledData(
        name: "\(lastPart(of: path)).\(suffix)",
        images: isBytes ? try pixels(images.tensor) : images.tensor,
        labels: try labels.tensor.reshaped([labels.tensor.count]))
    }
    let (train, test) = (try part("train"), try part("test"))
    return DataSet(
      name: lastPart(of: path), summary: summary(train, test), train: train, test: test)
  }

  /// Bytes [n, height, width] as 0…1 with a channel, [n, 1, height, width].
  private func pixels(_ bytes: Tensor) throws -> Tensor {
    let sides = bytes.shape.dimensions
    return try Tensor(unsafeUninitialized: [sides[0], 1, sides[1], sides[2]]) { target in
      bytes.withScalars { source in
        for index in source.indices { target[index] = source[index] / 255 }
      }
    }
  }

  private func cifar(_ folder: String, _ names: [String]) throws -> DataSet {
    let name = lastPart(of: folder)
    func part(_ files: [String], _ part: String) throws -> LabeledData {
      let batches = try files.map { try read(folder + "/" + $0) }
      return try CIFAR.labeled(batches, named: "\(name).\(part)")
    }
    let batches = names.filter { $0.hasPrefix("data_batch_") && $0.hasSuffix(".bin") }
    guard !batches.isEmpty, names.contains("test_batch.bin") else {
      throw FileError.incompleteFolder(
        path: folder,
        missing: batches.isEmpty ? "there is no data_batch_1.bin" : "there is no test_batch.bin")
    }
    let (train, test) = (try part(batches, "train"), try part(["test_batch.bin"], "test"))
    return DataSet(name: name, summary: summary(train, test), train: train, test: test)
  }

  private func summary(_ train: LabeledData, _ test: LabeledData) -> String {
    "\(grouped(train.count)) examples of \(train.exampleShape) to train, "
      + "\(grouped(test.count)) to test, \(train.classCount) classes"
  }
}
