package dev.tesuji.compute.cpu;

import static java.util.Objects.requireNonNull;

import dev.tesuji.kernel.BlockPanels;
import dev.tesuji.kernel.EightBitPanels;
import dev.tesuji.kernel.Heads;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.kernel.Panels;
import dev.tesuji.kernel.RmsNorm;
import dev.tesuji.kernel.Tiles;
import dev.tesuji.nn.FeedForward;
import dev.tesuji.nn.GatedFeedForward;
import dev.tesuji.nn.GroupedAttention;
import dev.tesuji.nn.Linear;
import dev.tesuji.nn.MixtureOfExperts;
import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A decoder's weights as kernels read them, for as long as nobody changes them.
///
/// For one pass the matrices are read where they are; for many passes with the same weights they
/// are packed once. Owns what it makes.
final class CpuWeights implements AutoCloseable {
  private final Scope owner = Scope.owner();
  private final CpuModel model;
  private final Dtype product;
  private final boolean packed;
  private final List<Layer> layers = new ArrayList<>();
  private final RmsNorm norm;
  private final Panels head;

  /// The weights of a layer.
  record Layer(
      int number,
      RmsNorm attentionNorm,
      Heads heads,
      Panels qkv,
      Panels output,
      RmsNorm feedForwardNorm,
      CpuFeed feed) {
    /// Returns the bytes of a layer's packed matrices.
    long bytes() {
      return CpuFeed.bytes(qkv, output) + feed.bytes();
    }

    /// Returns the same with matrices packed, in the open scope, where they are not already.
    Layer packed() {
      return new Layer(
          number,
          attentionNorm,
          heads,
          CpuWeights.packed(qkv),
          CpuWeights.packed(output),
          feedForwardNorm,
          feed.packed());
    }
  }

  /// Packs panels in the open scope, unless they are or stay in blocks.
  static Panels packed(Panels panels) {
    return switch (panels) {
      case Panels.Packed _, BlockPanels _, EightBitPanels _ -> panels;
      case Panels.Transposed _, Panels.Plain _ ->
          Panels.Packed.of(panels, Tensor.empty(panels.type(), Panels.Packed.elements(panels)));
    };
  }

  private CpuWeights(CpuModel model, boolean packed) {
    this.model = model;
    product = model.product();
    this.packed = packed;
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      double epsilon = model.weights().config().normEpsilon();
      for (CpuModel.Layer layer : model.layers()) {
        GroupedAttention attention = layer.attention();
        layers.add(
            new Layer(
                layers.size(),
                norm(layer.attentionNorm(), epsilon),
                heads(attention, epsilon),
                panels(attention.qkv()),
                panels(attention.output()),
                norm(layer.feedForwardNorm(), epsilon),
                feed(layer.feedForward())));
      }
      norm = norm(model.weights().norm(), epsilon);
      head = panels(model.weights().head());
    }
  }

  /// Reads the weights where they are.
  static CpuWeights inPlace(CpuModel model) {
    return new CpuWeights(model, false);
  }

  /// Packs the weights, adapters included.
  static CpuWeights packed(CpuModel model) {
    return new CpuWeights(model, true);
  }

  private CpuFeed feed(FeedForward block) {
    return switch (block) {
      case GatedFeedForward gated -> gated(gated);
      case MixtureOfExperts experts -> {
        List<CpuFeed.Gated> routed = new ArrayList<>();
        for (int e = 0; e < experts.gateUp().experts(); e++) {
          Panels gateUp = panels(experts.gateUp().each().get(e));
          routed.add(new CpuFeed.Gated(gateUp, panels(experts.down().each().get(e))));
        }
        MixtureOfExperts.Shared shared = experts.shared();
        Linear gate = shared == null ? null : shared.gate();
        yield new CpuFeed.Experts(
            experts.router(),
            wide(experts.router().weight()),
            routed,
            shared == null ? null : gated(shared.block()),
            gate == null ? null : wide(packed ? gate.effectiveWeight() : gate.weight()));
      }
    };
  }

  private CpuFeed.Gated gated(GatedFeedForward block) {
    return new CpuFeed.Gated(panels(block.gateUp()), panels(block.down()));
  }

  private Heads heads(GroupedAttention attention, double epsilon) {
    AttentionConfig.Grouped c = attention.config();
    Tensor bias = attention.qkv().bias();
    return new Heads(
        c.heads(),
        c.kvHeads(),
        c.headDim(),
        bias == null ? 0 : Kernels.address(wide(bias)),
        headNorm(attention.queryNorm(), epsilon),
        headNorm(attention.keyNorm(), epsilon));
  }

  private @Nullable RmsNorm headNorm(@Nullable Tensor weight, double epsilon) {
    return weight == null ? null : norm(weight, epsilon);
  }

  private RmsNorm norm(Tensor weight, double epsilon) {
    return RmsNorm.of(wide(weight), epsilon);
  }

  private Tensor wide(Tensor t) {
    return t.dtype() == Dtype.FLOAT32 ? t : owner.adopt(t.detach().to(Dtype.FLOAT32));
  }

  private Panels panels(Linear linear) {
    return panels(packed ? linear.effectiveWeight() : linear.weight());
  }

  private Panels panels(Tensor weight) {
    if (packed && model.eightBit()) {
      long bytes = EightBitPanels.bytes(weight.size(1), weight.size(0));
      return EightBitPanels.of(weight, owner.adopt(Tensor.empty(Dtype.UINT8, bytes)));
    }
    if (packed && model.packsNarrow(weight)) {
      long bytes = BlockPanels.narrowBytes(weight.size(1), weight.size(0));
      return BlockPanels.narrow(weight, owner.adopt(Tensor.empty(Dtype.UINT8, bytes)));
    }
    Panels panels = model.panels(weight);
    if (!packed || panels instanceof BlockPanels) {
      return panels;
    }
    Tensor memory = owner.adopt(Tensor.empty(product, Panels.Packed.elements(panels)));
    return Panels.Packed.of(panels, memory);
  }

  /// Returns the bytes that a step reads: all packed matrices and those in blocks, the head's too.
  long bytes() {
    return model.readBytes(true);
  }

  /// Shares tokens out among cores: never where there are experts, each of which reads all of its
  /// tokens at once.
  Tiles tiles(int rows, long weightBytes) {
    return hasExperts() ? new Tiles(rows, rows) : Tiles.of(rows, weightBytes);
  }

  /// Shares tokens out for work that sums over them.
  Tiles summedTiles(int rows, long weightBytes) {
    return hasExperts() ? new Tiles(rows, rows) : Tiles.summed(rows, weightBytes);
  }

  private boolean hasExperts() {
    return layers.stream().anyMatch(l -> l.feed() instanceof CpuFeed.Experts);
  }

  /// Returns the greatest I of gated blocks; 0 where there are none.
  int inner() {
    return layers.stream()
        .mapToInt(l -> l.feed() instanceof CpuFeed.Gated gated ? gated.down().depth() : 0)
        .max()
        .orElse(0);
  }

  Dtype product() {
    return product;
  }

  List<Layer> layers() {
    return layers;
  }

  RmsNorm norm() {
    return requireNonNull(norm);
  }

  Panels head() {
    return requireNonNull(head);
  }

  @Override
  public void close() {
    owner.close();
  }
}
