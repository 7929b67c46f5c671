package dev.tesuji.policy;

import dev.tesuji.nn.CausalLm;
import dev.tesuji.tensor.Dtype;

/// The types that matrix products are computed in where tokens are drawn, and where they are
/// learned from.
///
/// Where these are the same, log-probabilities differ by the order of sums and by factors that fall
/// to one side or the other when they are rounded: on the built-in base by 5e-8 on average in
/// float32, by 1e-5 in bfloat16, which says nothing about a policy. Where the sampler rounds and
/// training does not, as with adapters on a CPU, it is 4e-4 on average and 0.04 at most: forty
/// times as much.
///
/// @param sampler of the sampler
/// @param training of the policy that is trained
/// @param eightBit whether the sampler rounds factors to 8 bits, whatever its type
public record SamplerPrecision(Dtype sampler, Dtype training, boolean eightBit) {
  /// One type for both.
  public static final SamplerPrecision SAME = new SamplerPrecision(Dtype.FLOAT32, Dtype.FLOAT32);

  /// Makes one of a sampler that does not round to 8 bits.
  public SamplerPrecision(Dtype sampler, Dtype training) {
    this(sampler, training, false);
  }

  /// Returns the types of a model that draws its own completions.
  public static SamplerPrecision of(CausalLm model, RolloutPrecision rollouts) {
    return new SamplerPrecision(
        model.compute().product(),
        model.compute().sequenceProduct(),
        rollouts == RolloutPrecision.INT8);
  }

  /// Tests whether both compute alike.
  public boolean isSame() {
    return sampler == training && !eightBit;
  }

  @Override
  public String toString() {
    return "products in " + (eightBit ? "int8" : sampler) + " (" + training + " in training)";
  }
}
