package dev.tesuji.countdown;

import dev.tesuji.env.Problem;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A round of the game: numbers, and the target that they are to make.
///
/// @param numbers what may be used, once each
/// @param target what is to come out
public record NumbersRound(List<Integer> numbers, int target) {
  private static final String IS = "=";
  private static final String BETWEEN = ",";

  /// Copies the list.
  public NumbersRound {
    numbers = List.copyOf(numbers);
  }

  /// Reads the round of a problem.
  static NumbersRound of(Problem problem) {
    String text = problem.text();
    int is = text.indexOf(IS);
    return new NumbersRound(
        Stream.of(text.substring(0, is).split(BETWEEN, -1)).map(Integer::valueOf).toList(),
        Integer.parseInt(text.substring(is + 1, text.length() - 1)));
  }

  /// Writes the round as problems have it, such as `3,5,2=17?`.
  String text() {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(BETWEEN))
        + IS
        + target
        + "?";
  }

  /// Returns what tells it from other rounds: its numbers in ascending order, and its target.
  String key() {
    return new NumbersRound(numbers.stream().sorted().toList(), target).text();
  }
}
