package dev.tesuji.labels;

import java.util.List;

/// Tendencies that have nothing to do with what answers say.
final class Biases {
  private Biases() {}

  /// Counts how often the answer that was shown before another won; half, where order does not
  /// matter.
  static Tally firstShown(List<Judgement> rankings) {
    Tally tally = new Tally();
    for (Judgement j : rankings) {
      for (int a = 0; a < j.tiers().size(); a++) {
        for (int b = 0; b < j.tiers().size(); b++) {
          if (j.tiers().get(a) < j.tiers().get(b)) {
            tally.count(j.place(a) < j.place(b));
          }
        }
      }
    }
    return tally;
  }

  /// Counts how often the longer answer won, by characters; equally long ones do not count.
  static Tally longer(Project project, List<Judgement> rankings) {
    Tally tally = new Tally();
    for (Judgement j : rankings) {
      int[] lengths =
          project.item(j.item()).answers().stream()
              .mapToInt(a -> a.text().codePointCount(0, a.text().length()))
              .toArray();
      for (int a = 0; a < lengths.length; a++) {
        for (int b = 0; b < lengths.length; b++) {
          if (j.tiers().get(a) < j.tiers().get(b) && lengths[a] != lengths[b]) {
            tally.count(lengths[a] > lengths[b]);
          }
        }
      }
    }
    return tally;
  }
}
