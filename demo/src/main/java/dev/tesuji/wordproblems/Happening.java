package dev.tesuji.wordproblems;

import java.util.List;
import java.util.SplittableRandom;

/// A thing that happens to what somebody has.
enum Happening {
  /// More come.
  MORE,
  /// Some go.
  FEWER,
  /// There are so many times as many.
  TIMES;

  /// Returns its phrasings, in which `{what}` are the things and `{n}` is the number.
  private List<String> ways(Told told) {
    boolean anew = told == Told.ANEW;
    return switch (this) {
      case MORE ->
          anew
              ? List.of("receives another {n}", "picks up {n} extra {what}")
              : List.of(
                  "gets {n} more", "buys {n} more", "finds {n} more {what}", "is given {n} more");
      case FEWER ->
          anew
              ? List.of("hands {n} of them to a friend", "throws {n} out")
              : List.of(
                  "gives {n} away", "loses {n} of them", "sells {n} of the {what}", "breaks {n}");
      case TIMES ->
          anew
              ? List.of("ends up with {n} times that number of {what}")
              : List.of(
                  "then gets enough to have {n} times as many",
                  "makes it {n} times as many {what}");
    };
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

  /// Writes it as a sum, such as `26 + 17 = 43`.
  String sum(int total, int number) {
    String sign =
        switch (this) {
          case MORE -> "+";
          case FEWER -> "-";
          case TIMES -> "*";
        };
    return total + " " + sign + " " + number + " = " + after(total, number);
  }

  /// Tells it.
  String tell(Told told, int number, String what, SplittableRandom random) {
    List<String> ways = ways(told);
    return ways.get(random.nextInt(ways.size()))
        .replace("{n}", Integer.toString(number))
        .replace("{what}", what);
  }
}
