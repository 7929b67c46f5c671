package dev.tesuji.alphago.search;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.play.GameState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TreeSearchTest {
  private static final Evaluator KNOWS_NOTHING =
      states -> states.stream().map(_ -> new Evaluation(new float[9], 0, 0, new float[0])).toList();

  /// A network that prefers low actions and likes some positions.
  private static final Evaluator OPINIONATED =
      states -> states.stream().map(TreeSearchTest::opinion).toList();

  private static Evaluation opinion(GameState state) {
    float[] logits = new float[9];
    for (int a = 0; a < 9; a++) {
      logits[a] = -a / 4f;
    }
    return new Evaluation(
        logits, Math.sin(17 * state.lastAction() + state.moves()), 0, new float[0]);
  }

  private static TreeSearch run(GameState state, Selection selection, int n, Evaluator evaluator) {
    TreeSearch search = new TreeSearch(state, selection, n);
    BatchSearch.run(List.of(search), evaluator);
    return search;
  }

  private static Gumbel gumbel(int considered, int n, boolean noise, long seed) {
    return new Gumbel(new Gumbel.Settings(considered, 50, 1, 0, noise), n, seed);
  }

  private static Puct puct(int parallel) {
    return new Puct(new Puct.Settings(1.5, 0.2, parallel));
  }

  @Test
  void sequentialHalvingVisitsEachActionAsOftenAsItSays() {
    TreeSearch search = run(new TicTacToe().start(), gumbel(4, 8, false, 1), 8, OPINIONATED);
    int[] visits = search.root().visits.clone();
    Arrays.sort(visits);
    assertThat(visits).containsExactly(0, 0, 0, 0, 0, 1, 1, 3, 3);
    assertThat(search.root().total).isEqualTo(8);
    assertThat(Arrays.copyOf(search.root().visits, 4))
        .as("the four most probable were considered")
        .doesNotContain(0);
  }

  @Test
  void theFirstActionOfPuctIsTheMostProbableThenValueAndPriorDecide() {
    TreeSearch one = run(new TicTacToe().start(), puct(1), 1, OPINIONATED);
    assertThat(one.root().visits[0]).isOne();
    // Two actions: priors 0.6 and 0.4; the first visited once with value -0.5.
    Node node = new Node(new TicTacToe().start());
    Arrays.fill(node.priors, 0);
    node.priors[0] = 0.6;
    node.priors[1] = 0.4;
    node.evaluated = true;
    node.visits[0] = 1;
    node.total = 1;
    node.valueSums[0] = -0.5;
    // first: -0.5 + 1.5 * 0.6 / 2 = -0.05; second: -0.5 / 2 - 0.2 sqrt(0.6) + 1.5 * 0.4 = 0.195
    assertThat(puct(1).below(node)).isOne();
    node.valueSums[0] = 0.5;
    // first: 0.5 + 0.45 = 0.95; second: 0.25 - 0.155 + 0.6 = 0.695
    assertThat(puct(1).below(node)).isZero();
    node.pending[0] = 1;
    // a visit on its way is a loss: (0.5 - 1) / 2 + 1.5 * 0.6 * sqrt(2) / 3 = 0.174
    // second: 0.25 - 0.155 + 1.5 * 0.4 * sqrt(2) = 0.943
    assertThat(puct(1).below(node)).isOne();
  }

  @Test
  void bothSearchesFindTheBestActionsOfSolvedPositions() {
    // without a network, the means of a tree tell little of the first two moves
    List<TicTacToe.State> states =
        TicTacToe.State.some(90, 5).stream().filter(s -> s.moves() >= 3).toList();
    assertThat(states).hasSizeGreaterThan(40);
    List<TreeSearch> all = new ArrayList<>();
    for (TicTacToe.State state : states) {
      all.add(new TreeSearch(state, puct(1), 800));
      all.add(new TreeSearch(state, gumbel(9, 800, false, 1), 800));
    }
    BatchSearch.run(all, KNOWS_NOTHING);
    for (int i = 0; i < all.size(); i++) {
      TicTacToe.State state = states.get(i / 2);
      int action = all.get(i).found().action();
      assertThat(-TicTacToe.minimax(state.play(action)))
          .as("search %d, position %s, action %d", i % 2, Arrays.toString(state.cells()), action)
          .isEqualTo(TicTacToe.minimax(state));
    }
  }

  @Test
  void virtualLossEvaluatesSeveralStatesAtOnceAndFindsTheSame() {
    List<Integer> sizes = new ArrayList<>();
    Evaluator counting =
        states -> {
          sizes.add(states.size());
          return KNOWS_NOTHING.evaluate(states);
        };
    for (TicTacToe.State state : TicTacToe.State.some(20, 9)) {
      int action = run(state, puct(8), 1200, counting).found().action();
      assertThat(-TicTacToe.minimax(state.play(action))).isEqualTo(TicTacToe.minimax(state));
    }
    assertThat(sizes).contains(8);
  }

  @Test
  void noVisitIsLeftOnItsWay() {
    TreeSearch search = run(new TicTacToe().start(), puct(8), 500, OPINIONATED);
    assertThat(search.root().pending).containsOnly(0);
    assertThat(search.root().total).isEqualTo(500);
    assertThat(Arrays.stream(search.root().visits).sum()).isEqualTo(500);
  }

  @Test
  void theSeedDecidesAndNothingElse() {
    List<TicTacToe.State> states = TicTacToe.State.some(30, 2);
    List<TreeSearch> together =
        states.stream().map(s -> new TreeSearch(s, gumbel(5, 20, true, 7), 20)).toList();
    BatchSearch.run(together, OPINIONATED);
    boolean differs = false;
    for (int i = 0; i < states.size(); i++) {
      Found alone = run(states.get(i), gumbel(5, 20, true, 7), 20, OPINIONATED).found();
      assertThat(together.get(i).found().policy()).containsExactly(alone.policy());
      assertThat(together.get(i).found().action()).isEqualTo(alone.action());
      Found other = run(states.get(i), gumbel(5, 20, true, 8), 20, OPINIONATED).found();
      differs |= other.action() != alone.action();
    }
    assertThat(differs).as("another seed draws other actions").isTrue();
  }

  @Test
  void theTreeIsKeptFromMoveToMove() {
    TreeSearch search = run(new TicTacToe().start(), puct(1), 300, KNOWS_NOTHING);
    int action = search.found().action();
    int seen = search.root().visits[search.root().indexOf(action)];
    TreeSearch after = requireNonNull(search.after(List.of(action), puct(1), 300));
    assertThat(after.root().total).as("but for the visit that made it").isEqualTo(seen - 1);
    assertThat(after.root().state.lastAction()).isEqualTo(action);
    BatchSearch.run(List.of(after), KNOWS_NOTHING);
    assertThat(after.root().total).isEqualTo(300);
    TreeSearch fresh = run(new TicTacToe().start(), puct(1), 1, KNOWS_NOTHING);
    assertThat(fresh.after(List.of(8), puct(1), 10)).as("never visited").isNull();
  }

  @Test
  void whatWasEvaluatedIsNotAskedForAgainAndChangesNothing() {
    int[] asked = new int[1];
    Evaluator counting =
        states -> {
          asked[0] += states.size();
          return OPINIONATED.evaluate(states);
        };
    TreeSearch before = run(new TicTacToe().start(), gumbel(4, 20, true, 3), 20, counting);
    assertThat(asked[0]).as("the root and 20 others").isEqualTo(21);
    int action = before.found().action();
    asked[0] = 0;
    TreeSearch again = before.anew(action, gumbel(4, 20, true, 3), 20);
    BatchSearch.run(List.of(again), counting);
    int fewer = asked[0];
    asked[0] = 0;
    Found fresh =
        run(new TicTacToe().start().play(action), gumbel(4, 20, true, 3), 20, counting).found();
    assertThat(fewer).isLessThan(asked[0]);
    assertThat(again.found().policy()).containsExactly(fresh.policy());
    assertThat(again.found().value()).isEqualTo(fresh.value());
    assertThat(again.found().visits()).isEqualTo(20);
  }

  /// Both sides know who wins, by 40 points, or by 41 after action 4.
  @Test
  void aPointMoreIsWorthAsMuchInADecidedGame() {
    Evaluator decided =
        states ->
            states.stream()
                .map(s -> {
                  double score = s.lastAction() == 4 ? 41 : 40;
                  int sign = s.toMove();
                  return new Evaluation(new float[9], sign, sign * score, new float[0]);
                })
                .toList();
    Gumbel gumbel = new Gumbel(new Gumbel.Settings(9, 50, 1, 0.2, false), 9, 1);
    float[] policy = run(new TicTacToe().start(), gumbel, 9, decided).found().policy();
    // each action was visited once: (50 + 1) * 0.2 * 2 / pi * atan(1 / sqrt(9)) = 2.0893
    assertThat(policy[4] / policy[0]).isCloseTo((float) Math.exp(2.0893), within(1e-2f));
    // and White, who loses in any case, is as glad to lose by 40
    gumbel = new Gumbel(new Gumbel.Settings(9, 50, 1, 0.2, false), 8, 1);
    policy = run(new TicTacToe().start().play(0), gumbel, 8, decided).found().policy();
    assertThat(policy[1] / policy[4]).isCloseTo((float) Math.exp(2.0893), within(1e-2f));
  }

  @Test
  void withoutSimulationsTheNetworkDecides() {
    Found found = run(new TicTacToe().start(), puct(1), 0, OPINIONATED).found();
    assertThat(found.action()).isZero();
    assertThat(found.visits()).isZero();
  }
}
