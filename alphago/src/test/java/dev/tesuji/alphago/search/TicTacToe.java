package dev.tesuji.alphago.search;

import dev.tesuji.play.Game;
import dev.tesuji.play.GameState;
import dev.tesuji.play.Outcome;
import dev.tesuji.play.Symmetry;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Noughts and crosses, small enough to be solved in a test.
public record TicTacToe() implements Game {
  private static final int[][] LINES = {
    {0, 1, 2}, {3, 4, 5}, {6, 7, 8}, {0, 3, 6}, {1, 4, 7}, {2, 5, 8}, {0, 4, 8}, {2, 4, 6}
  };

  @Override
  public String name() {
    return "tic-tac-toe";
  }

  @Override
  public int height() {
    return 3;
  }

  @Override
  public int width() {
    return 3;
  }

  @Override
  public int actions() {
    return 9;
  }

  @Override
  public int pass() {
    return -1;
  }

  @Override
  public int planes() {
    return 2;
  }

  @Override
  public State start() {
    return new State(this, new int[9], null, -1);
  }

  @Override
  public List<Symmetry> symmetries() {
    int[] same = IntStream.range(0, 9).toArray();
    return List.of(new Symmetry(same, same));
  }

  @Override
  public String actionName(int action) {
    return "" + action;
  }

  /// Returns the value of a state with best play, as the player whose turn it is sees it.
  public static int minimax(GameState state) {
    if (state.over()) {
      return state.outcome().value() * state.toMove();
    }
    int best = -1;
    for (int action : state.legalActions()) {
      best = Math.max(best, -minimax(state.play(action)));
    }
    return best;
  }

  /// A position.
  public record State(TicTacToe game, int[] cells, @Nullable State previous, int lastAction)
      implements GameState {
    @Override
    public int moves() {
      return (int) IntStream.of(cells).filter(c -> c != 0).count();
    }

    @Override
    public int toMove() {
      return moves() % 2 == 0 ? FIRST : SECOND;
    }

    private int winner() {
      for (int[] line : LINES) {
        int sum = cells[line[0]] + cells[line[1]] + cells[line[2]];
        if (Math.abs(sum) == 3) {
          return sum / 3;
        }
      }
      return 0;
    }

    @Override
    public boolean over() {
      return winner() != 0 || moves() == 9;
    }

    @Override
    public boolean isLegal(int action) {
      return action >= 0 && action < 9 && cells[action] == 0 && !over();
    }

    @Override
    public int[] legalActions() {
      return IntStream.range(0, 9).filter(this::isLegal).toArray();
    }

    @Override
    public State play(int action) {
      int[] next = cells.clone();
      next[action] = toMove();
      return new State(game, next, this, action);
    }

    @Override
    public Outcome outcome() {
      return new Outcome(winner(), new byte[0]);
    }

    @Override
    public void planes(float[] out, int offset) {
      for (int cell = 0; cell < 9; cell++) {
        out[offset + cell] = cells[cell] == toMove() ? 1 : 0;
        out[offset + 9 + cell] = cells[cell] == -toMove() ? 1 : 0;
      }
    }

    /// Returns some positions that are not over, each reached by random moves.
    static List<State> some(int count, long seed) {
      List<State> states = new ArrayList<>();
      for (int i = 0; states.size() < count; i++) {
        State state = new TicTacToe().start();
        for (int ply = 0; ply < i % 7 && !state.over(); ply++) {
          int[] legal = state.legalActions();
          state = state.play(legal[dev.tesuji.random.Rng.below(legal.length, seed, i, ply, 0)]);
        }
        if (!state.over()) {
          states.add(state);
        }
      }
      return states;
    }
  }
}
