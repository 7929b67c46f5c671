package dev.tesuji.compute.cpu;

import static dev.tesuji.kernel.Kernels.address;

import dev.tesuji.check.Require;
import dev.tesuji.compute.PromptReader;
import dev.tesuji.kernel.MatrixProduct;
import dev.tesuji.kernel.PagedAttention;
import dev.tesuji.kernel.Profile;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;

/// Parts of prompts on their way through the layers by kernels: between two steps only the residual
/// stream is kept. Keys and values of the layers that they are past lie in the prompts' pages.
final class CpuPromptPass implements PromptReader.Pass {
  private final Parts parts;
  private final PromptTokens tokens;
  private final int layers;
  private final Scope owner = Scope.owner();
  private final Tensor x; // the residual stream, float32 [N, C]
  private int passed;
  private boolean let;

  /// The parts of a decoding that read prompts.
  ///
  /// @param tree keeps the prompts that are read to their ends
  record Parts(
      CpuModel model,
      CpuWeights weights,
      CpuAdapters adapters,
      PagedAttention attention,
      PageTree tree) {}

  /// Begins.
  CpuPromptPass(Parts parts, PromptTokens tokens) {
    this.parts = parts;
    this.tokens = tokens;
    layers = parts.weights.layers().size();
    tokens.prompts().forEach(PagedPrompt::hold);
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      x = owner.adopt(parts.model.embed(tokens.ids()));
    }
  }

  @Override
  public int tokens() {
    return tokens.count();
  }

  @Override
  public int ahead() {
    return layers - passed;
  }

  @Override
  public void advance(int count) {
    Require.that(count <= ahead(), "layers", "at most those ahead", count);
    try (Scope _ = Scope.open();
        Profile.Span _ = Profile.span("prefill");
        NoGrad _ = NoGrad.on()) {
      CpuAngles angles = CpuAngles.of(parts.model, tokens.positions());
      CpuLayers plain = CpuLayers.of(parts.weights, angles);
      CpuLayers through = plain.with(parts.adapters.pass(tokens.adapters(), plain.tiles()));
      for (int i = 0; i < count; i++) {
        try (Scope _ = Scope.open()) {
          through.forward(passed, x, (layer, _, from, out) -> attend(layer, from, out));
        }
        passed++;
      }
    }
    if (passed == layers) {
      tokens.finished().forEach(p -> parts.tree.keep(p.key, p.tokens, p.pages));
    }
  }

  private void attend(int layer, Tensor from, Tensor out) {
    parts.attention.run(
        tokens.parts(layer), tokens.count(), address(from), address(out), parts.weights.product());
  }

  @Override
  public Tensor logits() {
    if (passed < layers) {
      throw new IllegalStateException(ahead() + " layers are still ahead");
    }
    try (Scope scope = Scope.open();
        Profile.Span _ = Profile.span("prefill");
        NoGrad _ = NoGrad.on()) {
      Tensor last = x.indexSelect(0, Tensor.of(tokens.ends()));
      CpuWeights weights = parts.weights;
      int n = tokens.ends().length;
      Tensor normed = Tensor.empty(weights.product(), n, last.size(1));
      weights.norm().forward(address(last), n, address(normed), weights.product());
      Tensor logits = Tensor.empty(Dtype.FLOAT32, n, weights.head().width());
      MatrixProduct.run(address(normed), n, weights.head(), address(logits), false);
      return scope.keep(logits);
    }
  }

  @Override
  public void close() {
    if (!let) {
      let = true;
      tokens.prompts().forEach(PagedPrompt::release);
      owner.close();
    }
  }
}
