package dev.tesuji.labels;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// The judgements that stand once corrections have replaced what they correct.
final class Standing {
  private Standing() {}

  /// A judgement and how to refuse its line.
  record Line(Judgement judgement, Function<String, RuntimeException> bad) {}

  /// Applies corrections. A line whose name was used before by the same annotator with the same
  /// content is the same judgement, sent twice, and counts once.
  ///
  /// @param lines in the order of saying, for each annotator
  /// @throws dev.tesuji.check.BadInput when a correction corrects nothing that stands, or one name
  ///   is used for two judgements
  static List<Judgement> of(List<Line> lines) {
    Map<String, Judgement> all = new LinkedHashMap<>();
    Map<String, Judgement> standing = new LinkedHashMap<>();
    for (Line line : lines) {
      Judgement judgement = line.judgement();
      Judgement same = all.putIfAbsent(judgement.id(), judgement);
      if (same != null) {
        if (!same.equals(judgement)) {
          throw line.bad()
              .apply(
                  "field 'id' must be of this judgement alone, got '"
                      + judgement.id()
                      + "', which another line has; give each line a name of its own");
        }
        continue;
      }
      if (!judgement.revises().isEmpty()) {
        revise(line, standing);
      }
      if (judgement.outcome() != Judgement.Outcome.WITHDRAWN) {
        standing.put(judgement.id(), judgement);
      }
    }
    return new ArrayList<>(standing.values());
  }

  private static void revise(Line line, Map<String, Judgement> standing) {
    Judgement judgement = line.judgement();
    Judgement before = standing.remove(judgement.revises());
    if (before == null
        || !before.annotator().equals(judgement.annotator())
        || !before.item().equals(judgement.item())) {
      throw line.bad()
          .apply(
              "field 'revises' must name a judgement of the same item by the same annotator that"
                  + " stands in a line before, got '"
                  + judgement.revises()
                  + "'");
    }
  }
}
