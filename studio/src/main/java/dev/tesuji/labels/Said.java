package dev.tesuji.labels;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The judgements that stand, by annotator, as lines are added.
final class Said {
  private final Map<String, List<Judgement>> standing = new TreeMap<>();
  private final Map<String, Map<String, Judgement>> lines = new HashMap<>(); // those undone too

  void clear() {
    standing.clear();
    lines.clear();
  }

  /// Adds a line; the same line once more changes nothing.
  void add(Judgement judgement) {
    Map<String, Judgement> ofOne =
        lines.computeIfAbsent(judgement.annotator(), _ -> new HashMap<>());
    if (judgement.equals(ofOne.put(judgement.id(), judgement))) {
      return;
    }
    List<Judgement> own = standing.computeIfAbsent(judgement.annotator(), _ -> new ArrayList<>());
    if (!judgement.revises().isEmpty()) {
      own.removeIf(j -> j.id().equals(judgement.revises()));
    }
    if (judgement.outcome() != Judgement.Outcome.WITHDRAWN) {
      own.add(judgement);
    }
  }

  /// Returns whether an annotator has used a name before.
  boolean isUsed(String annotator, String id) {
    return lines.getOrDefault(annotator, Map.of()).containsKey(id);
  }

  /// Returns what an annotator said that stands, in the order of saying.
  List<Judgement> by(String annotator) {
    return standing.getOrDefault(annotator, List.of());
  }

  /// Returns the same of all, in the order of their names.
  Map<String, List<Judgement>> all() {
    return standing;
  }
}
