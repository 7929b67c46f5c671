package dev.tesuji.play.go;

import dev.tesuji.check.BadInput;
import dev.tesuji.play.GameState;
import dev.tesuji.play.Outcome;
import java.util.Arrays;
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
  private GoState(GoState other, Go go, int toMove) {
    this.go = go;
    stones = other.stones;
    this.toMove = toMove;
    passes = 0;
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
    return player == toMove && passes < 2 ? this : new GoState(this, go, player);
  }

  /// Returns the position under another komi.
  public GoState withKomi(double komi) {
    return new GoState(this, go.withKomi(komi), toMove);
  }

  @Override
  public boolean isLegal(int action) {
    if (action < 0 || action > go.pass() || over()) {
      return false;
    }
    return action == go.pass()
        || (stones.at(action) == 0 && !past.has(stones.hashAfter(action, toMove)));
  }

  @Override
  public int[] legalActions() {
    if (over()) {
      return new int[0];
    }
    int[] legal = new int[go.actions()];
    int count = 0;
    for (int action = 0; action <= go.pass(); action++) {
      if (isLegal(action)) {
        legal[count++] = action;
      }
    }
    return Arrays.copyOf(legal, count);
  }

  @Override
  public GoState play(int action) {
    if (!isLegal(action)) {
      throw new IllegalArgumentException(refusal(action));
    }
    return new GoState(this, action == go.pass() ? stones : stones.play(action, toMove), action);
  }

  /// Says why an action is not legal.
  public String refusal(int action) {
    if (action < 0 || action > go.pass()) {
      return "the point is not on the board";
    }
    if (over()) {
      return "the game is over";
    }
    if (stones.at(action) != 0) {
      return "the point is occupied";
    }
    return stones.hashAfter(action, toMove) == stones.hash()
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
