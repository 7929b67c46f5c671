package dev.tesuji.tensor;

import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/// Operations on images whose channels come last: `[B, H, W, C]`, contiguous.
///
/// libtorch's own order is `[B, C, H, W]`; a permuted view of an image with its channels last is
/// what it calls channels-last, which oneDNN convolves without reordering. On CPUs with bfloat16
/// products that order is the fast one.
public final class Images {
  private static final long[] ONE = {1, 1};

  private Images() {}

  /// Convolves with stride 1 and a border of zeros, so that the size stays.
  ///
  /// @param image `[B, H, W, I]`
  /// @param weight `[O, k * k * I]`, k odd: rows, columns, channels
  /// @param bias `[O]`; null for none
  /// @return `[B, H, W, O]`
  public static Tensor convolve(Tensor image, Tensor weight, @Nullable Tensor bias) {
    long in = image.size(3);
    long out = weight.size(0);
    long k = Math.round(Math.sqrt((double) weight.size(1) / in));
    if (k * k * in != weight.size(1) || k % 2 == 0) {
      throw new IllegalArgumentException(
          "weight must be [O, k * k * " + in + "] with k odd, got " + weight.shape());
    }
    long[] border = {k / 2, k / 2};
    return Tensor.make(() -> {
      try (var channelsFirst = image.handle().permute(0, 3, 1, 2);
          var cube = weight.handle().view(out, k, k, in);
          var kernel = cube.permute(0, 3, 1, 2);
          var shift = bias == null ? new TensorOptional() : new TensorOptional(bias.handle());
          var convolved =
              torch.conv2d(channelsFirst, kernel, shift, ONE, border, ONE, /* groups= */ 1)) {
        return convolved.permute(0, 2, 3, 1);
      }
    });
  }

  /// Normalises each channel: (x - mean) / √(variance + ε) · weight + bias.
  ///
  /// @param image `[B, H, W, C]`
  /// @param norm the layer's float32 values, `[C]` each
  /// @param training whether mean and variance are those of the batch, towards which the running
  ///   ones are moved; otherwise the running ones are used
  public static Tensor batchNorm(Tensor image, BatchNorm norm, boolean training) {
    return Tensor.make(() -> {
      try (var channelsFirst = image.handle().permute(0, 3, 1, 2);
          var weight = new TensorOptional(norm.weight().handle());
          var bias = new TensorOptional(norm.bias().handle());
          var mean = new TensorOptional(norm.mean().handle());
          var variance = new TensorOptional(norm.variance().handle());
          var normalised =
              torch.batch_norm(
                  channelsFirst,
                  weight,
                  bias,
                  mean,
                  variance,
                  training,
                  BatchNorm.MOMENTUM,
                  BatchNorm.EPSILON,
                  false)) {
        return normalised.permute(0, 2, 3, 1);
      }
    });
  }

  /// The values of a layer of batch normalisation.
  ///
  /// @param weight the factor, which is trained
  /// @param bias the shift, which is trained
  /// @param mean the running mean
  /// @param variance the running variance
  public record BatchNorm(Tensor weight, Tensor bias, Tensor mean, Tensor variance) {
    /// The share of a batch in the running values.
    public static final double MOMENTUM = 0.1;

    /// Is added to variances.
    public static final double EPSILON = 1e-5;
  }

  /// Applies max(x, 0).
  public static Tensor relu(Tensor x) {
    return Tensor.make(() -> torch.relu(x.handle()));
  }

  /// Applies max(x, 0) in place, and returns its argument.
  public static Tensor reluInPlace(Tensor x) {
    Tensor.get(() -> x.handle().relu_()); // returns its own handle
    return x;
  }

  /// Takes the largest value of each channel: `[B, H, W, C]` to `[B, C]`.
  ///
  /// By libtorch's pooling, which goes along the channels with vectors; its reductions do not.
  public static Tensor largest(Tensor image) {
    long[] whole = {image.size(1), image.size(2)};
    return Tensor.make(() -> {
      try (var channelsFirst = image.handle().permute(0, 3, 1, 2);
          var pooled = torch.max_pool2d(channelsFirst, whole, ONE, new long[] {0, 0}, ONE, false)) {
        return pooled.flatten(1, -1);
      }
    });
  }

  /// Takes the mean of each channel: `[B, H, W, C]` to `[B, C]`.
  public static Tensor mean(Tensor image) {
    return Tensor.make(() -> image.handle().mean(new long[] {1, 2}, false, Handles.DTYPE));
  }
}
