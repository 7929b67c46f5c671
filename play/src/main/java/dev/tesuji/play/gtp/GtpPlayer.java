package dev.tesuji.play.gtp;

import dev.tesuji.play.Game;
import dev.tesuji.play.GameState;
import dev.tesuji.play.Limits;
import dev.tesuji.play.Player;
import dev.tesuji.play.PlayerFailed;
import dev.tesuji.play.Thought;
import dev.tesuji.play.Thought.Candidate;
import dev.tesuji.play.Watcher;
import dev.tesuji.play.go.Go;
import dev.tesuji.play.go.GoState;
import dev.tesuji.play.sgf.SgfGame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A GTP program as a player. Limits of thinking are the program's own, as its command line says.
///
/// A program that fails costs the game: [#think] throws [PlayerFailed], and [#newGame] starts it
/// again. It is sent only what it does not know yet of a game.
public final class GtpPlayer implements Player {
  private final String name;
  private final GtpProgram program;
  private final List<String> sent = new ArrayList<>(); // moves on the program's board
  private @Nullable GoState start; // where its game began
  private double komi; // that it was told

  /// Makes a player.
  ///
  /// @param program is closed with the player
  public GtpPlayer(String name, GtpProgram program) {
    this.name = name;
    this.program = program;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String refusal(Game game) {
    return game instanceof Go ? "" : "it plays Go only";
  }

  /// Forgets the game; a program that failed starts again with the next thought. One that keeps
  /// randomness from game to game goes on with it.
  @Override
  public void newGame() {
    start = null;
    sent.clear();
  }

  /// Returns how often the program was started.
  public int starts() {
    return program.starts();
  }

  /// @throws PlayerFailed when the program died, hung, refused a move, or chose one that is not
  ///   legal
  @Override
  public Thought think(GameState state, Limits limits, Watcher watcher) {
    GoState go = (GoState) state;
    try {
      tell(go);
      String color = color(go.toMove());
      String vertex = program.send("genmove " + color);
      int action = vertex.equalsIgnoreCase("resign") ? Thought.RESIGN : go.game().action(vertex);
      if (action != Thought.RESIGN) {
        String refusal = go.refusal(action);
        if (!refusal.isEmpty()) {
          throw new PlayerFailed(name + " chose '" + vertex + "', which is not legal: " + refusal);
        }
        sent.add(color + " " + go.game().actionName(action));
      }
      Candidate only = new Candidate(action, 1, 0.5, 0, 1, List.of(action));
      return new Thought(action, 1, 0.5, 0, new float[0], List.of(only));
    } catch (GtpProgram.Refused e) {
      forget();
      throw new PlayerFailed(name + " " + e.getMessage());
    } catch (PlayerFailed e) {
      forget();
      throw e;
    }
  }

  private void forget() {
    newGame();
    program.restart();
  }

  /// Brings the program's board to a state.
  private void tell(GoState state) {
    List<String> moves = new ArrayList<>();
    GoState first = state;
    for (GoState before = state.previous(); before != null; before = first.previous()) {
      moves.addFirst(color(before.toMove()) + " " + state.game().actionName(first.lastAction()));
      first = before;
    }
    boolean known =
        first.equals(start)
            && sent.size() <= moves.size()
            && sent.equals(moves.subList(0, sent.size()));
    if (!known) {
      begin(first, state.game().komi());
    } else if (komi != state.game().komi()) {
      tellKomi(state.game().komi());
    }
    for (String move : moves.subList(sent.size(), moves.size())) {
      program.send("play " + move);
    }
    sent.clear();
    sent.addAll(moves);
  }

  private void tellKomi(double points) {
    program.send("komi " + SgfGame.number(points));
    komi = points;
  }

  private void begin(GoState first, double points) {
    Go go = first.game();
    if (go.height() != go.width()) {
      throw new PlayerFailed(name + " knows square boards only");
    }
    program.send("boardsize " + go.width());
    program.send("clear_board");
    tellKomi(points);
    for (int point = 0; point < go.cells(); point++) {
      if (first.at(point) != 0) {
        program.send("play " + color(first.at(point)) + " " + go.actionName(point));
      }
    }
    start = first;
    sent.clear();
  }

  private static String color(int player) {
    return player > 0 ? "black" : "white";
  }

  @Override
  public void close() {
    program.close();
  }
}
