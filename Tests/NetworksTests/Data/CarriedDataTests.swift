import Networks
import Tensors
import Testing

struct CarriedDataTests {
  @Test func digitsAreSplitFourToOneByClass() throws {
    let digits = try DataSet.digits()
    #expect(digits.train.images.shape == [1442, 1, 8, 8])
    #expect(digits.test.images.shape == [355, 1, 8, 8])
    #expect(digits.train.exampleShape == [1, 8, 8])
    // 178 182 177 183 181 182 181 179 174 180 images a class; ⌊n/5⌋ of each are for testing.
    #expect(perClass(digits.test) == [35, 36, 35, 36, 36, 36, 36, 35, 34, 36])
    #expect(perClass(digits.train) == [143, 146, 142, 147, 145, 146, 145, 144, 140, 144])
  }

  @Test func mnistHasAHundredTestImagesOfEachClass() throws {
    let mnist = try DataSet.mnist()
    #expect(mnist.train.images.shape == [4000, 1, 28, 28])
    #expect(mnist.test.images.shape == [1000, 1, 28, 28])
    #expect(perClass(mnist.test) == [Int](repeating: 100, count: 10))
    #expect(perClass(mnist.train) == [Int](repeating: 400, count: 10))
  }

  @Test func classesTakeTurns() throws {
    for data in [try DataSet.mnist().train, try DataSet.mnist().test, try DataSet.digits().train] {
      #expect(data.labels.scalars.prefix(20).map { Int($0) } == Array(0..<10) + Array(0..<10))
    }
  }

  @Test func digitsAreThoseOfScikitLearn() throws {
    // load_digits().images[0], the first zero of the file and so of the training part.
    let first: [Float] = [
      0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0,
      0, 3, 15, 2, 0, 11, 8, 0, 0, 4, 12, 0, 0, 8, 8, 0,
      0, 5, 8, 0, 0, 9, 8, 0, 0, 4, 11, 0, 1, 12, 7, 0,
      0, 2, 14, 5, 10, 12, 0, 0, 0, 0, 6, 13, 10, 0, 0, 0,
    ]
    let digits = try DataSet.digits()
    #expect(digits.train.images.scalars.prefix(64).map { $0 * 16 } == first)
  }

  @Test func everyPixelIsThatOfTheOriginal() throws {
    // Σ place · pixel over the original files, places within an image from 1: pack.py prints it.
    let digits = try DataSet.digits()
    let mnist = try DataSet.mnist()
    #expect(pixelSum(digits, largest: 16) == 18_222_371)
    #expect(pixelSum(mnist, largest: 255) == 53_404_460_480)
  }

  @Test func valuesGoFromZeroToOne() throws {
    for data in [try DataSet.mnist().train, try DataSet.digits().test] {
      data.images.withScalars { pixels in
        #expect(pixels.allSatisfy { (0...1).contains($0) })
        #expect(pixels.contains(0) && pixels.contains(1))
      }
    }
  }

  @Test func setsAreUnpackedOnceAndShared() throws {
    let first = try DataSet.mnist().train.images
    let second = try DataSet.mnist().train.images
    let same = first.withScalars { a in second.withScalars { b in a.baseAddress == b.baseAddress } }
    #expect(same)
  }

  @Test func aStoppedRunDoesNotLoseTheSet() throws {
    let stopped = Work(memory: Memory(limit: 1000))
    stopped.cancel()
    let count = try Work.$current.withValue(stopped) { try DataSet.digits().train.count }
    #expect(count == 1442)
    #expect(stopped.memory.live == 0)
  }
}

private func perClass(_ data: LabeledData) -> [Int] {
  data.labels.scalars.reduce(into: [Int](repeating: 0, count: data.classCount)) {
    $0[Int($1)] += 1
  }
}

/// A checksum of all images of both parts that depends on the pixels' places.
private func pixelSum(_ set: DataSet, largest: Float) -> Int {
  [set.train, set.test].reduce(0) { total, data in
    data.images.withScalars { pixels in
      let size = data.exampleShape.count
      return pixels.indices.reduce(total) { sum, index in
        sum + (1 + index % size) * Int((pixels[index] * largest).rounded())
      }
    }
  }
}
