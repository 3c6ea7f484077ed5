import TestSupport
import Testing

@testable import Tensors

@Suite struct MatrixProductTests {
  @Test func twoByTwoIsTheHandWorkedProduct() throws {
    let a = try Tensor([2, 2], [1, 2, 3, 4])
    let b = try Tensor([2, 2], [5, 6, 7, 8])
    #expect(try a.matrixProduct(b).scalars == [19, 22, 43, 50])
    #expect(try a.matrixProduct(b, transposingLeft: true).scalars == [26, 30, 38, 44])
    #expect(try a.matrixProduct(b, transposingRight: true).scalars == [17, 23, 39, 53])
  }

  @Test func vectorsLoseTheirAxis() throws {
    let a = try Tensor([2, 3], [1, 2, 3, 4, 5, 6])
    let v = try Tensor([1, 0, 2])
    let rows = try a.matrixProduct(v)
    #expect(rows.shape == [2] && rows.scalars == [7, 16])
    let columns = try Tensor([1, 10]).matrixProduct(a)
    #expect(columns.shape == [3] && columns.scalars == [41, 52, 63])
    let dot = try v.matrixProduct(v)
    #expect(dot.shape == [] && dot.scalars == [5])
  }

  @Test func leadingAxesAreBatchesThatRepeat() throws {
    let a = try Tensor([2, 1, 2], [1, 2, 3, 4])
    let b = try Tensor([2, 2], [1, 0, 0, 10])
    let product = try a.matrixProduct(b)
    #expect(product.shape == [2, 1, 2])
    #expect(product.scalars == [1, 20, 3, 40])
    let many = try a.matrixProduct(Tensor([2, 2, 1], [1, 1, 1, -1]))
    #expect(many.scalars == [3, -1])
  }

  @Test func noInnerLengthGivesZeros() throws {
    let product = try Tensor.zeros([2, 0]).matrixProduct(Tensor.zeros([0, 3]))
    #expect(product == (try Tensor.zeros([2, 3])))
  }

  @Test func mismatchedSizesNameBothAndTheTranspose() throws {
    let a = try Tensor.zeros([32, 784])
    let error = #expect(throws: TensorError.self) {
      try a.matrixProduct(Tensor.zeros([300, 784]))
    }
    #expect(error == .cannotMultiply([32, 784], [300, 784]))
    #expect(error?.notes == ["784 columns meet 300 rows"])
    #expect(error?.help == ["transpose the right one: `a @ b.T`"])
  }

  @Test(arguments: [(false, false), (true, false), (false, true), (true, true)])
  func agreesWithDoublesForUnevenSizes(_ left: Bool, _ right: Bool) throws {
    let (m, k, n) = (37, 53, 29)
    let a = try normalTensor(left ? [k, m] : [m, k], seed: 1)
    let b = try normalTensor(right ? [n, k] : [k, n], seed: 2)
    let product = try a.matrixProduct(b, transposingLeft: left, transposingRight: right)
    for i in 0..<m {
      for j in 0..<n {
        var sum = 0.0
        for t in 0..<k {
          let x = a[left ? t * m + i : i * k + t]
          let y = b[right ? j * k + t : t * n + j]
          sum += Double(x) * Double(y)
        }
        #expect(abs(Double(product[i * n + j]) - sum) < 1e-4)
      }
    }
  }

  @Test func aCancelledRunStopsBeforeTheProduct() throws {
    let work = Work()
    work.cancel()
    let a = try Tensor.zeros([4, 4])
    #expect(throws: Cancelled.self) {
      try Work.$current.withValue(work) { try a.matrixProduct(a) }
    }
  }
}
