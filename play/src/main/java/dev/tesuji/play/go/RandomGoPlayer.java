package dev.tesuji.play.go;

import dev.tesuji.play.Game;
import dev.tesuji.play.GameState;
import dev.tesuji.play.Limits;
import dev.tesuji.play.Player;
import dev.tesuji.play.Thought;
import dev.tesuji.play.Thought.Candidate;
import dev.tesuji.play.Watcher;
import dev.tesuji.random.Rng;
import java.util.ArrayList;
import java.util.List;

/// A player that picks any legal point with equal chances, fills none of its own eyes, and passes
/// when nothing is left.
public final class RandomGoPlayer implements Player {
  private static final long STREAM = 0x60;

  private final long seed;

  /// Makes a player whose every choice follows from a seed and the number of the move.
  public RandomGoPlayer(long seed) {
    this.seed = seed;
  }

  @Override
  public String name() {
    return "random";
  }

  @Override
  public String refusal(Game game) {
    return game instanceof Go ? "" : "it plays Go only";
  }

  @Override
  public void newGame() {
    // It remembers nothing.
  }

  @Override
  public Thought think(GameState state, Limits limits, Watcher watcher) {
    GoState go = (GoState) state;
    int[] points = sensible(go);
    int action =
        points.length == 0
            ? go.game().pass()
            : points[Rng.below(points.length, seed, STREAM, state.moves(), state.toMove())];
    Thought thought = thought(go, action, points);
    watcher.goOn(() -> thought);
    return thought;
  }

  /// Returns the legal points that are no eyes of the mover.
  public static int[] sensible(GoState state) {
    int[] legal = state.legalActions();
    int count = 0;
    for (int action : legal) {
      if (action != state.game().pass() && !isEye(state, action)) {
        legal[count++] = action;
      }
    }
    return java.util.Arrays.copyOf(legal, count);
  }

  /// Returns whether a point is an eye of the mover: its neighbours are the mover's, and so are its
  /// diagonals, but for one in the middle of the board.
  private static boolean isEye(GoState state, int point) {
    Go go = state.game();
    for (int next : go.grid().neighbours[point]) {
      if (state.at(next) != state.toMove()) {
        return false;
      }
    }
    int row = point / go.width();
    int column = point % go.width();
    int outside = 0;
    int enemies = 0;
    for (int down = -1; down <= 1; down += 2) {
      for (int right = -1; right <= 1; right += 2) {
        boolean inside =
            row + down >= 0
                && row + down < go.height()
                && column + right >= 0
                && column + right < go.width();
        if (!inside) {
          outside++;
        } else if (state.at((row + down) * go.width() + column + right) == -state.toMove()) {
          enemies++;
        }
      }
    }
    return outside > 0 ? enemies == 0 : enemies <= 1;
  }

  private static Thought thought(GoState state, int action, int[] points) {
    double score = state.outcome().score() * state.toMove();
    byte[] area = state.outcome().ownership();
    float[] ownership = new float[area.length];
    for (int i = 0; i < area.length; i++) {
      ownership[i] = area[i] * state.toMove();
    }
    List<Candidate> candidates = new ArrayList<>();
    double prior = 1.0 / Math.max(1, points.length);
    candidates.add(new Candidate(action, 1, 0.5, score, prior, List.of(action)));
    for (int point : points) {
      if (point != action) {
        candidates.add(new Candidate(point, 0, 0.5, score, prior, List.of(point)));
      }
    }
    return new Thought(action, 1, 0.5, score, ownership, candidates);
  }

  @Override
  public void close() {
    // It holds nothing.
  }
}
