package dev.tesuji.alphago.net;

import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Images;
import dev.tesuji.tensor.Tensor;
import java.util.List;

/// The forward pass: a tower of residual blocks and four heads.
///
/// ```
/// x = relu(stem(planes))
/// h = relu(first(x));  h += pool(h) W where the block pools
/// x = relu(second(h) + x)                          once a block
/// ```
///
/// with pool(h) the mean and the largest value of every channel over the board, end to end (`[B,
/// 2C]`): what happens in one corner is known in the others
/// ([KataGo](https://arxiv.org/abs/1902.10565), section 3.3).
final class Tower {
  /// Channels of the heads.
  static final int HEAD = 16;

  /// Width of the value head's hidden layer.
  static final int HIDDEN = 48;

  private Tower() {}

  /// Returns whether a block pools over the whole board: every other one, the last among them.
  static boolean pools(NetConfig config, int block) {
    return (config.blocks() - 1 - block) % 2 == 0;
  }

  /// Runs the network.
  ///
  /// @param planes `[B, H, W, P]` in the type that the tower computes in
  static Outputs forward(NetConfig config, Layers layers, Tensor planes) {
    Tensor x = layers.relu(layers.convolve("stem", planes));
    for (int block = 0; block < config.blocks(); block++) {
      String name = "blocks." + block;
      Tensor h = layers.relu(layers.convolve(name + ".first", x));
      if (pools(config, block)) {
        Tensor shift = layers.linear(name + ".pool", pooled(h)).to(h.dtype());
        h = h.add(shift.view(shift.size(0), 1, 1, shift.size(1)));
      }
      x = layers.relu(layers.convolve(name + ".second", h).add(x));
    }
    return heads(config, layers, x);
  }

  private static Outputs heads(NetConfig config, Layers layers, Tensor x) {
    Tensor policy = layers.relu(layers.convolve("policy", x)).to(Dtype.FLOAT32);
    Tensor value = layers.relu(layers.convolve("value", x)).to(Dtype.FLOAT32);
    long batch = x.size(0);
    Tensor hidden = layers.relu(layers.linear("value.hidden", pooled(value)));
    Tensor ends = layers.linear("value.out", hidden); // [B, 2]
    return new Outputs(
        policy(config, layers, policy),
        ends.select(1, 0),
        ends.select(1, 1),
        layers.linear("ownership", value).view(batch, config.cells()));
  }

  private static Tensor policy(NetConfig config, Layers layers, Tensor image) {
    long batch = image.size(0);
    Tensor pooled = pooled(image);
    Tensor shift = layers.linear("policy.pool", pooled);
    Tensor h = layers.relu(image.add(shift.view(batch, 1, 1, HEAD)));
    if (!config.playsOnCells()) {
      return layers.linear("policy.out", h.reshape(batch, (long) config.cells() * HEAD));
    }
    Tensor cells = layers.linear("policy.out", h).view(batch, config.cells());
    return Tensor.cat(List.of(cells, layers.linear("policy.pass", pooled)), 1);
  }

  /// Takes mean and largest value of every channel: `[B, H, W, C]` to float32 `[B, 2C]`.
  private static Tensor pooled(Tensor image) {
    return Tensor.cat(List.of(Images.mean(image), Images.largest(image)), 1).to(Dtype.FLOAT32);
  }
}
