package dev.tesuji.labels;

import static java.util.Objects.requireNonNull;

import dev.tesuji.random.Rng;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Who is asked what, and in which order answers stand.
///
/// All that is drawn is drawn by counter from the project's seed, the annotator and how much the
/// annotator has said: asking twice gives the same.
///
/// - A share of items, the overlap, is for every annotator; the others are for one each, and held
///   for a while once they are shown.
/// - Now and then an item with known answers comes, or one that the annotator judged before.
/// - Of the others comes the one that would teach most ([Informative]), those of higher priority
///   first; but for a share that is drawn at random, so that agreement is not measured on hard
///   items alone.
final class Handout {
  private static final int APART = 10; // judgements between an item and its repetition

  private static final int KIND = 1; // what random numbers are for
  private static final int RANDOM = 2;

  private final Project project;
  private final Informative informative;
  private final Set<String> forAll = new HashSet<>();
  private final Map<String, List<Item>> orders = new HashMap<>(); // by annotator

  Handout(Project project) {
    this.project = project;
    informative = new Informative(project);
    ProjectSettings settings = project.settings();
    for (String id : project.items().keySet()) {
      if (Rng.uniform(settings.seed(), Draws.number(id), 0, 0) < settings.overlap()) {
        forAll.add(id);
      }
    }
  }

  /// Returns the order in which an item's answers are shown to an annotator.
  List<Integer> order(String annotator, Item item, int repeat) {
    long stream = Draws.number(annotator + "\n" + item.id() + "\n" + repeat);
    int[] order = Rng.permutation(item.answers().size(), project.settings().seed(), stream);
    return IntStream.of(order).boxed().toList();
  }

  Labelling.@Nullable Asked next(String annotator, Said said, JudgementStore.Turn turn) {
    ProjectSettings settings = project.settings();
    List<Judgement> own = said.by(annotator);
    double draw = Rng.uniform(settings.seed(), Draws.number(annotator), own.size(), KIND);
    Set<String> seen = new HashSet<>(own.stream().map(Judgement::item).toList());
    Optional<Item> gold =
        shuffled(annotator).filter(i -> i.isGold() && !seen.contains(i.id())).findFirst();
    if (draw < settings.gold() && gold.isPresent()) {
      return asked(annotator, gold.get(), 0);
    }
    Optional<Item> again =
        draw < settings.gold() + settings.repeats() ? again(own) : Optional.empty();
    if (again.isPresent()) {
      return asked(annotator, again.get(), 1);
    }
    return open(annotator, said, turn).map(i -> asked(annotator, i, 0)).orElse(null);
  }

  private Labelling.Asked asked(String annotator, Item item, int repeat) {
    return new Labelling.Asked(item, order(annotator, item, repeat), repeat);
  }

  /// Returns the item that the annotator judged longest ago and was not asked again.
  private Optional<Item> again(List<Judgement> own) {
    Set<String> repeated =
        new HashSet<>(own.stream().filter(j -> j.repeat() > 0).map(Judgement::item).toList());
    return own.stream()
        .limit(Math.max(0, own.size() - APART))
        .filter(j -> j.outcome() == Judgement.Outcome.JUDGED && !repeated.contains(j.item()))
        .map(j -> project.item(j.item()))
        .filter(i -> !i.isGold())
        .findFirst();
  }

  /// Chooses an item that the annotator has not judged, the one that is held for the annotator
  /// where there is one.
  private Optional<Item> open(String annotator, Said said, JudgementStore.Turn turn) {
    Set<String> closed = new HashSet<>(said.by(annotator).stream().map(Judgement::item).toList());
    said.all()
        .forEach((other, judgements) ->
            judgements.stream()
                .filter(j -> !other.equals(annotator) && j.outcome() == Judgement.Outcome.JUDGED)
                .filter(j -> !forAll.contains(j.item()))
                .forEach(j -> closed.add(j.item())));
    Map<String, String> held = turn.held();
    Optional<Item> chosen =
        held.entrySet().stream()
            .filter(h -> h.getValue().equals(annotator) && !closed.contains(h.getKey()))
            .map(h -> project.item(h.getKey()))
            .findFirst();
    if (chosen.isEmpty()) {
      List<Item> open =
          shuffled(annotator)
              .filter(i -> !i.isGold() && !closed.contains(i.id()))
              .filter(i -> forAll.contains(i.id()) || !held.containsKey(i.id()))
              .toList();
      chosen = choose(annotator, said, open, held);
    }
    chosen.ifPresent(i -> turn.hold(i.id(), annotator));
    return chosen;
  }

  private Optional<Item> choose(
      String annotator, Said said, List<Item> open, Map<String, String> held) {
    ProjectSettings settings = project.settings();
    int count = said.by(annotator).size();
    boolean atRandom =
        Rng.uniform(settings.seed(), Draws.number(annotator), count, RANDOM) < settings.random();
    if (atRandom) {
      return open.stream().findFirst();
    }
    Optional<Item> best = informative.best(open, said, List.copyOf(held.keySet()));
    best.ifPresent(informative::expect);
    return best;
  }

  /// Returns all items in an order that is the annotator's own.
  private Stream<Item> shuffled(String annotator) {
    return orders.computeIfAbsent(annotator, this::order).stream();
  }

  private List<Item> order(String annotator) {
    Map<String, Long> numbers = new HashMap<>();
    project.items().keySet().forEach(id -> numbers.put(id, Draws.number(annotator + "\n" + id)));
    return project.items().values().stream()
        .sorted(Comparator.comparing((Item i) -> requireNonNull(numbers.get(i.id()))))
        .toList();
  }
}
