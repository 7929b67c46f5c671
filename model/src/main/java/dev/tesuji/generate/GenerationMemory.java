package dev.tesuji.generate;

import dev.tesuji.compute.ComputeMemory;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.nn.CausalLm;

/// The memory that generation takes besides the weights, told beforehand.
///
/// @param capacity the completions that are generated at once
/// @param prompts how many prompts they continue
public record GenerationMemory(DecodingCapacity capacity, int prompts) {
  /// Returns the bytes for a model.
  ///
  /// Prompts are read in passes, and what a pass keeps of them stays: the last full pass may need
  /// more than the last pass of all, which needs less and has more beside it.
  public long bytes(CausalLm model) {
    int rows = capacity.rows();
    int used = Math.min(rows, prompts);
    ComputeMemory memory = model.compute().memory();
    long logits = (long) Float.BYTES * model.config().vocabularySize() * (rows + used);
    long none = memory.decoding(capacity, 0);
    long all = memory.decoding(capacity, used);
    long longest = capacity.longestPrompt();
    long tokens = used * longest;
    long pass = GenerationEngine.PREFILL_TOKENS;
    long whole = tokens / pass * pass;
    long early =
        none + (all - none) * whole / tokens + memory.prefill(Math.min(tokens, pass), longest);
    long late = all + Math.max(logits, memory.prefill(Math.max(tokens - whole, rows), longest));
    return Math.max(early, late);
  }
}
