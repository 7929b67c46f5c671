package dev.tesuji.alphago.net;

import static java.util.Objects.requireNonNull;

import dev.tesuji.tensor.Images;
import dev.tesuji.tensor.Images.BatchNorm;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/// A copy of a network for play: what batch normalisation does to the output of a convolution is
/// put into the convolution, w γ / √(σ² + ε) and β - μ γ / √(σ² + ε).
///
/// Close it to free it.
public final class FoldedNet implements AutoCloseable {
  private final NetConfig config;
  private final dev.tesuji.tensor.Dtype dtype;
  private final Scope owner = Scope.owner();
  private final Map<String, Tensor> weights = new LinkedHashMap<>();

  FoldedNet(PolicyValueNet net) {
    config = net.config();
    dtype = net.dtype();
    net.all().keySet().stream()
        .filter(name -> name.endsWith(".weight") && !name.endsWith(".norm.weight"))
        .map(name -> name.substring(0, name.length() - ".weight".length()))
        .forEach(layer -> fold(net, layer));
  }

  private void fold(PolicyValueNet net, String layer) {
    Tensor weight = net.weight(layer + ".weight");
    if (net.all().containsKey(layer + ".bias")) { // a linear layer, in float32
      weights.put(layer + ".weight", owner.adopt(weight.copy()));
      weights.put(layer + ".bias", owner.adopt(net.weight(layer + ".bias").copy()));
      return;
    }
    BatchNorm norm = net.norm(layer);
    Tensor factor = norm.weight().div(norm.variance().add(BatchNorm.EPSILON).sqrt());
    weights.put(
        layer + ".weight", owner.adopt(weight.mul(factor.unsqueeze(1)).to(dtype).contiguous()));
    weights.put(layer + ".bias", owner.adopt(norm.bias().sub(norm.mean().mul(factor)).to(dtype)));
  }

  /// Returns its shape.
  public NetConfig config() {
    return config;
  }

  /// Runs the network, without gradients.
  ///
  /// @param planes `[B, P, H, W]` one after another, as games write them
  /// @param states B
  public Outputs forward(float[] planes, int states) {
    try (Scope scope = Scope.open()) {
      return forward(image(config, planes, states)).keptBy(scope);
    }
  }

  /// Runs the network, without gradients.
  ///
  /// @param planes float32 `[B, H, W, P]`
  public Outputs forward(Tensor planes) {
    try (Scope scope = Scope.open();
        NoGrad _ = NoGrad.on()) {
      return Tower.forward(config, new Folded(), planes.to(dtype)).keptBy(scope);
    }
  }

  /// Makes a tensor of planes with its channels last.
  ///
  /// @param planes `[B, P, H, W]` one after another
  /// @return float32 `[B, H, W, P]`
  public static Tensor image(NetConfig config, float[] planes, int states) {
    int cells = config.cells();
    int depth = config.planes();
    float[] last = new float[states * cells * depth];
    for (int state = 0, at = 0; state < states; state++) {
      for (int plane = 0; plane < depth; plane++) {
        int to = state * depth * cells + plane;
        for (int cell = 0; cell < cells; cell++, to += depth) {
          last[to] = planes[at++];
        }
      }
    }
    return Tensor.of(last, states, config.height(), config.width(), depth);
  }

  @Override
  public void close() {
    owner.close();
  }

  /// The layers as they are played with.
  private final class Folded implements Layers {
    private Tensor get(String name) {
      return requireNonNull(weights.get(name), name);
    }

    @Override
    public Tensor convolve(String name, Tensor image) {
      return Images.convolve(image, get(name + ".weight"), get(name + ".bias"));
    }

    @Override
    public Tensor linear(String name, Tensor x) {
      return x.linear(get(name + ".weight"), get(name + ".bias"));
    }

    @Override
    public Tensor relu(Tensor x) {
      return Images.reluInPlace(x);
    }
  }
}
