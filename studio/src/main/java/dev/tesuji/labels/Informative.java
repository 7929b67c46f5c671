package dev.tesuji.labels;

import dev.tesuji.active.Candidate;
import dev.tesuji.active.Comparison;
import dev.tesuji.active.Preferences;
import dev.tesuji.json.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// How much a judgement of an item would teach, by what was said of others.
///
/// It learns anew whenever a twentieth more has been said, from all rankings in the order of
/// annotators' names: what it chooses follows from what was said.
final class Informative {
  private static final int AIMED = 4_000; // items that stand for all
  private static final int MOST = 500; // items that are looked at for a choice
  private static final double MORE = 1.05;

  private final Project project;
  private final Map<String, Candidate> candidates = new HashMap<>();
  private final Preferences preferences = new Preferences();
  private int learned = -1; // judgements

  Informative(Project project) {
    this.project = project;
  }

  /// Aims at the project's own items, a sample of them where there are many.
  private void aim() {
    List<Item> items = project.items().values().stream().filter(i -> !i.isGold()).toList();
    int step = 1 + items.size() / AIMED;
    preferences.aim(
        IntStream.range(0, items.size())
            .filter(i -> i % step == 0)
            .mapToObj(i -> candidate(items.get(i)))
            .toList());
  }

  private Candidate candidate(Item item) {
    return candidates.computeIfAbsent(
        item.id(),
        id -> {
          JsonNode prompt = item.prompt();
          return new Candidate(
              id,
              prompt.isString() ? prompt.stringValue() : Json.line(prompt),
              item.answers().stream().map(Item.Answer::text).toList());
        });
  }

  /// Chooses the item that would teach most, among those of the highest priority; of equals the
  /// first.
  ///
  /// @param held items that are before annotators
  Optional<Item> best(List<Item> open, Said said, List<String> held) {
    double priority = open.stream().mapToDouble(Item::priority).max().orElse(0);
    List<Item> first = open.stream().filter(i -> i.priority() == priority).limit(MOST).toList();
    if (first.size() < 2 || first.getFirst().answers().size() < 2) {
      return first.stream().findFirst();
    }
    learn(said, held);
    Item best = first.getFirst();
    double most = -1;
    for (Item item : first) {
      double worth = preferences.worth(candidate(item));
      if (worth > most) {
        most = worth;
        best = item;
      }
    }
    return Optional.of(best);
  }

  /// Counts an item as one of which will be known what there is to know.
  void expect(Item item) {
    preferences.expect(candidate(item));
  }

  private void learn(Said said, List<String> held) {
    int count = said.all().values().stream().mapToInt(List::size).sum();
    if (learned >= 0 && count >= learned && count < learned * MORE + 1) {
      return;
    }
    if (learned < 0) {
      aim();
    }
    List<Comparison> comparisons = new ArrayList<>();
    said.all()
        .values()
        .forEach(own -> own.stream().filter(this::counts).forEach(j -> add(j, comparisons)));
    preferences.learn(comparisons);
    held.forEach(id -> expect(project.item(id)));
    learned = count;
  }

  private boolean counts(Judgement judgement) {
    return judgement.isRanking()
        && judgement.repeat() == 0
        && !project.item(judgement.item()).isGold();
  }

  private void add(Judgement judgement, List<Comparison> comparisons) {
    List<Integer> tiers = judgement.tiers();
    Candidate candidate = candidate(project.item(judgement.item()));
    for (int a = 0; a < tiers.size(); a++) {
      for (int b = 0; b < tiers.size(); b++) {
        if (tiers.get(a) < tiers.get(b)) {
          comparisons.add(new Comparison(candidate, a, b));
        }
      }
    }
  }
}
