package dev.tesuji.environments;

import dev.tesuji.check.Require;
import dev.tesuji.env.Game;
import dev.tesuji.env.Problem;
import dev.tesuji.random.Rng;
import java.util.List;
import java.util.Locale;

/// A small text game: rooms in a grid, a key in one, a chest in another; the chest must be opened.
///
/// @param side how many rooms the grid is wide and deep
/// @param moves the most moves
public record Cellar(int side, int moves) implements Game {
  private static final long SEED = 0xCE11A;
  private static final List<String> WAYS = List.of("north", "east", "south", "west");
  private static final int[][] STEPS = {{0, -1}, {1, 0}, {0, 1}, {-1, 0}};
  private static final List<String> ROOMS =
      List.of("kitchen", "library", "workshop", "larder", "armoury", "chapel", "stable", "study");

  /// Three by three rooms, twenty moves.
  public static final Cellar DEFAULT = new Cellar(3, 20);

  /// Checks the ranges.
  public Cellar {
    Require.atLeast(2, "side", side);
    Require.atLeast(1, "moves", moves);
  }

  @Override
  public String name() {
    return "cellar";
  }

  private int place(long id, int what) {
    int rooms = side * side;
    int first = Rng.below(rooms, SEED, id, 0, 0);
    return what == 0 ? first : (first + 1 + Rng.below(rooms - 1, SEED, id, what, 0)) % rooms;
  }

  @Override
  public Problem draw(long index, boolean heldOut) {
    long id = 2 * index + (heldOut ? 1 : 0);
    return new Problem(
        id, "Cellar " + id + ".\n" + new Hero(id).look(), "open chest", name() + " " + id);
  }

  @Override
  public String rules() {
    return "A locked chest stands somewhere in the cellar, and its key lies somewhere else. Open it."
        + " Act with <answer>north</answer>, east, south, west, take key or open chest.";
  }

  @Override
  public int turns() {
    return moves;
  }

  @Override
  public Play begin(Problem problem) {
    return new Hero(problem.id());
  }

  /// Someone in the cellar.
  private final class Hero implements Play {
    private final long id;
    private final int key;
    private final int chest;
    private int room;
    private boolean hasKey;

    Hero(long id) {
      this.id = id;
      room = place(id, 0);
      key = place(id, 1);
      chest = place(id, 2);
    }

    String look() {
      String name = ROOMS.get(Rng.below(ROOMS.size(), SEED, id, 3, room));
      StringBuilder text = new StringBuilder("You are in the " + name + ". Ways lead");
      for (int w = 0; w < WAYS.size(); w++) {
        text.append(behind(w) < 0 ? "" : " " + WAYS.get(w));
      }
      text.append('.');
      text.append(room == key && !hasKey ? " A key lies here." : "");
      text.append(room == chest ? " The chest stands here." : "");
      return text.toString();
    }

    private int behind(int way) {
      int x = room % side + STEPS[way][0];
      int y = room / side + STEPS[way][1];
      return x < 0 || y < 0 || x >= side || y >= side ? -1 : y * side + x;
    }

    @Override
    public Answer move(String move) {
      String act = move.toLowerCase(Locale.ROOT);
      int way = WAYS.indexOf(act);
      if (way >= 0) {
        int next = behind(way);
        room = next < 0 ? room : next;
        return Answer.more(next < 0 ? "There is a wall. " + look() : look());
      }
      if (act.equals("take key") && room == key && !hasKey) {
        hasKey = true;
        return new Answer("You have the key. " + look(), 0.5, "");
      }
      if (act.equals("open chest") && room == chest) {
        return hasKey ? Answer.over(WON) : Answer.more("It is locked. " + look());
      }
      return Answer.more("That does nothing. " + look());
    }
  }
}
