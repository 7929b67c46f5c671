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
/// their actions.
final class Replay {
  private final int window;
  private final Deque<Kept> games = new ArrayDeque<>();
  private final List<Example> examples = new ArrayList<>();

  /// A game that is going on, or was played.
  ///
  /// @param number its number
  /// @param komi its komi
  /// @param state where it is
  /// @param targets the search's policy at each state that was searched, by move; empty where only
  ///   the result is learned from
  record Kept(long number, double komi, GameState state, List<float[]> targets) {
    void write(DataOutputStream out) throws IOException {
      out.writeLong(number);
      out.writeDouble(komi);
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
      return new Kept(number, komi, state, targets);
    }

    /// Returns the states that were searched, as examples.
    List<Example> examples() {
      Outcome outcome = state.outcome();
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
  /// @param window the most examples, but for the rest of a game
  Replay(int window) {
    this.window = window;
  }

  void add(Kept game) {
    games.add(game);
    examples.addAll(game.examples());
    int drop = 0;
    while (examples.size() - drop - games.getFirst().targets().size() >= window) {
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
    out.writeInt(games.size());
    for (Kept game : games) {
      game.write(out);
    }
  }

  void read(DataInputStream in, Game game) throws IOException {
    games.clear();
    examples.clear();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      add(Kept.read(in, game));
    }
  }
}
