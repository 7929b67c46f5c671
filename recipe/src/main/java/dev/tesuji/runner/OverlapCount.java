package dev.tesuji.runner;

import dev.tesuji.overlap.HeldOutTexts;
import java.util.Locale;
import java.util.Optional;

/// How many of some texts overlap with what is held out.
final class OverlapCount {
  private long texts;
  private long same;
  private long wordy; // share words in a row
  private long leftOut;
  private String example = "";
  private String wordyExample = "";

  /// Counts a text.
  ///
  /// @param source where it comes from
  void add(String source, Optional<HeldOutTexts.Match> match) {
    texts++;
    match.ifPresent(m -> {
      String pair = source + " and " + m.source();
      if (m.isSame()) {
        same++;
        example = example.isEmpty() ? pair : example;
      } else {
        wordy++;
        wordyExample = wordyExample.isEmpty() ? pair : wordyExample;
      }
    });
  }

  /// Counts a text that the stage leaves out itself, since it is measured on its prompt.
  void addLeftOut() {
    texts++;
    leftOut++;
  }

  /// Takes over what was counted elsewhere.
  void take(OverlapCount other) {
    same += other.same;
  }

  /// Returns how many hold a held-out text.
  long same() {
    return same;
  }

  /// Says it in a line.
  ///
  /// @param what the texts
  String say(String what) {
    StringBuilder line = new StringBuilder();
    if (same + wordy == 0) {
      line.append(format("no overlap in %,d ", texts)).append(what);
    } else {
      line.append(format("of %,d ", texts)).append(what).append(':');
      if (same > 0) {
        line.append(format(" %,d HOLD A HELD-OUT PROBLEM, such as ", same)).append(example);
      }
      if (wordy > 0) {
        line.append(same > 0 ? ", and" : "");
        line.append(format(" %,d share words in a row with one, such as ", wordy));
        line.append(wordyExample);
      }
    }
    if (leftOut > 0) {
      line.append(format("; %,d have a prompt that is measured on, and are left out", leftOut));
    }
    return line.toString();
  }

  private static String format(String pattern, long number) {
    return String.format(Locale.ROOT, pattern, number);
  }
}
