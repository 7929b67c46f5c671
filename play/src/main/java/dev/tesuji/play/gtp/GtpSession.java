package dev.tesuji.play.gtp;

import dev.tesuji.check.BadInput;
import dev.tesuji.play.Limits;
import dev.tesuji.play.Player;
import dev.tesuji.play.PlayerFailed;
import dev.tesuji.play.Thought;
import dev.tesuji.play.Watcher;
import dev.tesuji.play.go.Go;
import dev.tesuji.play.go.GoRecord;
import dev.tesuji.play.go.GoState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The game, the player and the clocks that commands work on.
final class GtpSession {
  private static final double KOMI = 7.5;
  private static final int[] SIZES = {19, 9, 7, 13, 5};

  private final Player player;
  private final Limits limits;
  private final GtpInput input;
  private final Consumer<String> log;
  private final GtpClock clock = new GtpClock();
  private GoRecord record;

  /// @param limits of each move, besides the clocks'
  GtpSession(Player player, Limits limits, GtpInput input, Consumer<String> log) {
    this.player = player;
    this.limits = limits;
    this.input = input;
    this.log = log;
    record = new GoRecord(Go.of(firstSize(), KOMI).start());
  }

  /// Returns the size of the board before one is asked for: one that the player can play.
  private int firstSize() {
    List<Integer> sizes = new ArrayList<>();
    for (int size : SIZES) {
      sizes.add(size);
    }
    for (int size = Go.LARGEST; size > 1; size--) {
      sizes.add(size);
    }
    return sizes.stream()
        .filter(size -> player.refusal(Go.of(size, KOMI)).isEmpty())
        .findFirst()
        .orElse(Go.LARGEST);
  }

  Player player() {
    return player;
  }

  GtpInput input() {
    return input;
  }

  GtpClock clock() {
    return clock;
  }

  GoRecord record() {
    return record;
  }

  GoState state() {
    return record.state();
  }

  Go go() {
    return state().game();
  }

  /// Begins another game.
  void begin(GoRecord other) {
    record = other;
    player.newGame();
    clock.reset();
  }

  /// Plays a move; to give up leaves the board as it is.
  void play(int color, int action) {
    if (action == Thought.RESIGN) {
      return;
    }
    String refusal = state().withToMove(color).refusal(action);
    if (!refusal.isEmpty()) {
      throw new GtpError("illegal move: " + refusal);
    }
    record.play(color, action);
  }

  /// Lets the player think about the move of a colour, within its limits and its clock.
  Thought think(int color) {
    return think(color, _ -> true);
  }

  /// Thinks as [#think(int)] does, being watched.
  Thought think(int color, Watcher watcher) {
    long begin = System.nanoTime();
    double share = clock.allotment(color, go().cells(), state().moves());
    Limits both = share == 0 ? limits : limits.within(share);
    if (both.equals(Limits.NONE)) {
      throw new IllegalStateException("a player without limits would think for ever");
    }
    Thought thought = think(color, both, soFar -> watcher.goOn(soFar) && !input.takeInterruption());
    clock.spend(color, (System.nanoTime() - begin) / 1e9);
    return thought;
  }

  /// Lets the player think about the move of a colour.
  Thought think(int color, Limits most, Watcher watcher) {
    String refusal = player.refusal(go());
    if (!refusal.isEmpty()) {
      throw new GtpError(player.name() + " cannot play this: " + refusal);
    }
    input.takeInterruption();
    GoState state = state().withToMove(color);
    Thought thought = player.think(state, most, watcher);
    String illegal = thought.action() == Thought.RESIGN ? "" : state.refusal(thought.action());
    if (illegal.isEmpty()) {
      return thought;
    }
    log.accept("the player chose an action that is not legal (" + illegal + "), and passes");
    return new Thought(
        go().pass(),
        thought.visits(),
        thought.winRate(),
        thought.score(),
        thought.ownership(),
        thought.candidates());
  }

  /// Returns the name of an action, `resign` included.
  String actionName(int action) {
    return action == Thought.RESIGN ? "resign" : go().actionName(action);
  }

  /// Returns a sentence about something that went wrong, for an answer.
  static String sentence(RuntimeException e) {
    String message = BadInput.brief(e.getMessage());
    return e instanceof BadInput || e instanceof GtpError || e instanceof PlayerFailed
        ? message
        : "internal error: " + e;
  }
}
