package dev.tesuji.wordproblems;

import java.util.List;
import java.util.SplittableRandom;

/// A thing that happens to what somebody has.
///
/// In its phrasings `{what}` are the things and `{n}` the number.
enum Happening {
  /// More come.
  MORE(
      List.of("gets {n} more", "buys {n} more", "finds {n} more {what}", "is given {n} more"),
      List.of("receives another {n}", "picks up {n} extra {what}")),
  /// Some go.
  FEWER(
      List.of("gives {n} away", "loses {n} of them", "sells {n} of the {what}", "breaks {n}"),
      List.of("hands {n} of them to a friend", "throws {n} out")),
  /// There are so many times as many.
  TIMES(
      List.of("then gets enough to have {n} times as many", "makes it {n} times as many {what}"),
      List.of("ends up with {n} times that number of {what}"));

  private final List<String> trained;
  private final List<String> anew;

  Happening(List<String> trained, List<String> anew) {
    this.trained = trained;
    this.anew = anew;
  }

  /// Draws a number for it that leaves a total from 1 to `most`; 0 where there is none.
  int draw(int total, int most, SplittableRandom random) {
    return switch (this) {
      case MORE -> total + 2 <= most ? random.nextInt(2, most - total + 1) : 0;
      case FEWER -> total > 3 ? random.nextInt(2, total) : 0;
      case TIMES -> 2 * total <= most ? random.nextInt(2, Math.min(5, most / total) + 1) : 0;
    };
  }

  /// Returns the total after it.
  int after(int total, int number) {
    return switch (this) {
      case MORE -> total + number;
      case FEWER -> total - number;
      case TIMES -> total * number;
    };
  }

  /// Tells it.
  String tell(Told told, int number, String what, SplittableRandom random) {
    List<String> ways = told == Told.ANEW ? anew : trained;
    return ways.get(random.nextInt(ways.size()))
        .replace("{n}", Integer.toString(number))
        .replace("{what}", what);
  }
}
