package dev.tesuji.evaluate;

import dev.tesuji.check.Require;
import dev.tesuji.generate.Sampling;

/// How a model is evaluated.
///
/// @param problems how many held-out problems at most; 0 lets a recipe evaluate nothing
/// @param samples n, how many responses to each
/// @param maxNewTokens the length limit of a response
/// @param sampling how tokens are chosen
public record EvaluationConfig(int problems, int samples, int maxNewTokens, Sampling sampling) {
  /// 256 problems, 8 samples of up to 512 tokens at temperature 1.
  public static final EvaluationConfig DEFAULT =
      new EvaluationConfig(256, 8, 512, Sampling.DEFAULT);

  /// Checks the ranges.
  public EvaluationConfig {
    Require.atLeast(0, "problems", problems);
    Require.atLeast(1, "samples", samples);
    Require.atLeast(1, "maxNewTokens", maxNewTokens);
  }

  /// Returns the same over another number of problems.
  public EvaluationConfig withProblems(int problems) {
    return new EvaluationConfig(problems, samples, maxNewTokens, sampling);
  }
}
