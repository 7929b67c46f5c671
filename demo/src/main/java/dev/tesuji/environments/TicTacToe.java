package dev.tesuji.environments;

import dev.tesuji.env.Game;
import dev.tesuji.env.Problem;
import dev.tesuji.random.Rng;
import dev.tesuji.rl.SelfPlay;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tic-tac-toe against a pool of players: from one who plays by chance to one who never loses, and
/// the policy itself as it was at earlier times ([Snapshot]).
///
/// Who of the pool plays is drawn by the game's number: a player of strength p plays the best move
/// with probability p and any other time one by chance; an earlier policy begins by chance, so that
/// games differ, and plays by chance where it names no free square. Who begins is drawn too. A game
/// that is won is right; a draw is worth half a point, and a move that is none loses.
///
/// A pool that grows counts as one player of the pool, which is any of its players in turn; in
/// games that are held out it is the first of them, so that they stay what they are.
///
/// @param strengths the pool's probabilities of the best move, in percent
/// @param opponents the directories of earlier policies
/// @param selves the policy's own selves, which become more as it learns
public record TicTacToe(List<Integer> strengths, List<Path> opponents, Selves selves)
    implements Game, SelfPlay {
  private static final long SEED = 0x71C;
  private static final String DRAW = "draw";
  private static final int[][] LINES = {
    {0, 1, 2}, {3, 4, 5}, {6, 7, 8}, {0, 3, 6}, {1, 4, 7}, {2, 5, 8}, {0, 4, 8}, {2, 4, 6}
  };

  /// Players of 0, 50, 80 and 100 percent.
  public static final TicTacToe DEFAULT = new TicTacToe(List.of(0, 50, 80, 100));

  /// Makes it without earlier policies.
  public TicTacToe(List<Integer> strengths) {
    this(strengths, List.of(), Selves.NONE);
  }

  /// Checks the ranges.
  public TicTacToe {
    strengths = List.copyOf(strengths);
    opponents = List.copyOf(opponents);
    if (strengths.isEmpty() && opponents.isEmpty() && !selves.grow()) {
      throw new IllegalArgumentException("strengths must be at least one percentage, got none");
    }
    for (int s : strengths) {
      if (s < 0 || s > 100) {
        throw new IllegalArgumentException("strengths must be from 0 to 100, got " + s);
      }
    }
  }

  @Override
  public String name() {
    return "ticTacToe";
  }

  @Override
  public Problem draw(long index, boolean heldOut) {
    long id = 2 * index + (heldOut ? 1 : 0);
    Match match = new Match(id);
    return new Problem(
        id,
        "Game " + id + ". You play " + match.own + ".\n" + text(match.board),
        WON,
        name() + " " + id);
  }

  @Override
  public String rules() {
    return "Tic-tac-toe: three in a line win. Play with <answer>1</answer> to 9, the number of a free"
        + " square.";
  }

  @Override
  public int turns() {
    return 5;
  }

  @Override
  public Play begin(Problem problem) {
    return new Match(problem.id());
  }

  @Override
  public boolean grows() {
    return selves.grow();
  }

  @Override
  public void learned(int steps, LoadedModel policy) {
    selves.learned(steps, policy);
  }

  @Override
  public void save(Path file) {
    selves.save(file);
  }

  @Override
  public void restore(Path file) {
    selves.restore(file);
  }

  /// Returns the earlier policy that plays a game; null for one that plays by chance.
  ///
  /// @param player its place in the pool
  private @Nullable Snapshot earlier(int player, long id) {
    int known = strengths.size() + opponents.size();
    if (player < known) {
      return Snapshot.of(opponents.get(player - strengths.size()));
    }
    boolean heldOut = id % 2 == 1;
    return selves.player(heldOut ? 0 : Rng.below(selves.size(), SEED, id, 0, 5));
  }

  /// One game.
  private final class Match implements Play {
    private final char[] board = ".........".toCharArray();
    private final long id;
    private final int player; // its place in the pool
    final char own;
    private final char other;
    private final @Nullable Snapshot earlier;
    private int played;

    Match(long id) {
      this.id = id;
      int growing = selves.grow() ? 1 : 0;
      player = Rng.below(strengths.size() + opponents.size() + growing, SEED, id, 0, 0);
      earlier = player < strengths.size() ? null : earlier(player, id);
      boolean begins = Rng.below(2, SEED, id, 0, 1) == 0;
      own = begins ? 'X' : 'O';
      other = begins ? 'O' : 'X';
      if (!begins) {
        answer();
      }
    }

    @Override
    public Answer move(String move) {
      if (!move.matches("[1-9]") || board[move.charAt(0) - '1'] != '.') {
        return Answer.over(LOST);
      }
      board[move.charAt(0) - '1'] = own;
      if (wins(board, own)) {
        return new Answer("", 0, WON);
      }
      if (isFull()) {
        return new Answer("", 0.5, DRAW);
      }
      answer();
      if (wins(board, other)) {
        return Answer.over(LOST);
      }
      return isFull() ? new Answer("", 0.5, DRAW) : Answer.more(text(board));
    }

    private boolean isFull() {
      return new String(board).indexOf('.') < 0;
    }

    private void answer() {
      played++;
      boolean known = player < strengths.size();
      int taken = -1;
      boolean begins = new String(board).equals(".........");
      if (earlier != null && !begins) {
        taken = earlier.move(board, Rng.below(Snapshot.ANSWERS, SEED, id, played, 4));
      }
      board[taken < 0 ? searched(known ? strengths.get(player) : 0) : taken] = other;
    }

    /// Returns the square of a player of some strength.
    private int searched(int strength) {
      boolean best = Rng.below(100, SEED, id, played, 2) < strength;
      int chosen = -1;
      int value = Integer.MIN_VALUE;
      int first = Rng.below(board.length, SEED, id, played, 3); // among equals, by chance
      for (int k = 0; k < board.length; k++) {
        int i = (first + k) % board.length;
        if (board[i] != '.') {
          continue;
        }
        board[i] = other;
        int worth = best ? -value(board, own, other) : 0;
        board[i] = '.';
        if (worth > value) {
          value = worth;
          chosen = i;
        }
      }
      return chosen;
    }
  }

  /// Writes a board: free squares have their numbers.
  static String text(char[] board) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < board.length; i++) {
      text.append(board[i] == '.' ? Integer.toString(i + 1) : String.valueOf(board[i]));
      text.append(i % 3 == 2 ? "\n" : " ");
    }
    return text.toString().stripTrailing();
  }

  static boolean wins(char[] board, char who) {
    for (int[] line : LINES) {
      if (board[line[0]] == who && board[line[1]] == who && board[line[2]] == who) {
        return true;
      }
    }
    return false;
  }

  /// Returns the value of a position for who moves: 1 won, 0 drawn, -1 lost, under best play.
  static int value(char[] board, char who, char other) {
    if (wins(board, other)) {
      return -1;
    }
    int best = Integer.MIN_VALUE;
    for (int i = 0; i < board.length; i++) {
      if (board[i] == '.') {
        board[i] = who;
        best = Math.max(best, -value(board, other, who));
        board[i] = '.';
        if (best == 1) {
          return 1;
        }
      }
    }
    return best == Integer.MIN_VALUE ? 0 : best;
  }
}
