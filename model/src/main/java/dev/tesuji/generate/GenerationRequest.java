package dev.tesuji.generate;

import dev.tesuji.check.Require;
import dev.tesuji.compute.PromptKey;

/// A prompt, how many completions of it are wanted, and how they are drawn.
///
/// @param prompt the prompt's token ids, `[T]`; read once for all samples. Requests that share one
///   array and are submitted one after the other share the reading too
/// @param samples G, how many completions to draw
/// @param sampling how tokens are chosen
/// @param limits what ends a completion
/// @param key where its random numbers come from
/// @param topLogProbs for how many of the most likely tokens, at each place, the log-probability is
///   told; 0 for none
/// @param steering what changes the logits before tokens are chosen
/// @param promptKey past which adapter the prompt is read and continued, and who may share what is
///   read of it
public record GenerationRequest(
    int[] prompt,
    int samples,
    Sampling sampling,
    Limits limits,
    RandomKey key,
    int topLogProbs,
    Steering steering,
    PromptKey promptKey) {
  /// Checks what can be checked without a model.
  public GenerationRequest {
    if (prompt.length == 0) {
      throw new IllegalArgumentException("a prompt must have at least one token, got none");
    }
    Require.atLeast(1, "samples", samples);
    Require.atLeast(0, "topLogProbs", topLogProbs);
  }

  /// Makes a request to the weights alone.
  public GenerationRequest(
      int[] prompt,
      int samples,
      Sampling sampling,
      Limits limits,
      RandomKey key,
      int topLogProbs,
      Steering steering) {
    this(prompt, samples, sampling, limits, key, topLogProbs, steering, PromptKey.PLAIN);
  }

  /// Makes a request whose logits are the model's own.
  public GenerationRequest(
      int[] prompt, int samples, Sampling sampling, Limits limits, RandomKey key, int topLogProbs) {
    this(prompt, samples, sampling, limits, key, topLogProbs, Steering.NONE);
  }

  /// Makes a request that asks for no alternatives to the tokens that are drawn.
  public GenerationRequest(
      int[] prompt, int samples, Sampling sampling, Limits limits, RandomKey key) {
    this(prompt, samples, sampling, limits, key, 0);
  }
}
