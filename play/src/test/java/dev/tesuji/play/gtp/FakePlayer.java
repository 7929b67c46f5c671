package dev.tesuji.play.gtp;

import dev.tesuji.play.Game;
import dev.tesuji.play.GameState;
import dev.tesuji.play.Limits;
import dev.tesuji.play.Player;
import dev.tesuji.play.Thought;
import dev.tesuji.play.Thought.Candidate;
import dev.tesuji.play.Watcher;
import dev.tesuji.play.go.Go;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// A player of 5x5 and 7x7 that plays the first legal point, one visit at a time.
final class FakePlayer implements Player {
  private static final long VISIT = 100_000; // nanoseconds, so that others get their turn

  final List<Limits> limits = new ArrayList<>();
  final List<Integer> visits = new ArrayList<>();
  int games;

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public String refusal(Game game) {
    boolean known = game instanceof Go go && (go.width() == 7 || go.width() == 5);
    return known ? "" : "it knows boards of 5x5 and 7x7";
  }

  @Override
  public void newGame() {
    games++;
  }

  @Override
  public Thought think(GameState state, Limits most, Watcher watcher) {
    limits.add(most);
    int done = 1;
    while ((most.visits() == 0 || done < most.visits()) && go(watcher, state, done)) {
      LockSupport.parkNanos(VISIT);
      done++;
    }
    visits.add(done);
    return thought(state, done);
  }

  private static boolean go(Watcher watcher, GameState state, int done) {
    return watcher.goOn(() -> thought(state, done));
  }

  private static Thought thought(GameState state, int visits) {
    int[] legal = state.legalActions();
    int second = legal[Math.min(1, legal.length - 1)];
    float[] ownership = new float[state.game().cells()];
    ownership[0] = 0.5f;
    return new Thought(
        legal[0],
        visits,
        0.625,
        2.5,
        ownership,
        List.of(
            new Candidate(legal[0], visits, 0.75, 3, 0.25, List.of(legal[0], second)),
            new Candidate(second, 0, 0.5, 0, 0.125, List.of(second))));
  }

  @Override
  public void close() {
    // It holds nothing.
  }
}
