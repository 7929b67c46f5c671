package dev.tesuji.play.go;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import dev.tesuji.play.Outcome;
import dev.tesuji.play.Symmetry;
import org.junit.jupiter.api.Test;

/// The rules, by small positions that a reader can check.
class GoRulesTest {
  @Test
  void aPointIsNamedFromTheBottomLeftWithoutI() {
    Go go = Go.of(9, 7.5);
    assertThat(go.actionName(0)).isEqualTo("A9");
    assertThat(go.actionName(80)).isEqualTo("J1");
    assertThat(go.action("j1")).isEqualTo(80);
    assertThat(go.action("K1")).isEqualTo(-1);
    assertThat(go.action("I5")).isEqualTo(-1);
    assertThat(go.action("A0")).isEqualTo(-1);
    assertThat(go.action("A10")).isEqualTo(-1);
    assertThat(go.action("PASS")).isEqualTo(go.pass());
  }

  @Test
  void aSurroundedStoneIsCaptured() {
    GoState state = play(Go.of(3, 0), "A2", "A3", "B3");
    assertThat(state).hasToString(". X .\nX . .\n. . .\n");
  }

  @Test
  void aCaptureGoesBeforeSuicide() {
    // White at A3 has no liberty and none of its own chain, but takes Black's A2 and B3 one by one.
    GoState state = board(3, Go.WHITE, ". X O", "X O .", "O . .");
    assertThat(state.play(0)).hasToString("O . O\n. O .\nO . .\n");
  }

  @Test
  void suicideOfSeveralStonesIsLegalAndOfOneIsNot() {
    GoState one = board(3, Go.BLACK, ". O .", "O . .", ". . .");
    assertThat(one.isLegal(0)).isFalse();
    assertThat(one.refusal(0)).isEqualTo("it is suicide of a single stone");
    GoState two = board(3, Go.BLACK, "X . O", "O O .", ". . .");
    assertThat(two.isLegal(1)).isTrue();
    assertThat(two.play(1)).hasToString(". . O\nO O .\n. . .\n");
  }

  @Test
  void aKoMayNotBeTakenBackAtOnceAndMayLater() {
    GoState ko = board(4, Go.BLACK, ". X O .", "X O . O", ". X O .", ". . . .");
    GoState taken = ko.play(6);
    assertThat(taken).hasToString(". X O .\nX . X O\n. X O .\n. . . .\n");
    assertThat(taken.isLegal(5)).isFalse();
    assertThat(taken.refusal(5)).isEqualTo("the position would repeat (superko)");
    assertThat(taken.play(12).play(15).isLegal(5)).isTrue();
    // Positional superko asks for the board alone: passing does not make the position another.
    assertThat(taken.play(16).play(16).over()).isTrue();
    assertThat(taken.play(16).withToMove(Go.WHITE).isLegal(5)).isFalse();
  }

  @Test
  void twoPassesEndTheGame() {
    GoState state = Go.of(5, 0.5).start().play(25);
    assertThat(state.over()).isFalse();
    assertThat(state.legalActions()).hasSize(26);
    GoState end = state.play(25);
    assertThat(end.over()).isTrue();
    assertThat(end.legalActions()).isEmpty();
    assertThat(end.refusal(0)).isEqualTo("the game is over");
    assertThatThrownBy(() -> end.play(0)).hasMessageEndingWith("the game is over");
    assertThat(end.outcome().value()).isEqualTo(-1);
    assertThat(end.previous()).isSameAs(state);
    assertThat(end.withKomi(-1).over()).as("under another komi").isTrue();
    assertThat(end.withKomi(-1).outcome().value()).isEqualTo(1);
    assertThat(end.withToMove(Go.BLACK).over()).as("played on").isFalse();
  }

  @Test
  void pointsBelongToWhoAloneReachesThem() {
    GoState state = board(4, Go.BLACK, ". X . O", "X X . O", ". X . O", "X X . O");
    Outcome outcome = state.outcome();
    assertThat(outcome.ownership())
        .containsExactly(1, 1, 0, -1, 1, 1, 0, -1, 1, 1, 0, -1, 1, 1, 0, -1);
    assertThat(outcome.score()).isEqualTo(4);
    assertThat(state.withKomi(4).outcome().value()).isZero();
    assertThat(state.withKomi(4.5).outcome().score()).isEqualTo(-0.5);
  }

  @Test
  void anEmptyBoardIsNobodys() {
    assertThat(Go.of(19, 0).start().outcome().score()).isZero();
  }

  @Test
  void aChainWithoutLibertiesIsNoPosition() {
    assertThatThrownBy(() -> board(2, Go.BLACK, "X X", "X X"))
        .isInstanceOf(BadInput.class)
        .hasMessage("the stone at A2 has no liberty");
  }

  @Test
  void planesShowThePositionAsTheMoverSeesIt() {
    GoState state = Go.of(3, 1.5).start().play(4).play(1).play(9);
    float[] planes = new float[GoPlanes.COUNT * 9 + 5];
    state.planes(planes, 5);
    assertThat(plane(planes, 0)).containsExactly(1, 1, 1, 1, 1, 1, 1, 1, 1);
    assertThat(plane(planes, 1)).as("White's").containsExactly(0, 1, 0, 0, 0, 0, 0, 0, 0);
    assertThat(plane(planes, 2)).as("Black's").containsExactly(0, 0, 0, 0, 1, 0, 0, 0, 0);
    assertThat(plane(planes, 4)).as("two").containsExactly(0, 1, 0, 0, 0, 0, 0, 0, 0);
    assertThat(plane(planes, 5)).as("three").containsExactly(0, 0, 0, 0, 1, 0, 0, 0, 0);
    assertThat(plane(planes, 6)).as("refused").containsOnly(0);
    assertThat(plane(planes, 7)).as("a pass has no point").containsOnly(0);
    assertThat(plane(planes, 8)).containsExactly(0, 1, 0, 0, 0, 0, 0, 0, 0);
    assertThat(plane(planes, 9)).containsExactly(0, 0, 0, 0, 1, 0, 0, 0, 0);
    assertThat(plane(planes, 12)).containsOnly(1);
    assertThat(plane(planes, 13)).as("White gets 1.5 of 3").containsOnly(0.5f);
  }

  @Test
  void symmetriesTurnPositionsIntoEqualOnes() {
    Go go = Go.of(4, 0);
    assertThat(go.symmetries()).hasSize(8);
    assertThat(new Go(2, 3, 0).symmetries()).hasSize(4);
    int[] moves = {1, 6, 0, 5, 16, 11, 15, 4};
    for (Symmetry symmetry : go.symmetries()) {
      GoState plain = go.start();
      GoState turned = go.start();
      for (int move : moves) {
        plain = plain.play(move);
        turned = turned.play(symmetry.actions()[move]);
      }
      float[] planes = new float[GoPlanes.COUNT * 16];
      float[] expected = new float[planes.length];
      float[] seen = new float[planes.length];
      plain.planes(planes, 0);
      symmetry.turnCells(planes, expected);
      turned.planes(seen, 0);
      assertThat(seen).isEqualTo(expected);
      float[] back = new float[planes.length];
      symmetry.inverse().turnCells(expected, back);
      assertThat(back).isEqualTo(planes);
    }
  }

  private static float[] plane(float[] planes, int plane) {
    return java.util.Arrays.copyOfRange(planes, 5 + plane * 9, 14 + plane * 9);
  }

  /// Plays by names.
  static GoState play(Go go, String... moves) {
    GoState state = go.start();
    for (String move : moves) {
      state = state.play(go.action(move));
    }
    return state;
  }

  /// Makes a position of rows of `X`, `O` and `.`.
  static GoState board(int size, int toMove, String... rows) {
    String text = String.join(" ", rows).replace(" ", "");
    return GoState.of(
        Go.of(size, 0), text.chars().map(c -> c == 'X' ? 1 : c == 'O' ? -1 : 0).toArray(), toMove);
  }
}
