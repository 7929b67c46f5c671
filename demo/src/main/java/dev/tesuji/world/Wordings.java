package dev.tesuji.world;

import dev.tesuji.check.BadInput;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds requests by their words, for who was given nothing but a text.
///
/// Requests are finitely many; they are drawn in their order, those held out too, until the words
/// are found. Puzzles are not: there is no end to them.
///
/// Safe for use by several threads.
public final class Wordings {
  private static final long MOST = 100_000; // draws of each side, before a text is none of ours
  private static final World REQUESTS =
      new World(
          List.of(Kind.FACTS, Kind.LISTS, Kind.ADVICE, Kind.HARMFUL),
          List.of(Language.values()),
          1);

  private final Map<String, Posed> known = new HashMap<>();
  private long drawn;

  /// Finds the request of a text.
  ///
  /// @throws BadInput when the world has no such request
  public Posed require(String text) {
    return find(text)
        .orElseThrow(() ->
            new BadInput(
                "the prompt must be a request of the built-in world, got '"
                    + BadInput.brief(text.strip())
                    + "'"));
  }

  /// Finds the request of a text; white space around it does not count.
  public synchronized Optional<Posed> find(String text) {
    String words = text.strip();
    while (!known.containsKey(words) && drawn < MOST) {
      know(REQUESTS.posed(drawn));
      know(Posed.of(REQUESTS.draw(drawn, true)));
      drawn++;
    }
    return Optional.ofNullable(known.get(words));
  }

  private void know(Posed posed) {
    known.putIfAbsent(posed.text().strip(), posed);
  }
}
