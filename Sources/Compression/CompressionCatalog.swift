import Catalog

/// Every operator, criterion, format and option of the library, in the order lessons teach them.
///
/// To add one, write its file in `Operators/` and add its line here.
public let compressionCatalog: [any Cataloged.Type] =
  pruning + quantization + sharing + storage + learning + search

/// Which weights go: the verb, the criteria, where and when.
private let pruning: [any Cataloged.Type] = [
  Prune.self,
  // Criteria.
  MagnitudeCriterion.self,
  RandomCriterion.self,
  ThresholdCriterion.self,
  SigmaThresholdCriterion.self,
  GradientCriterion.self,
  GradientStabilityCriterion.self,
  NeighbourSimilarityCriterion.self,
  ActivationCriterion.self,
  WeightSizeCriterion.self,
  GradientSizeCriterion.self,
  UnitGradientCriterion.self,
  InverseSumCriterion.self,
  InverseMaxCriterion.self,
  TaylorCriterion.self,
  ConnectionSensitivityCriterion.self,
  SynapticFlowCriterion.self,
  OptimalBrainDamageCriterion.self,
  WandaCriterion.self,
  SparseGPTCriterion.self,
  ZeroActivationCriterion.self,
  SlimmingCriterion.self,
  LampCriterion.self,
  MovementCriterion.self,
  ChannelL1Criterion.self,
  ChannelL2Criterion.self,
  GeometricMedianCriterion.self,
  // Scopes and structures.
  LayerScope.self,
  GlobalScope.self,
  SingleWeights.self,
  Rows.self,
  Kernels.self,
  Channels.self,
  Neurons.self,
  Blocks.self,
  NOfM.self,
  // Schedules.
  OneShotSchedule.self,
  LinearSchedule.self,
  CubicSchedule.self,
  IterativeSchedule.self,
  LotterySchedule.self,
  RegrowSchedule.self,
  SpliceSchedule.self,
]

/// On which grid the rest lies: the verb, the formats, their parts, ranges and rounding.
private let quantization: [any Cataloged.Type] = [
  Quantize.self,
  // Formats.
  SignedIntegers.self,
  UnsignedIntegers.self,
  FixedFormat.self,
  PowerOfTwoFormat.self,
  TernaryFormat.self,
  BinaryFormat.self,
  FP8Format.self,
  E4M3Format.self,
  E5M2Format.self,
  Float16Format.self,
  BFloat16Format.self,
  NF4Format.self,
  MXFP4Format.self,
  GridFormat.self,
  PlacesFormat.self,
  StandardizedFormat.self,
  DividedFormat.self,
  // Parts with a scale of their own.
  ChannelSlices.self,
  GroupSlices.self,
  E8M0Scales.self,
  TwoLevelScales.self,
  // Conventions of other programs.
  OnnxConvention.self,
  TorchConvention.self,
  TfliteConvention.self,
  // Ranges.
  MinMaxRange.self,
  MovingAverageRange.self,
  PercentileRange.self,
  EntropyRange.self,
  LeastErrorRange.self,
  AnalyticRange.self,
  // Rounding.
  NearestRounding.self,
  GPTQRounding.self,
  AdaptiveRounding.self,
  HalfQuadraticRounding.self,
  ActivationAwareRounding.self,
  // Preparation and correction.
  NormFolding.self,
  LayerEqualization.self,
  ActivationSmoothing.self,
  BiasCorrection.self,
  // Activations.
  StaticActivations.self,
  DynamicActivations.self,
]

/// Fewer different numbers: shared weights and low rank.
private let sharing: [any Cataloged.Type] = [
  Share.self,
  // Starts of k-means.
  DensityStart.self,
  PlusPlusStart.self,
  ExactClusters.self,
  // Low rank.
  Factorize.self,
]

/// How what is left is laid out in bytes.
private let storage: [any Cataloged.Type] = [
  Encode.self,
  // Where elements belong.
  DenseStorage.self,
  PackedStorage.self,
  BitmaskStorage.self,
  RowStorage.self,
  RelativeStorage.self,
  // How they are written.
  HuffmanStorage.self,
  RangeCoderStorage.self,
  SmallestStorage.self,
]

/// Compression while training, and training from a teacher.
private let learning: [any Cataloged.Type] = [
  LearnedStepQuantization.self,
  Distill.self,
  DistillationLoss.self,
]

/// Measuring what may go, and searching a plan.
private let search: [any Cataloged.Type] = [
  // Which layers are compressed while one is measured.
  OneOn.self,
  OneOff.self,
  // Devices.
  DeviceProfile.self,
  Nano33.self,
  Pico.self,
  STM32F746.self,
]

/// The criteria among these: what `by:` may name.
public let criterionCatalog = compressionCatalog.compactMap { $0 as? any CatalogedCriterion.Type }

/// The structures among these: what `structure:` may name.
public let structureCatalog = compressionCatalog.compactMap { $0 as? any Structure.Type }

/// The number formats among these: what `quantize` may be given.
public let formatCatalog = compressionCatalog.compactMap { $0 as? any FormatFamily.Type }

/// The ways to store among these: what `encode` may be given.
public let storageCatalog = compressionCatalog.compactMap { $0 as? any StorageOption.Type }

/// The devices among these: what `cost` may be told to fit.
public let deviceCatalog = compressionCatalog.compactMap { $0 as? any DeviceFamily.Type }

/// The cards of all these, each format's own names (`int2` … `int16`) included.
public var compressionCards: [Card] {
  compressionCatalog.flatMap { type in
    [type.card] + ((type as? any FormatFamily.Type)?.named.map(\.card) ?? [])
  }
}
