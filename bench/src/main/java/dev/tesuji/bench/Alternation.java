package dev.tesuji.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/// Lets contestants measure in turn, there and back again (A B B A), so that where a machine
/// becomes slower or faster meanwhile it does so for all alike.
///
/// @param rounds how often there and back
/// @param limit the seconds after which a turn is ended
/// @param told hears of each turn
record Alternation(int rounds, double limit, Consumer<String> told) {
  /// Measures. Who fails once has no further turn.
  Map<Contestant, Contestant.Runs> run(List<Contestant> contestants) {
    Map<Contestant, Contestant.Runs> all = new HashMap<>();
    contestants.forEach(c -> all.put(c, Contestant.Runs.NONE));
    List<Contestant> turns = new ArrayList<>(contestants);
    turns.addAll(contestants.reversed());
    for (int round = 0; round < rounds; round++) {
      for (Contestant next : turns) {
        Contestant.Runs before = all.getOrDefault(next, Contestant.Runs.NONE);
        if (before.trouble() == null) {
          Contestant.Runs now = next.measure(limit);
          all.put(next, before.plus(now));
          told.accept(line(next, now));
        }
      }
    }
    return all;
  }

  private static String line(Contestant who, Contestant.Runs now) {
    return now.trouble() == null
        ? String.format(
            Locale.ROOT,
            "%s: %.3f s, the median of %d",
            who.name(),
            now.median(),
            now.seconds().size())
        : who.name() + ": " + now.trouble();
  }
}
