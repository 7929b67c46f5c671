package dev.tesuji.rl.algorithm;

/// Where the KL to the reference enters.
public enum KlPlace {
  /// The reward of each token, or the sum over a completion's tokens where completions are compared
  /// whole. Every token costs, so that completions are held short.
  REWARD,
  /// The loss, as in GRPO.
  LOSS
}
