package dev.tesuji.play.go;

import dev.tesuji.check.BadInput;
import dev.tesuji.play.GameState;
import dev.tesuji.play.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A position of Go with its past.
public final class GoState implements GameState {
  private final Go go;
  private final Stones stones;
  private final int toMove;
  private final int passes;
  private final int moves;
  private final int lastAction;
  private final @Nullable GoState previous;
  private final Past past;

  private GoState(Go go, Stones stones, int toMove) {
    this.go = go;
    this.stones = stones;
    this.toMove = toMove;
    passes = 0;
    moves = 0;
    lastAction = -1;
    previous = null;
    past = new Past(null, stones.hash());
  }

  private GoState(GoState previous, Stones stones, int action) {
    go = previous.go;
    this.stones = stones;
    toMove = -previous.toMove;
    boolean pass = action == go.pass();
    passes = pass ? previous.passes + 1 : 0;
    moves = previous.moves + 1;
    lastAction = action;
    this.previous = previous;
    past = pass ? previous.past : new Past(previous.past, stones.hash());
  }

  /// The same position with another player to move, or under another komi.
  private GoState(GoState other, Go go, int toMove, int passes) {
    this.go = go;
    stones = other.stones;
    this.toMove = toMove;
    this.passes = passes;
    moves = other.moves;
    lastAction = other.lastAction;
    previous = other.previous;
    past = other.past;
  }

  static GoState start(Go go, Stones stones, int toMove) {
    return new GoState(go, stones, toMove);
  }

  /// Makes a position without a past.
  ///
  /// @param points the colour of each point, [Go#BLACK], [Go#WHITE] or 0
  /// @throws BadInput when a chain has no liberty
  public static GoState of(Go go, int[] points, int toMove) {
    Stones stones = go.start().stones;
    for (int point = 0; point < points.length; point++) {
      if (points[point] != 0) {
        stones = stones.set(point, points[point]);
      }
    }
    int[] liberties = stones.liberties();
    for (int point = 0; point < points.length; point++) {
      if (points[point] != 0 && liberties[point] == 0) {
        throw new BadInput("the stone at " + go.actionName(point) + " has no liberty");
      }
    }
    return new GoState(go, stones, toMove);
  }

  @Override
  public Go game() {
    return go;
  }

  @Override
  public int toMove() {
    return toMove;
  }

  @Override
  public int moves() {
    return moves;
  }

  @Override
  public int lastAction() {
    return lastAction;
  }

  @Override
  public @Nullable GoState previous() {
    return previous;
  }

  /// Returns the colour of a point: [Go#BLACK], [Go#WHITE] or 0.
  public int at(int point) {
    return stones.at(point);
  }

  /// Returns the chains on the board, each as its points, ascending.
  public List<List<Integer>> chains() {
    List<List<Integer>> chains = new ArrayList<>();
    boolean[] seen = new boolean[go.cells()];
    for (int start = 0; start < seen.length; start++) {
      if (at(start) != 0 && !seen[start]) {
        List<Integer> chain = new ArrayList<>(List.of(start));
        seen[start] = true;
        for (int i = 0; i < chain.size(); i++) {
          for (int next : go.grid().neighbours[chain.get(i)]) {
            if (at(next) == at(start) && !seen[next]) {
              seen[next] = true;
              chain.add(next);
            }
          }
        }
        chain.sort(null);
        chains.add(chain);
      }
    }
    return chains;
  }

  /// Returns the passes in a row that led here.
  public int passes() {
    return passes;
  }

  Stones stones() {
    return stones;
  }

  @Override
  public boolean over() {
    return passes >= 2;
  }

  /// Returns the position with a player to move, as GTP wants it, where a colour may play twice and
  /// the game may go on after two passes.
  public GoState withToMove(int player) {
    return player == toMove && passes < 2 ? this : new GoState(this, go, player, 0);
  }

  /// Returns the position under another komi.
  public GoState withKomi(double komi) {
    return new GoState(this, go.withKomi(komi), toMove, passes);
  }

  @Override
  public boolean isLegal(int action) {
    return refusal(action).isEmpty();
  }

  @Override
  public int[] legalActions() {
    if (over()) {
      return new int[0];
    }
    int[] legal = new int[go.actions()];
    long[] hashes = new long[go.pass()];
    stones.hashesAfter(toMove, hashes);
    int count = 0;
    for (int point = 0; point < hashes.length; point++) {
      if (stones.at(point) == 0 && !past.has(hashes[point])) {
        legal[count++] = point;
      }
    }
    legal[count++] = go.pass();
    return Arrays.copyOf(legal, count);
  }

  @Override
  public GoState play(int action) {
    Stones next = after(action);
    if (next == null || over() || (action != go.pass() && past.has(next.hash()))) {
      throw new IllegalArgumentException(
          "the action " + action + " is not legal: " + refusal(action));
    }
    return new GoState(this, next, action);
  }

  /// Returns the stones after an action, or null where nothing can be put.
  private @Nullable Stones after(int action) {
    if (action == go.pass()) {
      return stones;
    }
    boolean free = action >= 0 && action < go.pass() && stones.at(action) == 0;
    return free ? stones.play(action, toMove) : null;
  }

  /// Says why an action is not legal; empty where it is.
  public String refusal(int action) {
    if (over()) {
      return "the game is over";
    }
    if (action < 0 || action > go.pass()) {
      return "the point is not on the board";
    }
    Stones next = after(action);
    if (next == null) {
      return "the point is occupied";
    }
    if (action == go.pass() || !past.has(next.hash())) {
      return "";
    }
    return next.hash() == stones.hash()
        ? "it is suicide of a single stone"
        : "the position would repeat (superko)";
  }

  @Override
  public Outcome outcome() {
    byte[] area = stones.area();
    int score = 0;
    for (byte owner : area) {
      score += owner;
    }
    return new Outcome(score - go.komi(), area);
  }

  @Override
  public void planes(float[] out, int offset) {
    GoPlanes.write(this, out, offset);
  }

  @Override
  public String toString() {
    Map<Integer, String> signs = Map.of(0, ".", 1, "X", -1, "O");
    StringBuilder text = new StringBuilder();
    for (int point = 0; point < go.pass(); point++) {
      text.append(signs.get(at(point))).append(point % go.width() == go.width() - 1 ? "\n" : " ");
    }
    return text.toString();
  }
}
