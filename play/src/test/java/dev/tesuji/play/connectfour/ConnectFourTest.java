package dev.tesuji.play.connectfour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.play.Symmetry;
import dev.tesuji.random.Rng;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// The second game, and its ground truth.
class ConnectFourTest {
  private static ConnectFourState play(String columns) {
    ConnectFourState state = new ConnectFour().start();
    for (int i = 0; i < columns.length(); i++) {
      state = state.play(columns.charAt(i) - '1');
    }
    return state;
  }

  @Test
  void fourInALineWinInEveryDirection() {
    assertThat(play("1212121").outcome().value()).as("up").isEqualTo(1);
    assertThat(play("1122334").outcome().value()).as("along").isEqualTo(1);
    assertThat(play("12233434474").outcome().value()).as("rising").isEqualTo(1);
    assertThat(play("76655454414").outcome().value()).as("falling").isEqualTo(1);
    assertThat(play("71212121").outcome().value()).as("the second player").isEqualTo(-1);
    assertThat(play("1212121").over()).isTrue();
    assertThat(play("1212121").legalActions()).isEmpty();
    assertThat(play("567").outcome().value()).isZero();
  }

  @Test
  void linesDoNotRunFromOneColumnIntoTheNext() {
    // Three on top of column 1 and one at the bottom of column 2 are next to each other as bits.
    assertThat(play("1112317171").over()).isFalse();
  }

  @Test
  void aFullColumnTakesNoMore() {
    ConnectFourState full = play("111111");
    assertThat(full.legalActions()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThatThrownBy(() -> full.play(0)).hasMessage("the action 0 is not legal");
    assertThat(full.previous()).isEqualTo(play("11111"));
    assertThat(full.toMove()).isEqualTo(1);
  }

  @Test
  void planesAreTheMoversAndTheOthers() {
    float[] planes = new float[84];
    play("445").planes(planes, 0);
    assertThat(planes[4 * 7 + 3]).as("the mover's, on the fifth row").isEqualTo(1);
    assertThat(planes[42 + 5 * 7 + 3]).isEqualTo(1);
    assertThat(planes[42 + 5 * 7 + 4]).isEqualTo(1);
    float sum = 0;
    for (float plane : planes) {
      sum += plane;
    }
    assertThat(sum).isEqualTo(3);
  }

  @Test
  void theMirroredGameIsTheSameGame() {
    Symmetry mirror = new ConnectFour().symmetries().get(1);
    float[] planes = new float[84];
    float[] turned = new float[84];
    float[] expected = new float[84];
    play("4352617").planes(planes, 0);
    mirror.turnCells(planes, turned);
    play("4536271").planes(expected, 0);
    assertThat(turned).isEqualTo(expected);
    assertThat(mirror.actions()).containsExactly(6, 5, 4, 3, 2, 1, 0);
  }

  @Test
  void theSolverAgreesWithTryingEverything() {
    ConnectFourSolver solver = new ConnectFourSolver(1 << 16);
    for (int game = 0; game < 60; game++) {
      ConnectFourState state = random(game, 30);
      if (!state.over()) {
        assertThat(solver.score(state)).as("game %d", game).isEqualTo(everything(state));
        assertThat(solver.value(state)).isEqualTo(Integer.signum(everything(state)));
      }
    }
  }

  private static ConnectFourState random(int game, int moves) {
    ConnectFourState state = new ConnectFour().start();
    for (int move = 0; move < moves && !state.over(); move++) {
      int[] legal = state.legalActions();
      state = state.play(legal[Rng.below(legal.length, game, 4, move, 0)]);
    }
    return state;
  }

  private static int everything(ConnectFourState state) {
    if (state.over()) {
      return state.outcome().value() == 0 ? 0 : -(42 + 2 - state.moves()) / 2;
    }
    int best = -100;
    for (int action : state.legalActions()) {
      best = Math.max(best, -everything(state.play(action)));
    }
    return best;
  }

  @Test
  void theSolverFindsTheMovesThatHold() {
    ConnectFourSolver solver = new ConnectFourSolver(1 << 20);
    ConnectFourState threat = play("121212");
    assertThat(solver.value(threat)).isEqualTo(1);
    assertThat(solver.score(threat)).as("22 less four stones").isEqualTo(18);
    assertThat(solver.isOptimal(threat, 0)).isTrue();
    ConnectFourState mustBlock = play("1212133231" + "3566");
    for (int action : mustBlock.legalActions()) {
      assertThat(-solver.value(mustBlock.play(action)))
          .isLessThanOrEqualTo(solver.value(mustBlock));
    }
  }

  /// The first player wins from the middle, draws beside it, loses at the edge.
  @Test
  @EnabledIfSystemProperty(named = "tesuji.slow", matches = "true")
  void theGameIsWonByTheFirstPlayer() {
    ConnectFourSolver solver = new ConnectFourSolver(1 << 24);
    assertThat(solver.value(play("4"))).isEqualTo(-1);
    assertThat(solver.value(play("3"))).isZero();
    assertThat(solver.value(play("1"))).isEqualTo(1);
  }

  @Test
  void theGameTakesFewerThanTwoHundredLines() throws IOException {
    Path folder = Path.of("src/main/java/dev/tesuji/play/connectfour");
    long lines = 0;
    for (String file : new String[] {"ConnectFour.java", "ConnectFourState.java"}) {
      lines += Files.readAllLines(folder.resolve(file)).size();
    }
    assertThat(lines).isLessThan(200);
  }
}
