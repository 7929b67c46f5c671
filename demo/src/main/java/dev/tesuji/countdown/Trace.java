package dev.tesuji.countdown;

import dev.tesuji.reward.Format;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A thinking about a round, as far as one can count in it.
///
/// A try is a stretch between semicolons that begins with a step from the given numbers; looking at
/// a try again (`check:`) is none.
///
/// @param tries how many there are
/// @param reflections how often the thinking stops to doubt: the words `wait` and `check`
record Trace(int tries, int reflections) {
  private static final Pattern TRY = Pattern.compile("\\d+[-+*/]\\d+=.*");
  private static final Pattern DOUBT = Pattern.compile("wait|check");

  /// Reads the thinking of a response; without tags of thinking there is none.
  static Trace of(String response) {
    if (!response.contains("<think>")) {
      return new Trace(0, 0);
    }
    String thinking = Format.thinking(response);
    long tries = Stream.of(thinking.split(";", -1)).filter(s -> TRY.matcher(s).matches()).count();
    return new Trace((int) tries, (int) DOUBT.matcher(thinking).results().count());
  }

  /// Returns how often the thinking goes back to the numbers for another try.
  int returns() {
    return Math.max(0, tries - 1);
  }
}
