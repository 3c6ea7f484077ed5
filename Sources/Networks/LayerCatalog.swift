/// Every kind of layer, in the order the lessons teach them.
///
/// To add one, write its file in `Layers/` and add its line here.
public let layerCatalog: [any Layer.Type] = [
  Input.self,
  Linear.self,
  Flatten.self,
  ReLU.self,
  Sigmoid.self,
  Tanh.self,
  Softmax.self,
  Convolution2D.self,
  MaxPool.self,
  AveragePool.self,
  Dropout.self,
  BatchNorm.self,
  Add.self,
  Concat.self,
]
