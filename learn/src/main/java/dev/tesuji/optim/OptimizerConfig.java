package dev.tesuji.optim;

import dev.tesuji.check.Require;

/// The settings of AdamW and what surrounds it.
///
/// @param learningRate the largest learning rate
/// @param schedule how it changes
/// @param warmupSteps over how many first updates it rises from 0
/// @param finalShare where a falling schedule ends, as a share of the largest rate
/// @param beta1 the decay of the first moment
/// @param beta2 the decay of the second moment
/// @param epsilon added to the root of the second moment
/// @param weightDecay decoupled weight decay, on every parameter as in `torch.optim.AdamW`
/// @param clipNorm the largest norm of the whole gradient; 0 for no limit
/// @param moments how the moments are stored
/// @param emaDecay d of the moving average of the weights, a ← d a + (1 - d) θ after each update,
///   which the training ends with (OpenRLHF: 0.992); 0 for none
public record OptimizerConfig(
    double learningRate,
    Schedule schedule,
    int warmupSteps,
    double finalShare,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    double clipNorm,
    Moments moments,
    double emaDecay) {
  /// How the moments are stored.
  public enum Moments {
    /// In four bytes each.
    FLOAT32,
    /// In two bytes each, rounded by chance; on the CPU only.
    BFLOAT16,
    /// In one byte each, times a power of two for each row, rounded by chance; on the CPU only.
    FLOAT8;

    /// Returns the bytes of one moment of one weight on the CPU; the scales of rows are not
    /// counted.
    public int bytes() {
      return switch (this) {
        case FLOAT32 -> Float.BYTES;
        case BFLOAT16 -> Short.BYTES;
        case FLOAT8 -> Byte.BYTES;
      };
    }
  }

  /// Makes settings without a moving average of the weights.
  public OptimizerConfig(
      double learningRate,
      Schedule schedule,
      int warmupSteps,
      double finalShare,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay,
      double clipNorm,
      Moments moments) {
    this(
        learningRate,
        schedule,
        warmupSteps,
        finalShare,
        beta1,
        beta2,
        epsilon,
        weightDecay,
        clipNorm,
        moments,
        0);
  }

  /// TRL's and torch's defaults for full-size models: learning rate 1e-6, clipped at norm 1.
  public static final OptimizerConfig DEFAULT =
      new OptimizerConfig(1e-6, Schedule.CONSTANT, 0, 0.1, 0.9, 0.999, 1e-8, 0, 1, Moments.FLOAT32);

  /// Checks the ranges.
  public OptimizerConfig {
    Require.that(
        learningRate >= 0 && learningRate < 10, "learningRate", "from 0 to 10", learningRate);
    Require.that(warmupSteps >= 0, "warmupSteps", "at least 0", warmupSteps);
    Require.that(finalShare >= 0 && finalShare <= 1, "finalShare", "from 0 to 1", finalShare);
    Require.that(beta1 >= 0 && beta1 < 1, "beta1", "at least 0 and below 1", beta1);
    Require.that(beta2 >= 0 && beta2 < 1, "beta2", "at least 0 and below 1", beta2);
    Require.that(epsilon > 0, "epsilon", "above 0", epsilon);
    Require.that(weightDecay >= 0, "weightDecay", "at least 0", weightDecay);
    Require.that(clipNorm >= 0, "clipNorm", "at least 0 (0: no limit)", clipNorm);
    Require.that(
        emaDecay >= 0 && emaDecay < 1, "emaDecay", "from 0 (no average) to below 1", emaDecay);
  }

  /// Returns the learning rate of an update.
  ///
  /// @param step the update about to be made, from 0
  /// @param steps how many updates the run has
  public double rate(int step, int steps) {
    return learningRate * schedule.factor(step, steps, warmupSteps, finalShare);
  }

  /// Returns the same settings with the learning rate multiplied.
  public OptimizerConfig times(double factor) {
    return change().learningRate(learningRate * factor).build();
  }

  /// Returns the same settings with moments stored otherwise.
  public OptimizerConfig with(Moments kind) {
    return change().moments(kind).build();
  }

  /// Returns the same settings with a moving average of the weights; 0 for none.
  public OptimizerConfig withEmaDecay(double decay) {
    return change().emaDecay(decay).build();
  }

  /// Begins other settings with these: `DEFAULT.change().learningRate(1e-4).clipNorm(0).build()`.
  public Builder change() {
    return new Builder(this);
  }

  /// Settings on their way, each set by its name.
  public static final class Builder {
    private double learningRate;
    private Schedule schedule;
    private int warmupSteps;
    private double finalShare;
    private double beta1;
    private double beta2;
    private double epsilon;
    private double weightDecay;
    private double clipNorm;
    private Moments moments;
    private double emaDecay;

    private Builder(OptimizerConfig from) {
      learningRate = from.learningRate;
      schedule = from.schedule;
      warmupSteps = from.warmupSteps;
      finalShare = from.finalShare;
      beta1 = from.beta1;
      beta2 = from.beta2;
      epsilon = from.epsilon;
      weightDecay = from.weightDecay;
      clipNorm = from.clipNorm;
      moments = from.moments;
      emaDecay = from.emaDecay;
    }

    /// Sets the largest learning rate.
    public Builder learningRate(double value) {
      learningRate = value;
      return this;
    }

    /// Sets how the learning rate changes.
    public Builder schedule(Schedule value) {
      schedule = value;
      return this;
    }

    /// Sets over how many first updates it rises.
    public Builder warmupSteps(int value) {
      warmupSteps = value;
      return this;
    }

    /// Sets where a falling schedule ends, as a share of the largest rate.
    public Builder finalShare(double value) {
      finalShare = value;
      return this;
    }

    /// Sets the decay of the first moment.
    public Builder beta1(double value) {
      beta1 = value;
      return this;
    }

    /// Sets the decay of the second moment.
    public Builder beta2(double value) {
      beta2 = value;
      return this;
    }

    /// Sets what is added to the root of the second moment.
    public Builder epsilon(double value) {
      epsilon = value;
      return this;
    }

    /// Sets the decoupled weight decay.
    public Builder weightDecay(double value) {
      weightDecay = value;
      return this;
    }

    /// Sets the largest norm of the gradient; 0 for no limit.
    public Builder clipNorm(double value) {
      clipNorm = value;
      return this;
    }

    /// Sets how the moments are stored.
    public Builder moments(Moments value) {
      moments = value;
      return this;
    }

    /// Sets the decay of the moving average of the weights; 0 for none.
    public Builder emaDecay(double value) {
      emaDecay = value;
      return this;
    }

    /// Returns the settings, checked.
    public OptimizerConfig build() {
      return new OptimizerConfig(
          learningRate,
          schedule,
          warmupSteps,
          finalShare,
          beta1,
          beta2,
          epsilon,
          weightDecay,
          clipNorm,
          moments,
          emaDecay);
    }
  }
}
