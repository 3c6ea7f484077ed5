import TestSupport
import Testing

@testable import Tensors

@Suite struct NeuralTests {
  /// Convolution by its definition, in double.
  private func convolved(_ x: Tensor, _ w: Tensor, _ stride: Int, _ padding: Int) -> [Float] {
    let (n, c, h, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
    let (o, kh, kw) = (w.shape[0], w.shape[2], w.shape[3])
    let oh = (h + 2 * padding - kh) / stride + 1
    let ow = (width + 2 * padding - kw) / stride + 1
    var result: [Float] = []
    for image in 0..<n {
      for out in 0..<o {
        for row in 0..<oh {
          for column in 0..<ow {
            var sum = 0.0
            for channel in 0..<c {
              for i in 0..<kh {
                for j in 0..<kw {
                  let (y, z) = (row * stride + i - padding, column * stride + j - padding)
                  guard 0..<h ~= y, 0..<width ~= z else { continue }
                  sum +=
                    Double(x[((image * c + channel) * h + y) * width + z])
                    * Double(w[((out * c + channel) * kh + i) * kw + j])
                }
              }
            }
            result.append(Float(sum))
          }
        }
      }
    }
    return result
  }

  @Test(arguments: [(1, 0), (1, 1), (2, 1), (2, 0), (3, 2)])
  func convolutionIsItsDefinition(_ stride: Int, _ padding: Int) throws {
    let x = try normalTensor([2, 3, 9, 8], seed: 1)
    let w = try normalTensor([5, 3, 3, 3], seed: 2)
    let convolution = try Convolution(stride: stride, padding: padding)
    let y = try convolution.forward(x, weights: w)
    #expect(isClose(y.scalars, convolved(x, w, stride, padding), absolute: 1e-4))
    let bias = try Tensor([1, 2, 3, 4, 5])
    let shifted = try convolution.forward(x, weights: w, bias: bias)
    let expected = try Tensor.apply(.add, y, bias.reshaped([5, 1, 1]))
    #expect(isClose(shifted, expected, absolute: 1e-5))
  }

  /// ⟨g, conv(x, w)⟩ is linear in x and in w, so the gradients are its partial products.
  @Test(arguments: [(1, 0), (1, 1), (2, 1), (3, 2)])
  func convolutionGradientsAreItsAdjoints(_ stride: Int, _ padding: Int) throws {
    let x = try normalTensor([2, 3, 9, 8], seed: 1)
    let w = try normalTensor([5, 3, 3, 3], seed: 2)
    let convolution = try Convolution(stride: stride, padding: padding)
    let y = try convolution.forward(x, weights: w)
    let g = try normalTensor(y.shape, seed: 3)
    let value = try Tensor.apply(.multiply, g, y).folded(.sum)
    let dx = try convolution.inputGradient(g, weights: w, inputShape: x.shape)
    #expect(abs(try Tensor.apply(.multiply, dx, x).folded(.sum) - value) < 1e-3)
    let dw = try convolution.weightGradients(g, input: x, weightShape: w.shape)
    #expect(abs(try Tensor.apply(.multiply, dw.weights, w).folded(.sum) - value) < 1e-3)
    let channels = try g.reduced(.sum, axis: 3).reduced(.sum, axis: 2).reduced(.sum, axis: 0)
    #expect(isClose(dw.bias, channels, absolute: 1e-4))
  }

  @Test func convolutionRefusesWhatDoesNotFit() throws {
    let x = try Tensor.zeros([1, 2, 4, 4])
    #expect(throws: TensorError.windowTooLarge("conv2d", window: [5], input: [4])) {
      try Convolution().forward(x, weights: Tensor.zeros([1, 2, 5, 5]))
    }
    #expect(throws: TensorError.shapesDiffer("conv2d", [1, 2, 4, 4], [1, 3, 3, 3])) {
      try Convolution().forward(x, weights: Tensor.zeros([1, 3, 3, 3]))
    }
    #expect(throws: TensorError.self) { try Convolution(stride: 0) }
    #expect(throws: TensorError.self) { try Convolution(padding: -1) }
    let none = try Convolution().forward(
      Tensor.zeros([0, 2, 4, 4]), weights: Tensor.zeros([1, 2, 3, 3]))
    #expect(none.shape == [0, 1, 2, 2])
  }

  @Test func theFirstMaximumGetsTheGradient() throws {
    let x = try Tensor([1, 1, 3, 4], [1, 2, 5, 5, 4, 4, 5, 5, 9, 9, 9, 9])
    let pooling = try MaxPooling(window: 2)
    let (y, places) = try pooling.forward(x)
    #expect(y.shape == [1, 1, 1, 2] && y.scalars == [4, 5])
    let g = try pooling.inputGradient(
      Tensor([1, 1, 1, 2], [10, 20]), places: places, inputShape: x.shape)
    #expect(g.scalars == [0, 0, 20, 0, 10, 0, 0, 0, 0, 0, 0, 0])
  }

  @Test func overlappingWindowsAddTheirGradients() throws {
    let x = try Tensor([1, 1, 1, 3], [1, 7, 2]).reshaped([1, 1, 3, 1])
    let pooling = try MaxPooling(window: 1, stride: 1)
    #expect(try pooling.forward(x).output == x)
    let wide = try MaxPooling(window: 3, stride: 1, padding: 1)
    let (y, places) = try wide.forward(x)
    #expect(y.scalars == [7, 7, 7])
    let g = try wide.inputGradient(
      Tensor.ones([1, 1, 3, 1]), places: places, inputShape: x.shape)
    #expect(g.scalars == [0, 3, 0])
  }

  @Test func averagesCountThePaddingWhenTheyShould() throws {
    let x = try Tensor([1, 1, 2, 2], [4, 8, 12, 16])
    #expect(try AveragePooling(window: 2).forward(x).scalars == [10])
    let counted = try AveragePooling(window: 2, stride: 2, padding: 1)
    #expect(try counted.forward(x).scalars == [1, 2, 3, 4])
    let own = try AveragePooling(window: 2, stride: 2, padding: 1, countsPadding: false)
    #expect(try own.forward(x).scalars == [4, 8, 12, 16])
    let g = try AveragePooling(window: 2).inputGradient(
      Tensor([1, 1, 1, 1], [8]), inputShape: [1, 1, 2, 2])
    #expect(g.scalars == [2, 2, 2, 2])
  }

  /// Windows that reach into padding are averaged one by one, windows side by side in whole rows:
  /// of an image with its padding written out, both are the same bits.
  @Test(arguments: [(2, 6, 6), (3, 7, 8), (4, 14, 15), (5, 3, 40), (2, 0, 2)])
  func averagesSideBySideAreThoseOneByOne(window: Int, height: Int, width: Int) throws {
    let x = try normalTensor([3, 2, height, width], seed: 4)
    let wide = try x.padded([(0, 0), (0, 0), (1, 1), (1, 1)])
    let oneByOne = try AveragePooling(window: window, stride: window, padding: 1)
    let sideBySide = try AveragePooling(window: window, stride: window)
    let averages = try sideBySide.forward(wide)
    #expect(try oneByOne.forward(x).scalars.map(\.bitPattern) == averages.scalars.map(\.bitPattern))
    let gradient = try normalTensor(averages.shape, seed: 5)
    let whole = try sideBySide.inputGradient(gradient, inputShape: wide.shape)
    let inner = try whole.sliced([
      .range(0..<3), .range(0..<2), .range(1..<height + 1), .range(1..<width + 1),
    ])
    #expect(
      try oneByOne.inputGradient(gradient, inputShape: x.shape).scalars.map(\.bitPattern)
        == inner.scalars.map(\.bitPattern))
  }

  @Test func softmaxAddsUpToOneHoweverLargeTheNumbers() throws {
    let x = try Tensor([2, 3], [1000, 1000, 1000, -1000, 0, 1000])
    let shares = try x.softmax(axis: 1)
    #expect(isClose(shares.scalars, [1.0 / 3, 1.0 / 3, 1.0 / 3, 0, 0, 1], absolute: 1e-7))
    #expect(try x.logSoftmax(axis: 1).scalars[3...] == [-2000, -1000, 0])
    let columns = try x.transposed().softmax(axis: 0)
    #expect(try columns.transposed() == shares)
  }

  @Test func crossEntropyIsTheLogOfTheShare() throws {
    let logits = try Tensor([2, 2], [0, 0, 0, 2])
    let (loss, gradient) = try logits.crossEntropy(Tensor([0, 1]))
    // (ln 2 + ln(1 + e^-2)) / 2
    #expect(abs(loss - (0.693147180559945 + 0.126928011042973) / 2) < 1e-12)
    let expected: [Float] = [-0.25, 0.25, 0.0596015, -0.0596015]
    #expect(isClose(gradient?.scalars ?? [], expected, absolute: 1e-7))
    #expect(throws: TensorError.notAClass(2, index: 1, classes: 2)) {
      try logits.crossEntropy(Tensor([0, 2]))
    }
    #expect(throws: TensorError.self) { try logits.crossEntropy(Tensor([0, .nan])) }
  }

  @Test func softmaxGradientIsItsProductWithTheJacobian() throws {
    let y = try Tensor([0.25, 0.75])
    #expect(try y.softmaxGradient(Tensor([1, 0]), axis: 0).scalars == [0.1875, -0.1875])
  }

  @Test func normalisedChannelsHaveMeanZeroAndVarianceOne() throws {
    let x = try normalTensor([4, 3, 5, 5], seed: 8)
    let norm = BatchNormalization()
    let (mean, variance) = try norm.statistics(x)
    let y = try norm.forward(
      x, mean: mean, variance: variance, scale: Tensor.ones([3]), shift: Tensor.zeros([3]))
    let (m, v) = try norm.statistics(y)
    #expect(isClose(m.scalars, [0, 0, 0], absolute: 1e-6))
    #expect(isClose(v.scalars, [1, 1, 1], absolute: 1e-4))
  }

  @Test func batchGradientsAreCentralDifferences() throws {
    let x = try normalTensor([3, 2, 2, 1], seed: 8)
    let g = try normalTensor([3, 2, 2, 1], seed: 9)
    let (scale, shift) = (try Tensor([1.5, -0.5]), try Tensor([0.1, 0.2]))
    let norm = BatchNormalization()
    func value(_ x: Tensor) throws -> Double {
      let (mean, variance) = try norm.statistics(x)
      let y = try norm.forward(x, mean: mean, variance: variance, scale: scale, shift: shift)
      return try Tensor.apply(.multiply, y, g).folded(.sum)
    }
    let (mean, variance) = try norm.statistics(x)
    let gradients = try norm.gradients(g, input: x, mean: mean, variance: variance, scale: scale)
    for index in 0..<x.count {
      var (up, down) = (x.scalars, x.scalars)
      up[index] += 0.01
      down[index] -= 0.01
      let slope = (try value(Tensor(x.shape, up)) - value(Tensor(x.shape, down))) / 0.02
      #expect(abs(slope - Double(gradients.input[index])) < 2e-3)
    }
  }

  @Test func optimizersTakeTheHandWorkedStep() throws {
    let (w, g) = (try Tensor([1, -2]), try Tensor([0.5, 1]))
    let plain = try w.steppedSGD(g, velocity: nil, rate: 0.5)
    #expect(plain.weights.scalars == [0.75, -2.5] && plain.velocity == nil)
    let first = try w.steppedSGD(g, velocity: nil, rate: 0.5, momentum: 0.5, decay: 0.5)
    // g + decay·w = 1, 0;  v = 1, 0;  w − 0.5·v
    #expect(first.weights.scalars == [0.5, -2] && first.velocity?.scalars == [1, 0])
    let second = try w.steppedSGD(g, velocity: first.velocity, rate: 0.5, momentum: 0.5)
    #expect(second.velocity?.scalars == [1, 1])
    // Adam's first step is the rate, whatever the gradient's size.
    let adam = try w.steppedAdam(g, moments: nil, step: 1, rate: 0.1)
    #expect(isClose(adam.weights.scalars, [0.9, -2.1], absolute: 1e-6))
  }

  @Test func aCachedConvolutionGivesTheSameBits() throws {
    let x = try normalTensor([2, 3, 11, 13], seed: 1)
    let w = try normalTensor([4, 3, 3, 3], seed: 2)
    let convolution = try Convolution()
    let first = try convolution.forward(x, weights: w)
    #expect(try convolution.forward(x, weights: w).scalars == first.scalars)
  }

  @Test func aBatchInPartsIsTheSameAsAWhole() throws {
    let x = try normalTensor([5, 2, 6, 6], seed: 1)
    let w = try normalTensor([3, 2, 3, 3], seed: 2)
    let whole = try Convolution()
    var parts = whole
    parts.partElements = 2 * 72  // two images at a time, then one
    let y = try whole.forward(x, weights: w)
    #expect(isClose(try parts.forward(x, weights: w), y))
    let expected = try whole.inputGradient(y, weights: w, inputShape: x.shape)
    #expect(isClose(try parts.inputGradient(y, weights: w, inputShape: x.shape), expected))
    let sums = try whole.weightGradients(y, input: x, weightShape: w.shape)
    let added = try parts.weightGradients(y, input: x, weightShape: w.shape)
    #expect(isClose(added.weights, sums.weights, absolute: 1e-4))
    #expect(isClose(added.bias, sums.bias, absolute: 1e-4))
  }
}
