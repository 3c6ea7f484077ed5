/// How the channels of a layer's result follow from those of its inputs.
///
/// The channels of a shape are the entries of its first axis: the channels of an image, the numbers
/// of a flat input. From this alone follows what has to shrink together with a channel.
public enum ChannelFlow: Sendable, Hashable {
  /// A result may depend on all channels and their number, so the layer's inputs keep them all.
  ///
  /// A layer that says nothing is taken for one of these.
  case mixed
  /// Channel c of the result is made of channel c of every input alone.
  ///
  /// Each parameter has one entry a channel along its first axis.
  case same
  /// The channels of the inputs one after another.
  case joined
  /// Channel c becomes as many consecutive numbers as it has: a `flatten`.
  case spread
  /// Channels of the layer's own, each made from all channels of its one input.
  ///
  /// Every parameter has one entry an own channel along its first axis, one with more axes one
  /// entry an input's channel along its second. A setting says how many channels there are.
  case made(OwnChannel, setting: String)
}

/// What a channel is called where it is made.
public enum OwnChannel: String, Sendable, Hashable {
  /// Of a convolution.
  case filter
  /// Of a linear layer.
  case neuron
}
