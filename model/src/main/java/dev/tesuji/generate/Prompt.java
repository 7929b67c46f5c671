package dev.tesuji.generate;

/// A prompt and how many samples it should get.
///
/// @param id names the prompt; with the seed and the sample's number it determines the randomness
/// @param tokens the prompt's token ids
/// @param samples G, how many completions to draw
public record Prompt(long id, int[] tokens, int samples) {
  /// Checks that there is something to continue.
  public Prompt {
    if (tokens.length == 0) {
      throw new IllegalArgumentException("prompt " + id + " must have at least one token");
    }
    if (samples < 1) {
      throw new IllegalArgumentException(
          "samples of prompt " + id + " must be at least 1, got " + samples);
    }
  }
}
