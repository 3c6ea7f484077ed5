import Networks
import Tensors
import Testing

struct ShapesTests {
  @Test func classesTakeTurnsAndCountsAreAsAsked() throws {
    let shapes = try DataSet.shapes(seed: 1, count: 25)
    #expect(shapes.train.images.shape == [25, 3, 32, 32])
    #expect(shapes.test.count == 6)
    #expect(shapes.train.classCount == 10)
    #expect(shapes.train.labels.scalars.prefix(12).map { Int($0) } == Array(0...9) + [0, 1])
    #expect(shapes.train.classNames.first == "circle")
  }

  @Test func theSameSeedGivesTheSameBytes() throws {
    let first = try DataSet.shapes(seed: 3, count: 12)
    #expect(try DataSet.shapes(seed: 3, count: 12).train.images == first.train.images)
    #expect(try DataSet.shapes(seed: 4, count: 12).train.images != first.train.images)
  }

  @Test func theBytesNeverChange() throws {
    // The pixels of ten images summed with their places, as first drawn; lessons depend on them.
    let images = try DataSet.shapes(seed: 0, count: 10).train.images
    let sum = images.withScalars { pixels in
      pixels.indices.reduce(0) { $0 + (1 + $1 % 1009) * Int((pixels[$1] * 255).rounded()) }
    }
    #expect(sum == 2_286_987_381)
  }

  @Test func fewerImagesAreTheBeginningOfMore() throws {
    let few = try DataSet.shapes(count: 5, testCount: 3)
    let more = try DataSet.shapes(count: 20, testCount: 9)
    #expect(try more.train.subset(first: 5).images == few.train.images)
    #expect(try more.test.subset(first: 3).images == few.test.images)
  }

  @Test func trainAndTestShareNoImage() throws {
    let shapes = try DataSet.shapes(count: 30, testCount: 30)
    let size = 3 * 32 * 32
    let train = shapes.train.images.scalars
    let test = shapes.test.images.scalars
    for i in 0..<30 {
      for j in 0..<30 {
        #expect(
          !train[i * size..<(i + 1) * size].elementsEqual(test[j * size..<(j + 1) * size]))
      }
    }
  }

  @Test func everyValueIsAByteOver255() throws {
    try DataSet.shapes(count: 20).train.images.withScalars { pixels in
      #expect(pixels.allSatisfy { $0 == Float(Int($0 * 255 + 0.5)) / 255 && (0...1).contains($0) })
    }
  }

  @Test func everyShapeStandsOutFromItsBackground() throws {
    // The brightest minus the darkest of one channel: the ink's strong channel is at least 0.45
    // from the background before light and noise.
    let shapes = try DataSet.shapes(seed: 9, count: 40).train
    let pixels = shapes.images.scalars
    for plane in stride(from: 0, to: 40 * 3, by: 3) {
      let contrast = (0..<3).map { channel in
        let values = pixels[(plane + channel) * 1024..<(plane + channel + 1) * 1024]
        return (values.max() ?? 0) - (values.min() ?? 0)
      }
      #expect((contrast.max() ?? 0) > 0.4)
    }
  }

  @Test(arguments: [0, -1, 1_000_001, Int.max])
  func countsOutsideTheLimitsAreRefused(count: Int) {
    #expect(throws: DataError.self) { try DataSet.shapes(count: count) }
    #expect(throws: DataError.self) { try DataSet.shapes(count: 10, testCount: count) }
  }

  @Test func drawingStopsWhenTheRunIsStopped() {
    let stopped = Work()
    stopped.cancel()
    #expect(throws: Cancelled.self) {
      try Work.$current.withValue(stopped) { try DataSet.shapes() }
    }
  }
}
