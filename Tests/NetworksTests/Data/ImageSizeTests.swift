import Networks
import TestSupport
import Tensors
import Testing

struct ImageSizeTests {
  @Test func growingIsBilinearWithHalfPixelCentres() throws {
    // Targets look at −¼, ¼, ¾, 1¼ of [0, 4]: outside the centres the border holds.
    let line = try Tensor([1, 2], [0, 4])
    #expect(try line.resized(to: 1, 4).scalars == [0, 1, 3, 4])
    // torch.nn.functional.interpolate([[1, 2], [3, 5]], size 3, bilinear, align_corners=False)
    let square = try Tensor([1, 1, 2, 2], [1, 2, 3, 5])
    let grown = try square.resized(to: 3, 3)
    #expect(grown.shape == [1, 1, 3, 3])
    #expect(isClose(grown.scalars, [1, 1.5, 2, 2, 2.75, 3.5, 3, 4, 5], absolute: 1e-6))
  }

  @Test func shrinkingIsTheMeanOfTheCoveredArea() throws {
    let square = try Tensor([2, 4], [1, 3, 5, 7, 5, 7, 9, 11])
    #expect(try square.resized(to: 1, 2).scalars == [4, 8])
    // Three pixels on two: each takes one and a half.
    let line = try Tensor([1, 3], [3, 6, 9])
    #expect(isClose(try line.resized(to: 1, 2).scalars, [4, 8], absolute: 1e-6))
  }

  @Test func oneAxisMayGrowWhileTheOtherShrinks() throws {
    let image = try Tensor([2, 2], [0, 4, 8, 12])
    #expect(try image.resized(to: 1, 4).scalars == [4, 5, 7, 8])
  }

  @Test func aConstantImageStaysConstant() throws {
    let image = try Tensor.full([3, 28, 28], 0.7)
    for (height, width) in [(32, 32), (7, 5), (29, 13), (1, 1), (64, 28)] {
      let changed = try image.resized(to: height, width)
      #expect(isClose(changed, try Tensor.full([3, height, width], 0.7), absolute: 1e-6))
    }
  }

  @Test func onePixelGrowsToAnySize() throws {
    #expect(try Tensor([1, 1], [2]).resized(to: 2, 3) == Tensor.full([2, 3], 2))
  }

  @Test func theSameSizeIsTheSameImage() throws {
    let image = try uniformTensor([2, 1, 5, 4])
    #expect(try image.resized(to: 5, 4) == image)
    #expect(try image.padded(to: 5, 4) == image)
  }

  @Test func paddingPutsTheImageInTheMiddle() throws {
    let image = try Tensor([1, 1, 2], [1, 2])
    // A surplus of three columns: one before, two behind.
    let padded = try image.padded(to: 3, 5)
    #expect(padded.shape == [1, 3, 5])
    #expect(padded.scalars == [0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0])
  }

  @Test func paddingNeverShrinks() throws {
    let error = #expect(throws: DataError.self) {
      try DataSet.digits().padded(to: 7, 9)
    }
    #expect(error?.code == "E0342")
  }

  @Test(arguments: [(0, 3), (3, -1), (4097, 3), (Int.max, Int.max)])
  func sizesOutsideTheLimitsAreRefused(height: Int, width: Int) throws {
    let image = try Tensor([2, 2], [1, 2, 3, 4])
    #expect(throws: DataError.self) { try image.resized(to: height, width) }
    #expect(throws: DataError.self) { try image.padded(to: height, width) }
  }

  @Test func rowsOfFeaturesAreNoImages() throws {
    let rows = try LabeledData(
      name: "rows", images: Tensor([2, 3], [1, 2, 3, 4, 5, 6]), labels: Tensor([2], [0, 1]))
    #expect(throws: DataError.self) { try rows.resized(to: 4, 4) }
    #expect(throws: DataError.self) { try Tensor([3], [1, 2, 3]).resized(to: 2, 2) }
  }

  @Test func aSetKeepsItsLabelsAtAnotherSize() throws {
    let digits = try DataSet.digits()
    let large = try digits.resized(to: 32, 32)
    #expect(large.train.images.shape == [1442, 1, 32, 32])
    #expect(large.test.labels == digits.test.labels)
    #expect(large.name == "digits")
  }
}
