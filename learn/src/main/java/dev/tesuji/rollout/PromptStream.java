package dev.tesuji.rollout;

import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.EpochOrder;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.random.Rng;
import dev.tesuji.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The problems of a task in the order in which a run poses them, as token ids.
///
/// The order is a function of the seed: endless tasks in their own order from a start of chance,
/// others shuffled anew in each epoch. So a position says everything about what was consumed, and
/// two streams of different seeds pose different problems.
public final class PromptStream implements ProblemSource {
  /// The treatment of prompts that are longer than the limit.
  public enum TooLong {
    /// The run does not start.
    ERROR,
    /// The problem is left out and counted.
    DROP,
    /// The beginning of the prompt is cut off and counted.
    TRUNCATE
  }

  /// A limit on the length of prompts.
  ///
  /// @param maxTokens the most tokens
  /// @param policy what happens to longer ones
  public record Limit(int maxTokens, TooLong policy) {
    /// 512 tokens; longer prompts are an error.
    public static final Limit DEFAULT = new Limit(512, TooLong.ERROR);

    /// Checks the range.
    public Limit {
      if (maxTokens < 1) {
        throw new IllegalArgumentException("maxTokens must be at least 1, got " + maxTokens);
      }
    }
  }

  private static final int START_BITS = 40; // far more problems than a stage poses

  private final Task task;
  private final Tokenizer tokenizer;
  private final Limit limit;
  private final long[] usable; // numbers of the problems within the limit; empty for endless tasks
  private final int touched;
  private final EpochOrder order; // of the usable ones, or of all
  private final long start; // of an endless task

  /// Reads all prompts of a finite task once, to check their lengths.
  ///
  /// @param seed decides the order
  ///
  /// @throws BadInput when one is too long and the policy says so, or none is left
  public PromptStream(Task task, Tokenizer tokenizer, Limit limit, long seed) {
    this.task = task;
    this.tokenizer = tokenizer;
    this.limit = limit;
    if (task.size() == Long.MAX_VALUE) {
      usable = new long[0];
      order = new EpochOrder(Long.MAX_VALUE, seed);
      start = Rng.bits(seed, 0, 0, 0) >>> (Long.SIZE - START_BITS);
      touched = 0;
      return;
    }
    if (task.size() == 0) {
      throw new BadInput(
          "task '"
              + task.name()
              + "' has no problem to train on: all that it has are held out; give 'data' and"
              + " 'heldOut' different problems");
    }
    List<Long> within = new ArrayList<>();
    int over = 0;
    for (long i = 0; i < task.size(); i++) {
      int length = encode(task.problem(i)).length;
      boolean tooLong = length > limit.maxTokens();
      over += tooLong ? 1 : 0;
      if (tooLong && limit.policy() == TooLong.ERROR) {
        throw new BadInput(
            task.problem(i).source()
                + ": the prompt has "
                + length
                + " tokens, the limit is "
                + limit.maxTokens()
                + "; raise prompts.maxTokens (with maxNewTokens at most the model's positions), or set"
                + " prompts.policy to drop or truncate");
      }
      if (!tooLong || limit.policy() == TooLong.TRUNCATE) {
        within.add(i);
      }
    }
    if (within.isEmpty()) {
      throw new BadInput(
          "task '"
              + task.name()
              + "' has no prompt within the limit of "
              + limit.maxTokens()
              + " tokens; raise prompts.maxTokens");
    }
    start = 0;
    usable = within.stream().mapToLong(i -> i).toArray();
    order = new EpochOrder(usable.length, seed);
    touched = over;
  }

  @Override
  public Task task() {
    return task;
  }

  @Override
  public int touched() {
    return touched;
  }

  @Override
  public long size() {
    return usable.length == 0 ? Long.MAX_VALUE : usable.length;
  }

  @Override
  public PosedProblem at(long position) {
    Problem problem = task.problem(index(position));
    int[] ids = encode(problem);
    if (ids.length > limit.maxTokens()) {
      if (limit.policy() != TooLong.TRUNCATE) {
        throw new BadInput(
            problem.source()
                + ": the prompt has "
                + ids.length
                + " tokens, the limit is "
                + limit.maxTokens()
                + "; raise prompts.maxTokens");
      }
      ids = Arrays.copyOfRange(ids, ids.length - limit.maxTokens(), ids.length);
    }
    return new PosedProblem(position, problem, ids);
  }

  private long index(long position) {
    long number = order.at(position);
    return usable.length == 0 ? start + number : usable[(int) number];
  }

  private int[] encode(Problem problem) {
    int[] ids = task.promptTokens(problem, tokenizer);
    if (ids.length == 0) {
      throw new BadInput(problem.source() + ": the prompt must not be empty");
    }
    return ids;
  }
}
