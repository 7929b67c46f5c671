package dev.tesuji.reward;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// How much a response repeats itself.
public final class Repetition {
  private Repetition() {}

  /// Returns `most · (1 - distinct n-grams / n-grams)`, 0 for a text shorter than n: the n-gram
  /// penalty of [Demystifying Long Chain-of-Thought](https://arxiv.org/abs/2502.03373).
  ///
  /// @param ids the tokens
  /// @param n the length of an n-gram
  /// @param most the penalty that a text without any new n-gram would come near
  public static double penalty(int[] ids, int n, double most) {
    int total = ids.length - n + 1;
    if (total < 1) {
      return 0;
    }
    List<Integer> tokens = IntStream.of(ids).boxed().toList();
    Set<List<Integer>> distinct =
        IntStream.range(0, total)
            .mapToObj(i -> tokens.subList(i, i + n))
            .collect(Collectors.toCollection(HashSet::new));
    return most * (1 - (double) distinct.size() / total);
  }
}
