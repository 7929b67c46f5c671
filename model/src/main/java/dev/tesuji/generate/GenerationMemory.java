package dev.tesuji.generate;

import dev.tesuji.compute.ComputeMemory;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.nn.CausalLm;

/// The memory that generation takes besides the weights, told beforehand.
///
/// @param capacity the completions that are generated at once
/// @param prompts how many prompts they continue
public record GenerationMemory(DecodingCapacity capacity, int prompts) {
  /// What the rows of an engine may take where nobody has said how many there are, if the model's
  /// weights are not larger.
  private static final long ROOM = 2L << 30;

  /// Returns how many samples are best generated at once of a large number: as many as
  /// [EngineCapacity#MOST_ROWS], or as fit into 2 GiB or into as much as the weights take,
  /// whichever is more. The others wait for a row. What is drawn does not depend on it, and the
  /// speed hardly: by then the weights are read for many rows at a time.
  ///
  /// @param samples that are asked for, at least one
  /// @param newTokens the most tokens that may follow a prompt
  public static int rows(CausalLm model, long samples, int newTokens) {
    ComputeMemory memory = model.compute().memory();
    long one = memory.decoding(new DecodingCapacity(1, 1, newTokens), 0);
    long row = memory.decoding(new DecodingCapacity(2, 1, newTokens), 0) - one;
    long fit = Math.max(ROOM, model.weightBytes()) / Math.max(1, row);
    return Math.clamp(Math.min(samples, fit), 1, EngineCapacity.MOST_ROWS);
  }

  /// Returns how many tokens of prompts and completions all rows together can come to in a room,
  /// beside what generation takes in any case: [EngineCapacity#tokens], for a model whose caches
  /// grow with them ([ComputeMemory#growsWithTokens]). Pages that are not full come on top.
  ///
  /// @param rows at once
  /// @param context the most tokens of one, for which there is room in any case
  /// @param room in bytes
  public static long tokens(CausalLm model, int rows, int context, long room) {
    ComputeMemory memory = model.compute().memory();
    long none = memory.decoding(new DecodingCapacity(0, 1, context), 0);
    long one = memory.decoding(new DecodingCapacity(1, 1, context), 0) - none;
    long logits = (long) Float.BYTES * model.config().vocabularySize() * rows;
    long pass = Math.min(GenerationEngine.PREFILL_TOKENS, (long) rows * context);
    long beside = none + logits + memory.prefill(pass, context);
    return Math.max(context, (long) ((double) (room - beside) / one * context));
  }

  /// Returns the bytes for a model.
  ///
  /// Prompts are read in passes, and what a pass keeps of them stays: the last full pass may need
  /// more than the last pass of all, which needs less and has more beside it. Where caches grow
  /// with their tokens, rows whose prompts are being read have nothing else yet.
  public long bytes(CausalLm model) {
    int rows = capacity.rows();
    int used = Math.min(rows, prompts);
    ComputeMemory memory = model.compute().memory();
    long none = memory.decoding(capacity, 0);
    long all = memory.decoding(capacity, used);
    long grown = memory.growsWithTokens() ? none - memory.decoding(noRows(), 0) : 0;
    long longest = capacity.longestPrompt();
    long tokens = used * longest;
    long pass = Math.min(tokens, GenerationEngine.PREFILL_TOKENS);
    long whole = tokens / GenerationEngine.PREFILL_TOKENS * GenerationEngine.PREFILL_TOKENS;
    long reading = memory.prefill(pass, longest);
    long early = none - grown + (all - none) * whole / tokens + reading;
    long late =
        grown > 0
            ? all - grown * pass / tokens + reading
            : all + memory.prefill(tokens - whole, longest);
    long logits = (long) Float.BYTES * model.config().vocabularySize() * (rows + used);
    long drawing = all + Math.max(logits, memory.prefill(rows, longest));
    return Math.max(Math.max(early, late), drawing);
  }

  private DecodingCapacity noRows() {
    return new DecodingCapacity(
        0, capacity.longestPrompt(), capacity.newTokens(), capacity.kept(), capacity.eightBit());
  }
}
