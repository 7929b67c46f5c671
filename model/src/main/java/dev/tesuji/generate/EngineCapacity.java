package dev.tesuji.generate;

import dev.tesuji.check.Require;
import dev.tesuji.nn.ModelConfig;
import java.util.List;

/// The room of an engine: memory is taken for it once.
///
/// @param rows how many samples are generated at once
/// @param longestPrompt the most tokens of a prompt
/// @param newTokens the most tokens that may follow a prompt
/// @param waiting how many samples may wait for a row before further requests are refused
/// @param reading how prompts are read
/// @param eightBit whether weights are rounded to 8 bits, and what they are multiplied by
/// @param promptLookup the most tokens of a sample that are proposed at a time by what followed
///   before in its text ([PromptLookup]), where the model's arithmetic can read several at once and
///   where that is faster; 0 for none. Changes nothing that is drawn
/// @param tokens the most that all samples at once may come to, each with its prompt and as many
///   tokens as may follow: others wait. One sample may have more, alone
public record EngineCapacity(
    int rows,
    int longestPrompt,
    int newTokens,
    int waiting,
    PromptReading reading,
    boolean eightBit,
    int promptLookup,
    long tokens) {
  /// The most samples that are generated at once where nothing else is said
  /// ([GenerationMemory#rows] may say fewer).
  public static final int MOST_ROWS = 512;

  /// Proposes nothing, and has room for all tokens of all rows.
  public EngineCapacity(
      int rows,
      int longestPrompt,
      int newTokens,
      int waiting,
      PromptReading reading,
      boolean eightBit) {
    this(rows, longestPrompt, newTokens, waiting, reading, eightBit, 0, Long.MAX_VALUE);
  }

  /// Computes with the weights as they are.
  public EngineCapacity(
      int rows, int longestPrompt, int newTokens, int waiting, PromptReading reading) {
    this(rows, longestPrompt, newTokens, waiting, reading, false);
  }

  /// Reads prompts whole.
  public EngineCapacity(int rows, int longestPrompt, int newTokens, int waiting) {
    this(rows, longestPrompt, newTokens, waiting, PromptReading.WHOLE);
  }

  /// Checks the ranges.
  public EngineCapacity {
    Require.atLeast(1, "rows", rows);
    Require.atLeast(1, "longestPrompt", longestPrompt);
    Require.atLeast(1, "newTokens", newTokens);
    Require.atLeast(0, "waiting", waiting);
    Require.atLeast(1, "tokens", tokens);
    PromptLookup.require("promptLookup", promptLookup);
  }

  /// Returns the same room for another precision.
  ///
  /// @param rounded whether weights are rounded to 8 bits
  public EngineCapacity inEightBits(boolean rounded) {
    return new EngineCapacity(
        rows, longestPrompt, newTokens, waiting, reading, rounded, promptLookup, tokens);
  }

  /// Returns the same room with another number of proposed tokens.
  public EngineCapacity lookingUp(int proposed) {
    return new EngineCapacity(
        rows, longestPrompt, newTokens, waiting, reading, eightBit, proposed, tokens);
  }

  /// Returns the same room for so many tokens of all samples at once.
  public EngineCapacity holding(long most) {
    return new EngineCapacity(
        rows, longestPrompt, newTokens, waiting, reading, eightBit, promptLookup, most);
  }

  /// Returns room for any request that a model can take.
  ///
  /// @param rows how many samples at once
  /// @param waiting how many may wait
  public static EngineCapacity whole(ModelConfig config, int rows, int waiting) {
    int most = Math.max(1, config.maxPositions() - 1);
    return new EngineCapacity(rows, most, most, waiting);
  }

  /// Returns room for some requests, all of which may wait.
  ///
  /// @param requests at least one
  /// @param rows the most samples at once; no more than there are
  public static EngineCapacity of(List<GenerationRequest> requests, int rows) {
    long samples = requests.stream().mapToLong(GenerationRequest::samples).sum();
    return new EngineCapacity(
        (int) Math.min(rows, samples),
        requests.stream().mapToInt(r -> r.prompt().length).max().orElseThrow(),
        requests.stream().mapToInt(r -> r.limits().maxNewTokens()).max().orElseThrow(),
        Integer.MAX_VALUE);
  }
}
