package dev.tesuji.labels;

import dev.tesuji.random.Rng;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Who is asked what, and in which order answers stand.
///
/// All is drawn by counter from the project's seed, the annotator and how much the annotator has
/// said: asking twice gives the same.
///
/// - A share of items, the overlap, is for every annotator; the others are for one each, and held
///   for a while once they are shown.
/// - Now and then an item with known answers comes, or one that the annotator judged before.
/// - Where items have priorities the highest comes, but for a share that is drawn at random, so
///   that agreement is not measured on hard items alone.
final class Handout {
  private static final long HELD_NANOS = Duration.ofMinutes(10).toNanos();
  private static final int APART = 10; // judgements between an item and its repetition

  private static final int KIND = 1; // what random numbers are for
  private static final int RANDOM = 2;

  private final Project project;
  private final Map<String, Hold> holds = new HashMap<>();

  private record Hold(String annotator, long since) {}

  Handout(Project project) {
    this.project = project;
  }

  /// Returns the order in which an item's answers are shown to an annotator.
  List<Integer> order(String annotator, Item item, int repeat) {
    long stream = Draws.number(annotator + "\n" + item.id() + "\n" + repeat);
    int[] order = Rng.permutation(item.answers().size(), project.settings().seed(), stream);
    return IntStream.of(order).boxed().toList();
  }

  Labelling.@Nullable Asked next(String annotator, Map<String, List<Judgement>> said) {
    ProjectSettings settings = project.settings();
    List<Judgement> own = said.getOrDefault(annotator, List.of());
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
    Optional<Item> open = open(annotator, said, seen, own.size());
    open.ifPresent(i -> holds.put(i.id(), new Hold(annotator, System.nanoTime())));
    return open.map(i -> asked(annotator, i, 0)).orElse(null);
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

  private Optional<Item> open(
      String annotator, Map<String, List<Judgement>> said, Set<String> seen, int count) {
    Set<String> taken = new HashSet<>();
    said.forEach((other, judgements) ->
        judgements.stream()
            .filter(j -> !other.equals(annotator) && j.outcome() == Judgement.Outcome.JUDGED)
            .forEach(j -> taken.add(j.item())));
    long now = System.nanoTime();
    holds.values().removeIf(h -> now - h.since() > HELD_NANOS);
    List<Item> open =
        shuffled(annotator)
            .filter(i -> !i.isGold() && !seen.contains(i.id()))
            .filter(i -> isForAll(i) || (!taken.contains(i.id()) && !isHeld(i, annotator)))
            .toList();
    ProjectSettings settings = project.settings();
    boolean atRandom =
        Rng.uniform(settings.seed(), Draws.number(annotator), count, RANDOM) < settings.random();
    return atRandom
        ? open.stream().findFirst()
        : open.stream().min(Comparator.comparingDouble(i -> -i.priority()));
  }

  private boolean isForAll(Item item) {
    ProjectSettings settings = project.settings();
    return Rng.uniform(settings.seed(), Draws.number(item.id()), 0, 0) < settings.overlap();
  }

  private boolean isHeld(Item item, String annotator) {
    Hold hold = holds.get(item.id());
    return hold != null && !hold.annotator().equals(annotator);
  }

  /// Returns all items in an order that is the annotator's own.
  private java.util.stream.Stream<Item> shuffled(String annotator) {
    return project.items().values().stream()
        .sorted(Comparator.comparingLong(i -> Draws.number(annotator + "\n" + i.id())));
  }
}
