package dev.tesuji.reward;

import dev.tesuji.answer.Verdict;
import dev.tesuji.env.Task;
import java.time.Duration;

/// A rule that says what a response is worth. Called from many threads at once.
@FunctionalInterface
public interface Reward extends AutoCloseable {
  /// Judges one response.
  Judgement judge(Response response);

  /// Returns how long a judgement may wait for another machine; zero for rules that compute here,
  /// whose CPU time the [Grader] bounds instead.
  default Duration patience() {
    return Duration.ZERO;
  }

  /// Frees what it holds; most hold nothing. Nothing is judged after that.
  @Override
  default void close() {}

  /// Pays 1 for a right answer.
  static Reward accuracy(Task task) {
    return r -> Judgement.of(task.grade(r.problem(), r.text()));
  }

  /// Pays 1 for a response that thinks and then answers in tags ([Format#holds]).
  static Reward format() {
    return r -> new Judgement.Points(Format.holds(r.text()) ? 1 : 0);
  }

  /// Pays 1 for a response that begins by thinking in tags, once ([Format#thinks]).
  static Reward thinkFormat() {
    return r -> new Judgement.Points(Format.thinks(r.text()) ? 1 : 0);
  }

  /// Pays a quarter for each of the four tags that stands in the response exactly once.
  static Reward tagCount() {
    return r -> new Judgement.Points(Format.tags(r.text()) / 4.0);
  }

  /// Takes off up to 1 as a response nears the length limit ([Lengths#overlong]).
  ///
  /// @param limit the most tokens a completion may have
  /// @param buffer how many tokens before the limit the penalty begins
  static Reward overlong(int limit, int buffer) {
    if (buffer < 1 || buffer > limit) {
      throw new IllegalArgumentException(
          "buffer must be from 1 to the length limit (" + limit + "), got " + buffer);
    }
    return r -> new Judgement.Points(Lengths.overlong(r.tokens(), limit, buffer));
  }

  /// Pays right answers more for being short and charges wrong ones less for being long
  /// ([Lengths.Cosine]).
  ///
  /// @param limit the most tokens a completion may have
  static Reward cosine(Task task, Lengths.Cosine cosine, int limit) {
    return r -> {
      Verdict verdict = task.grade(r.problem(), r.text());
      return verdict.isConclusive()
          ? new Judgement.Points(cosine.of(verdict.isCorrect(), r.tokens(), limit))
          : new Judgement.Withheld(verdict);
    };
  }

  /// Takes off up to `-most` as n-grams of tokens repeat ([Repetition#penalty]).
  ///
  /// @param most the penalty of a text that is all repetition; at most 0
  static Reward repetition(int n, double most) {
    if (n < 1 || !(most <= 0)) {
      throw new IllegalArgumentException(
          "ngram must be at least 1 and penalty at most 0, got " + n + " and " + most);
    }
    return r -> new Judgement.Points(Repetition.penalty(r.ids(), n, most));
  }
}
