package dev.tesuji.reward;

import dev.tesuji.task.Task;

/// A rule that says what a response is worth. Called from many threads at once.
@FunctionalInterface
public interface Reward {
  /// Judges one response.
  Judgement judge(Response response);

  /// Pays 1 for a right answer.
  static Reward accuracy(Task task) {
    return r -> Judgement.of(task.grade(r.problem(), r.text()));
  }

  /// Pays 1 for a response that thinks and then answers in tags ([Format]).
  static Reward format() {
    return r -> new Judgement.Points(Format.holds(r.text()) ? 1 : 0);
  }

  /// Takes off up to 1 as a response nears the length limit: Eq. 13 of
  /// [DAPO](https://arxiv.org/abs/2503.14476).
  ///
  /// @param limit the most tokens a completion may have
  /// @param buffer how many tokens before the limit the penalty begins
  static Reward overlong(int limit, int buffer) {
    if (buffer < 1 || buffer > limit) {
      throw new IllegalArgumentException(
          "buffer must be from 1 to the length limit (" + limit + "), got " + buffer);
    }
    return r -> new Judgement.Points(overlongPenalty(r.tokens(), limit, buffer));
  }

  /// Computes DAPO's soft penalty: 0 up to `limit - buffer` tokens, then linearly down to -1 at the
  /// limit, and -1 beyond it.
  static double overlongPenalty(int tokens, int limit, int buffer) {
    int free = limit - buffer;
    if (tokens <= free) {
      return 0;
    }
    return tokens > limit ? -1 : (double) (free - tokens) / buffer;
  }
}
