package dev.tesuji.cli;

import dev.tesuji.check.BadInput;
import dev.tesuji.generate.Sampling;
import picocli.CommandLine.Option;

/// The options that say how tokens are chosen.
final class SamplingOptions {
  @Option(
      names = "--temperature",
      defaultValue = "1",
      paramLabel = "T",
      description =
          "Divides the logits; 0 takes the most likely token every time. Default: ${DEFAULT-VALUE}.")
  double temperature = 1;

  @Option(
      names = "--top-k",
      defaultValue = "0",
      paramLabel = "K",
      description = "Keeps the K most likely tokens; 0: all. Default: ${DEFAULT-VALUE}.")
  int topK;

  @Option(
      names = "--top-p",
      defaultValue = "1",
      paramLabel = "P",
      description =
          "Keeps the fewest most likely tokens with probability P in all; 1: all. Default:"
              + " ${DEFAULT-VALUE}.")
  double topP = 1;

  @Option(
      names = "--min-p",
      defaultValue = "0",
      paramLabel = "P",
      description =
          "Keeps tokens at least P times as likely as the most likely one. Default:"
              + " ${DEFAULT-VALUE}.")
  double minP;

  @Option(
      names = "--repetition-penalty",
      defaultValue = "1",
      paramLabel = "R",
      description =
          "Makes tokens that the text already has less likely when above 1. Default:"
              + " ${DEFAULT-VALUE}.")
  double repetitionPenalty = 1;

  @Option(
      names = "--max-new-tokens",
      defaultValue = "256",
      paramLabel = "N",
      description = "The most tokens of a completion. Default: ${DEFAULT-VALUE}.")
  int maxNewTokens = 256;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "SEED",
      description = "Decides what is left to chance. Default: ${DEFAULT-VALUE}.")
  long seed = 1;

  /// Returns the choice, checked.
  Sampling sampling() {
    try {
      return new Sampling(temperature, topK, topP, minP, repetitionPenalty);
    } catch (IllegalArgumentException e) {
      throw new BadInput("option " + e.getMessage(), e);
    }
  }
}
