package dev.tesuji.testtime;

import dev.tesuji.check.Require;
import java.util.List;
import java.util.stream.IntStream;

/// How long a model is made to think: budget forcing of [s1](https://arxiv.org/abs/2501.19393).
///
/// @param budgets after how many tokens of thinking it is cut off and made to answer; empty for the
///   powers of two below the length limit
/// @param extensions how often it is made to go on when it would have ended its thinking
/// @param end what ends the thinking
/// @param answer what is written after a forced end, so that the answer begins at once
/// @param waitWord what is written in the place of the end, so that the thinking goes on; in small
///   letters where the model's tokenizer has no others
public record Forcing(
    List<Integer> budgets, int extensions, String end, String answer, String waitWord) {
  /// Powers of two, up to two extensions by s1's "Wait", in R1's tags.
  public static final Forcing DEFAULT = new Forcing(List.of(), 2, "</think>", "<answer>", "Wait");

  /// Copies the list and checks the ranges.
  public Forcing {
    budgets = List.copyOf(budgets);
    budgets.forEach(b -> Require.atLeast(0, "a budget", b));
    Require.atLeast(0, "extensions", extensions);
    Require.that(!end.isEmpty(), "end", "some text", "nothing");
  }

  /// Returns the budgets in ascending order.
  ///
  /// @param limit the length limit of a response
  List<Integer> budgets(int limit) {
    if (!budgets.isEmpty()) {
      return budgets.stream().distinct().sorted().toList();
    }
    return IntStream.iterate(1, b -> b < limit, b -> 2 * b).boxed().toList();
  }
}
