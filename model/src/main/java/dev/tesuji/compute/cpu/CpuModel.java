package dev.tesuji.compute.cpu;

import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.kernel.BlockPanels;
import dev.tesuji.kernel.EightBitPanels;
import dev.tesuji.kernel.Heads;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.kernel.Panels;
import dev.tesuji.kernel.Rows;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.DecoderLayer;
import dev.tesuji.nn.FeedForward;
import dev.tesuji.nn.GatedFeedForward;
import dev.tesuji.nn.GroupedAttention;
import dev.tesuji.nn.MixtureOfExperts;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.nn.ModelConfig.Activation;
import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.AttentionConfig.HeadNorm;
import dev.tesuji.nn.ModelConfig.AttentionConfig.Scores;
import dev.tesuji.nn.ModelConfig.ExpertsConfig;
import dev.tesuji.nn.ModelConfig.RopeConfig;
import dev.tesuji.nn.ModelConfig.RopeScaling;
import dev.tesuji.nn.ModelConfig.Scoring;
import dev.tesuji.nn.Parameter;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A model that consists of what the kernels know.
///
/// @param weights the model
/// @param layers its layers by their kinds
/// @param product the type of its matrix products
/// @param eightBit whether matrices are rounded to 8 bits where they are packed
record CpuModel(CausalLm weights, List<Layer> layers, Dtype product, boolean eightBit) {
  /// A layer of grouped attention and a gated block, or experts.
  record Layer(
      Tensor attentionNorm,
      GroupedAttention attention,
      Tensor feedForwardNorm,
      FeedForward feedForward) {}

  /// Returns a model as the kernels see it; empty where something in it is unknown to them.
  static Optional<CpuModel> of(CausalLm model) {
    boolean typed = model.dtype() == Dtype.FLOAT32 || model.dtype() == Dtype.BFLOAT16;
    if (!typed || !model.device().isCpu() || !Kernels.available()) {
      return Optional.empty();
    }
    List<Layer> layers = new ArrayList<>();
    for (DecoderLayer layer : model.layers()) {
      Tensor attentionNorm = layer.attentionNorm();
      Tensor feedForwardNorm = layer.feedForwardNorm();
      if (attentionNorm != null
          && feedForwardNorm != null
          && layer.attention() instanceof GroupedAttention attention
          && fits(attention)
          && fits(layer.feedForward())) {
        layers.add(new Layer(attentionNorm, attention, feedForwardNorm, layer.feedForward()));
      }
    }
    ModelConfig config = model.config();
    return config.stream().isPlain()
            && layers.size() == config.layers()
            && isWhole(config.hiddenSize())
        ? Optional.of(new CpuModel(model, List.copyOf(layers), product(model.dtype()), false))
        : Optional.empty();
  }

  /// Returns the type in which weights are multiplied: their own, or float32 where this machine has
  /// no products in it, to which they are widened on their way.
  private static Dtype product(Dtype weights) {
    return Kernels.available(weights) ? weights : Dtype.FLOAT32;
  }

  private static boolean fits(FeedForward block) {
    return switch (block) {
      case GatedFeedForward gated -> fits(gated);
      case MixtureOfExperts experts -> {
        ExpertsConfig config = experts.router().config();
        MixtureOfExperts.Shared shared = experts.shared();
        yield config.scoring() == Scoring.SOFTMAX
            && config.groups() == config.groupsPerToken()
            && config.scale() == 1
            && isWhole(config.intermediateSize())
            && (shared == null || fits(shared.block()));
      }
    };
  }

  private static boolean fits(GatedFeedForward block) {
    return block.activation() == Activation.SILU
        && block.down().bias() == null
        && isWhole(block.intermediate());
  }

  private static boolean fits(GroupedAttention attention) {
    AttentionConfig.Grouped config = attention.config();
    return attention.output().bias() == null
        && turnsWhole(attention.sight().rope())
        && config.norm() != HeadNorm.ALL
        && config.scores().equals(Scores.plain(config.headDim()))
        && config.headDim() % 2 == 0
        && isWhole(config.queryWidth());
  }

  private static boolean turnsWhole(@Nullable RopeConfig rope) {
    return rope == null || (rope.part() == 1 && !(rope.scaling() instanceof RopeScaling.LongRope));
  }

  private static boolean isWhole(long width) {
    return width % Kernels.LANES == 0;
  }

  /// Returns whether some layer has experts.
  boolean hasExperts() {
    return layers.stream().anyMatch(l -> l.feedForward() instanceof MixtureOfExperts);
  }

  /// Returns the types that its products can be computed in: a float32 model's also in bfloat16,
  /// where this machine can and its weights are not in blocks.
  Set<Dtype> productTypes() {
    Set<Dtype> types = EnumSet.of(product(weights.dtype()));
    if (Kernels.available(Dtype.BFLOAT16) && !weights.isInBlocks()) {
      types.add(Dtype.BFLOAT16);
    }
    return types;
  }

  /// Returns the same model with products in a type.
  CpuModel multiplyingIn(Dtype type) {
    return new CpuModel(weights, layers, type, eightBit);
  }

  /// Returns the model as it generates.
  CpuModel generating(DecodingCapacity capacity) {
    // What rounds to 8 bits takes and gives float32.
    return capacity.eightBit() ? new CpuModel(weights, layers, Dtype.FLOAT32, true) : this;
  }

  /// Returns the layout of a layer's heads, without biases and norms.
  Heads heads() {
    AttentionConfig.Grouped attention = layers.getFirst().attention().config();
    return Heads.plain(attention.heads(), attention.kvHeads(), attention.headDim());
  }

  /// Returns the embeddings of tokens, float32 `[N, C]`.
  Tensor embed(int[] ids) {
    int width = weights.config().hiddenSize();
    Tensor x = Tensor.empty(Dtype.FLOAT32, ids.length, width);
    BlockPanels blocks = weights.blocks(weights.embedding());
    if (blocks != null) {
      blocks.gather(ids, Kernels.address(x));
      return x;
    }
    long embedding = Kernels.address(weights.embedding());
    Rows.gather(embedding, weights.dtype(), width, ids, Kernels.address(x));
    return x;
  }

  /// Returns a weight `[out, in]` as products read it: where it is, or in blocks.
  Panels panels(Tensor weight) {
    BlockPanels blocks = weights.blocks(weight);
    return blocks == null ? Panels.transposed(weight, product) : blocks;
  }

  /// Returns whether a weight is packed as bfloat16 and widened as it is multiplied.
  boolean packsNarrow(Tensor weight) {
    return product == Dtype.FLOAT32
        && weight.dtype() == Dtype.BFLOAT16
        && weight.shape().rank() == 2
        && !hasExperts();
  }

  /// Returns the bytes of the weights that a step reads, packed but for those in blocks.
  ///
  /// @param again whether those in blocks, which are not packed once more, count
  long readBytes(boolean again) {
    ModelConfig config = weights.config();
    return weights.parameters().stream()
        .map(Parameter::tensor)
        .filter(t -> config.tiedEmbeddings() || t != weights.embedding())
        .mapToLong(t -> {
          if (eightBit && t.shape().rank() == 2) {
            return EightBitPanels.bytes(t.size(1), t.size(0));
          }
          BlockPanels blocks = weights.blocks(t);
          if (packsNarrow(t)) {
            return BlockPanels.narrowBytes(t.size(1), t.size(0));
          }
          long kept = blocks != null && again ? blocks.storedBytes() : 0;
          return blocks == null ? t.elements() * product.bytes() : kept;
        })
        .sum();
  }

  /// Adds a gradient at the embeddings of tokens, float32 `[N, C]`, to theirs.
  void embedBackward(int[] ids, Tensor gradient) {
    Tensor embedding = weights.embedding();
    if (embedding.requiresGrad()) {
      int rows = weights.config().vocabularySize();
      Rows.add(Kernels.address(gradient), ids, embedding.startedGrad(), rows);
    }
  }

  /// Counts the tables of angles that layers need, one for each way in which positions turn them.
  long tables() {
    return layers.stream()
        .map(l -> Optional.ofNullable(l.attention().sight().rope()))
        .distinct()
        .count();
  }

  /// Returns the shortest window of a layer; the largest number where all see all.
  int window() {
    return layers.stream()
        .mapToInt(l -> l.attention().sight().window())
        .filter(w -> w > 0)
        .min()
        .orElse(Integer.MAX_VALUE);
  }
}
