package dev.tesuji.bench;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// One kind of work at one shape, measured by Tesuji and by a peer: what the table says of it.
///
/// @param what kind of work
/// @param shape the column
/// @param tokens of a run
/// @param ours in its types
/// @param theirs in its types
/// @param runs of all of them
record PeerMatch(
    Bench.What what,
    String shape,
    long tokens,
    List<Contestant> ours,
    List<Contestant> theirs,
    Map<Contestant, Contestant.Runs> runs) {
  private static final String NOTHING = "-";

  /// Returns all contestants in the order of their first turns.
  List<Contestant> all() {
    return Stream.concat(ours.stream(), theirs.stream()).toList();
  }

  /// Returns the same with what was measured.
  PeerMatch measured(Map<Contestant, Contestant.Runs> found) {
    return new PeerMatch(what, shape, tokens, ours, theirs, found);
  }

  /// Returns the runs of a contestant.
  Contestant.Runs of(Contestant contestant) {
    return runs.getOrDefault(contestant, Contestant.Runs.NONE);
  }

  /// Compares each side at the fastest of its types.
  String fastest() {
    return compared(fastest(ours), fastest(theirs));
  }

  /// Compares both sides in a type; nothing where one of them has no such contestant.
  String in(String type) {
    return compared(named(ours, type), named(theirs, type));
  }

  /// Compares what both sides had resident at most, each at the fastest of its types.
  String memory() {
    Optional<Contestant> a = fastest(ours);
    Optional<Contestant> b = fastest(theirs);
    if (a.isEmpty() || b.isEmpty() || of(b.get()).peak() == 0) {
      return NOTHING;
    }
    double own = of(a.get()).peak() / 1e9;
    double other = of(b.get()).peak() / 1e9;
    return String.format(Locale.ROOT, "%.2f / %.2f (%.2f)", own, other, own / other);
  }

  private Optional<Contestant> fastest(List<Contestant> side) {
    return side.stream()
        .filter(c -> of(c).isWhole())
        .min(Comparator.comparingDouble(c -> of(c).median()));
  }

  private static Optional<Contestant> named(List<Contestant> side, String type) {
    return side.stream().filter(c -> c.name().endsWith(type)).findFirst();
  }

  private String compared(Optional<Contestant> own, Optional<Contestant> other) {
    if (own.isEmpty() && other.isEmpty()) {
      return NOTHING;
    }
    double a = own.filter(c -> of(c).isWhole()).map(c -> of(c).median()).orElse(Double.NaN);
    double b = other.filter(c -> of(c).isWhole()).map(c -> of(c).median()).orElse(Double.NaN);
    String ratio =
        Double.isNaN(a) || Double.isNaN(b) ? "" : String.format(Locale.ROOT, " (%.1f)", b / a);
    return figure(a) + " / " + figure(b) + ratio;
  }

  /// Returns tokens per second, or the seconds of a step of reinforcement learning.
  private String figure(double seconds) {
    if (Double.isNaN(seconds)) {
      return NOTHING;
    }
    return what == Bench.What.GRPO
        ? String.format(Locale.ROOT, "%.2f", seconds)
        : String.format(Locale.ROOT, "%,.0f", tokens / seconds);
  }

  /// Returns what went wrong, a sentence for each contestant.
  List<String> troubles() {
    return all().stream()
        .filter(c -> of(c).trouble() != null)
        .map(c -> shape + ", " + word() + ", " + c.name() + ": " + of(c).trouble())
        .toList();
  }

  /// Returns the kind of work in a word.
  String word() {
    return switch (what) {
      case GENERATE -> "generation";
      case TRAIN -> "training step";
      case GRPO -> "GRPO step";
    };
  }
}
