package dev.tesuji.policy;

import dev.tesuji.nn.CausalLm;
import dev.tesuji.tensor.Dtype;

/// The types that matrix products are computed in where tokens are drawn, and where they are
/// learned from.
///
/// Where these are the same, both come from the same layers and their log-probabilities differ by
/// the order of sums: by 1e-6 on average where products are float32 (LOG.md). Where the sampler
/// rounds its factors and training does not, each token's ratio is off by what was rounded.
///
/// @param sampler of the sampler
/// @param training of the policy that is trained
public record SamplerPrecision(Dtype sampler, Dtype training) {
  /// One type for both.
  public static final SamplerPrecision SAME = new SamplerPrecision(Dtype.FLOAT32, Dtype.FLOAT32);

  /// Returns the types of a model that draws its own completions.
  public static SamplerPrecision of(CausalLm model) {
    return new SamplerPrecision(model.compute().product(), model.compute().sequenceProduct());
  }

  /// Tests whether both compute alike.
  public boolean isSame() {
    return sampler == training;
  }

  @Override
  public String toString() {
    return "products in " + sampler + " (" + training + " in training)";
  }
}
