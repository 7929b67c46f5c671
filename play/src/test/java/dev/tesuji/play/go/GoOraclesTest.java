package dev.tesuji.play.go;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// Numbers that [Tromp and Farnebäck](https://tromp.github.io/go/gostate.pdf) counted, and values
/// that are proven.
class GoOraclesTest {
  @Test
  void thereAreAsManyLegalPositionsAsWereCounted() {
    assertThat(positions(1)).isEqualTo(1);
    assertThat(positions(2)).isEqualTo(57);
    assertThat(positions(3)).isEqualTo(12_675);
  }

  @Test
  @EnabledIfSystemProperty(named = "tesuji.slow", matches = "true")
  void thereAreAsManyLegalPositionsOnFourByFourAsWereCounted() {
    assertThat(positions(4)).isEqualTo(24_318_165);
  }

  private static long positions(int size) {
    Grid grid = Grid.of(size, size);
    return positions(grid.empty(), 0);
  }

  private static long positions(Stones stones, int point) {
    Grid grid = stones.grid();
    if (point == grid.points) {
      int[] liberties = stones.liberties();
      for (int p = 0; p < grid.points; p++) {
        if (stones.at(p) != 0 && liberties[p] == 0) {
          return 0;
        }
      }
      return 1;
    }
    return positions(stones, point + 1)
        + positions(stones.set(point, 1), point + 1)
        + positions(stones.set(point, -1), point + 1);
  }

  /// A game is a sequence of positions without repetition; with passes either colour may be next.
  @Test
  void thereAreAsManyGamesAsWereCounted() {
    assertThat(games(Go.of(1, 0).start())).isEqualTo(1);
    assertThat(games(new Go(1, 2, 0).start())).isEqualTo(9);
    assertThat(games(new Go(1, 3, 0).start())).isEqualTo(907);
    assertThat(games(new Go(3, 1, 0).start())).isEqualTo(907);
  }

  private static long games(GoState state) {
    long games = 1;
    for (int player : new int[] {1, -1}) {
      GoState turn = state.withToMove(player);
      for (int action : turn.legalActions()) {
        games += action == state.game().pass() ? 0 : games(turn.play(action));
      }
    }
    return games;
  }

  /// Two thousand million games: counted over the graph of positions.
  @Test
  @EnabledIfSystemProperty(named = "tesuji.slow", matches = "true")
  void suicideOfSeveralStonesCountsAmongTheGames() {
    assertThat(new Graph(Grid.of(1, 4)).games()).isEqualTo(2_098_407_841L);
  }

  @Test
  @EnabledIfSystemProperty(named = "tesuji.slow", matches = "true")
  void thereAreAsManyGamesOnTwoByTwoAsWereCounted() {
    assertThat(new Graph(Grid.of(2, 2)).games()).isEqualTo(386_356_909_593L);
  }

  @Test
  void theGraphCountsAsTheRulesDo() {
    assertThat(new Graph(Grid.of(1, 3)).games()).isEqualTo(907);
  }

  /// The positions of a board and which follow which, at most 64.
  private static final class Graph {
    private final Map<Long, Integer> numbers = new HashMap<>();
    private final List<int[]> next = new ArrayList<>();

    Graph(Grid grid) {
      number(grid.empty());
    }

    private int number(Stones stones) {
      Integer known = numbers.get(stones.hash());
      if (known != null) {
        return known;
      }
      int number = numbers.size();
      numbers.put(stones.hash(), number);
      next.add(new int[0]);
      List<Integer> after = new ArrayList<>();
      for (int point = 0; point < stones.grid().points; point++) {
        if (stones.at(point) == 0) {
          after.add(number(stones.play(point, 1)));
          after.add(number(stones.play(point, -1)));
        }
      }
      next.set(number, after.stream().mapToInt(i -> i).toArray());
      return number;
    }

    /// Counts games: those that begin on equal points, by symmetry, once.
    long games() {
      int[][] edges = next.toArray(int[][]::new);
      assertThat(edges.length).isLessThanOrEqualTo(64);
      boolean alike = edges.length == 57; // 2x2: all eight first moves are one
      if (alike) {
        return 1 + 8 * games(edges, edges[0][0], 1);
      }
      return games(edges, 0, 0);
    }

    private static long games(int[][] edges, int at, long seen) {
      long now = seen | 1L << at;
      long games = 1;
      for (int next : edges[at]) {
        if ((now >>> next & 1) == 0) {
          games += games(edges, next, now);
        }
      }
      return games;
    }
  }

  @Test
  void twoByTwoIsOnePointForBlack() {
    assertThat(value(Go.of(2, 0).start(), 0, 1)).as("at least one").isEqualTo(1);
    assertThat(value(Go.of(2, 0).start(), 1, 2)).as("at most one").isEqualTo(1);
  }

  @Test
  void oneByOneIsADraw() {
    assertThat(value(Go.of(1, 0).start(), -1, 1)).isZero();
  }

  /// Returns the value of a state for the player to move, within bounds, by alpha and beta.
  private static int value(GoState state, int alpha, int beta) {
    if (state.over()) {
      return (int) (state.outcome().score() * state.toMove());
    }
    int best = alpha;
    int[] legal = state.legalActions();
    for (int i = legal.length - 1; i >= 0 && best < beta; i--) { // passing first ends soonest
      best = Math.max(best, -value(state.play(legal[i]), -beta, -best));
    }
    return best;
  }

  @Test
  void blackTakesAllOfThreeByThreeFromTheCentre() {
    GoState centre = Go.of(3, 0).start().play(4);
    assertThat(takesAll(centre, 14)).as("within 14 actions").isTrue();
    assertThat(takesAll(centre, 8)).as("White can hold out longer than 8").isFalse();
    assertThat(takesAll(Go.of(3, 0).start().play(9), 8)).as("after a pass").isFalse();
  }

  /// Returns whether Black can win every point within some actions, whatever White does.
  private static boolean takesAll(GoState state, int depth) {
    if (state.over() || depth == 0) {
      return state.over() && state.outcome().score() >= state.game().cells();
    }
    boolean black = state.toMove() > 0;
    for (GoState next : promisingFirst(state)) {
      if (takesAll(next, depth - 1) == black) {
        return black;
      }
    }
    return !black;
  }

  private static List<GoState> promisingFirst(GoState state) {
    List<GoState> next = new ArrayList<>();
    for (int action : state.legalActions()) {
      next.add(state.play(action));
    }
    next.sort(Comparator.comparingInt(s -> s.over() ? -1000 : -promise(s)));
    return next;
  }

  /// Returns how good a state looks for the player who led to it.
  private static int promise(GoState state) {
    int[] liberties = state.stones().liberties();
    int promise = (int) (10 * state.outcome().score());
    for (int point = 0; point < liberties.length; point++) {
      promise += state.at(point) - (liberties[point] == 1 ? 5 * state.at(point) : 0);
    }
    return promise * -state.toMove();
  }
}
