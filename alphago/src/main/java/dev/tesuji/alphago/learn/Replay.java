package dev.tesuji.alphago.learn;

import dev.tesuji.play.Game;
import dev.tesuji.play.GameState;
import dev.tesuji.play.Outcome;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The newest games of self-play, and their states as examples.
///
/// Games are kept as they were played, with what the search found at each state; a checkpoint has
/// their actions. The window grows: it holds the newer half of all examples until it is full, so
/// that what the network played by chance is soon forgotten
/// ([KataGo](https://arxiv.org/abs/1902.10565), appendix C, grows its own too).
final class Replay {
  private static final int SMALLEST = 8; // a window of this part of the largest does not shrink

  private final int window;
  private long added; // examples so far
  private final Deque<Kept> games = new ArrayDeque<>();
  private final List<Example> examples = new ArrayList<>();

  /// A game that is going on, or was played.
  ///
  /// @param number its number
  /// @param komi its komi
  /// @param state where it is
  /// @param targets the search's policy at each state that was searched, by move; empty where only
  ///   the result is learned from. An opening that nobody chose has none
  /// @param loser the first player whom the search gave no hope, 0 for none yet
  record Kept(long number, double komi, GameState state, List<float[]> targets, int loser) {
    private static final int PLAYED_ON = 4; // one game of so many of each kind

    /// Returns whether the game goes on after a player has lost hope, to its end by the rules: such
    /// games tell whose the cells are, and how often hope was lost too early.
    boolean playsOn() {
      return number / 2 % PLAYED_ON == 0;
    }

    /// Returns whether a player has given up.
    boolean resigned() {
      return loser != 0 && !playsOn();
    }

    /// Returns how the game ended: of one that was given up only who won is known.
    Outcome outcome() {
      return resigned() ? new Outcome(-loser, new byte[0]) : state.outcome();
    }

    void write(DataOutputStream out) throws IOException {
      out.writeLong(number);
      out.writeDouble(komi);
      out.writeInt(loser);
      int[] actions = new PlayedGame(number, state, 0, PlayedGame.End.RULES).actions();
      out.writeInt(actions.length);
      for (int action : actions) {
        out.writeInt(action);
      }
      out.writeInt(targets.size());
      for (float[] target : targets) {
        out.writeInt(target.length);
        for (float share : target) {
          out.writeFloat(share);
        }
      }
    }

    static Kept read(DataInputStream in, Game game) throws IOException {
      long number = in.readLong();
      double komi = in.readDouble();
      int loser = in.readInt();
      GameState state = Komi.of(game, komi).start();
      int actions = in.readInt();
      for (int i = 0; i < actions; i++) {
        state = state.play(in.readInt());
      }
      List<float[]> targets = new ArrayList<>();
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        float[] target = new float[in.readInt()];
        for (int a = 0; a < target.length; a++) {
          target[a] = in.readFloat();
        }
        targets.add(target);
      }
      return new Kept(number, komi, state, targets, loser);
    }

    /// Returns the states that were searched, as examples.
    List<Example> examples() {
      Outcome outcome = outcome();
      List<Example> examples = new ArrayList<>();
      GameState at = state;
      for (int i = targets.size() - 1; i >= 0; i--) {
        at = before(at);
        examples.add(new Example(at, targets.get(i), outcome));
      }
      return examples.reversed();
    }

    private static GameState before(GameState state) {
      @Nullable GameState previous = state.previous();
      if (previous == null) {
        throw new IllegalStateException("a game has more targets than moves");
      }
      return previous;
    }
  }

  /// Makes an empty one.
  ///
  /// @param window the most examples in the end, but for the rest of a game
  Replay(int window) {
    this.window = window;
  }

  void add(Kept game) {
    games.add(game);
    examples.addAll(game.examples());
    added += game.targets().size();
    long keep = Math.clamp(added / 2, Math.ceilDiv(window, SMALLEST), window);
    int drop = 0;
    while (examples.size() - drop - games.getFirst().targets().size() >= keep) {
      drop += games.removeFirst().targets().size();
    }
    examples.subList(0, drop).clear();
  }

  /// Returns how many examples there are.
  int size() {
    return examples.size();
  }

  Example get(int i) {
    return examples.get(i);
  }

  void write(DataOutputStream out) throws IOException {
    out.writeLong(added);
    out.writeInt(games.size());
    for (Kept game : games) {
      game.write(out);
    }
  }

  void read(DataInputStream in, Game game) throws IOException {
    games.clear();
    examples.clear();
    added = in.readLong();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      Kept kept = Kept.read(in, game);
      games.add(kept);
      examples.addAll(kept.examples());
    }
  }
}
