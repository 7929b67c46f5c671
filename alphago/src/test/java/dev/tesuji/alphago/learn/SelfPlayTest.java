package dev.tesuji.alphago.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.alphago.search.Evaluation;
import dev.tesuji.alphago.search.Evaluator;
import dev.tesuji.play.Game;
import dev.tesuji.play.GameState;
import dev.tesuji.play.go.Go;
import dev.tesuji.train.Metrics;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Games against itself, with evaluators that are told what to think.
class SelfPlayTest {
  private static final Game GAME = Go.of(3, 0.5);
  private static final int GAMES = 32;
  private static final int STEPS = 12;
  private static final AlphaZeroConfig CONFIG =
      new AlphaZeroConfig(GAMES, 640, 4, 2, 0.5, 4, 1, 3, 0, 2, 60, 16);

  /// Thinks that Black has no chance, whoever asks.
  private static final Evaluator BLACK_LOSES = evaluator(-0.99);

  private static Evaluator evaluator(double black) {
    return states ->
        states.stream()
            .map(s ->
                new Evaluation(new float[s.game().actions()], black * s.toMove(), 0, new float[0]))
            .toList();
  }

  private static List<Replay.Kept> play(Evaluator evaluator, Metrics metrics) {
    List<Replay.Kept> ended = new ArrayList<>();
    SelfPlay play = new SelfPlay(GAME, CONFIG, 7);
    for (int step = 0; step < STEPS; step++) {
      play.play(evaluator, ended::add);
    }
    play.takeMetrics(metrics);
    return ended;
  }

  @Test
  void aPlayerWithoutHopeGivesUpButInEveryFourthGame() {
    Metrics metrics = new Metrics();
    List<Replay.Kept> ended = play(BLACK_LOSES, metrics);
    assertThat(ended).anyMatch(Replay.Kept::resigned).anyMatch(kept -> !kept.resigned());
    for (Replay.Kept kept : ended) {
      if (kept.number() < 8 * GAMES) {
        assertThat(kept.loser()).as("the first games are played to their ends").isZero();
      } else if (kept.number() / 2 % 4 == 0) {
        assertThat(kept.resigned()).as("played on").isFalse();
        assertThat(kept.outcome().ownership()).hasSize(9);
      } else if (kept.resigned()) {
        assertThat(kept.outcome().value()).as("Black gave up").isEqualTo(-1);
        assertThat(kept.outcome().ownership()).as("whose the cells are, nobody knows").isEmpty();
        assertThat(kept.state().toMove()).as("on his own turn").isEqualTo(GameState.FIRST);
        assertThat(kept.state().moves()).as("not before 9 / 4 moves").isBetween(2, 3);
        int opening = kept.number() / 8 % 2 == 0 ? 0 : 2;
        assertThat(kept.targets()).hasSize(kept.state().moves() - opening);
        for (Example example : kept.examples()) {
          assertThat(example.value()).isEqualTo(-example.state().toMove());
        }
      }
    }
    assertThat(metrics.get("games/resigned"))
        .isEqualTo((double) ended.stream().filter(Replay.Kept::resigned).count());
    assertThat(metrics.get("games/resigned_wrongly")).as("White may win too").isLessThan(1);
  }

  @Test
  void nobodyGivesUpWhereBothHaveHope() {
    Metrics metrics = new Metrics();
    // a search of four that sees nothing but the end has (-0.4 - 4) / 5 = -0.88 for who loses
    assertThat(play(evaluator(0.4), metrics)).isNotEmpty().noneMatch(Replay.Kept::resigned);
    assertThat(metrics.get("games/resigned")).isZero();
    assertThat(metrics.get("games/resigned_wrongly")).as("none foreseen").isNaN();
  }

  /// A network at its beginning: all actions are alike, and values err by 0.05.
  @Test
  void errorsOfValuesDoNotBecomeCertaintyInTargets() {
    Evaluator errs =
        states ->
            states.stream()
                .map(s -> {
                  double error = 0.05 * Math.sin(1e4 * Arrays.hashCode(planes(s)));
                  return new Evaluation(new float[10], error, 0, new float[0]);
                })
                .toList();
    double entropy = 0;
    int count = 0;
    for (Replay.Kept kept : play(errs, new Metrics())) {
      for (Example example : kept.examples()) {
        if (example.policy().length > 0 && example.state().moves() < 2) {
          for (float share : example.policy()) {
            entropy -= share <= 0 ? 0 : share * Math.log(share);
          }
          count++;
        }
      }
    }
    assertThat(entropy / count).as("of ln 10 = 2.30").isGreaterThan(1.9);
  }

  private static float[] planes(GameState state) {
    float[] planes = new float[state.game().planes() * state.game().cells()];
    state.planes(planes, 0);
    return planes;
  }

  @Test
  void everyOtherEightGamesBeginWithTwoRandomActions() {
    for (Replay.Kept kept : play(evaluator(0), new Metrics())) {
      int opening = kept.number() / 8 % 2 == 0 ? 0 : 2;
      assertThat(kept.state().moves() - kept.targets().size()).isEqualTo(opening);
      assertThat(kept.examples().getFirst().state().moves()).isEqualTo(opening);
    }
  }

  @Test
  void gamesAreReadAsTheyWereWritten() throws IOException {
    for (Replay.Kept kept : play(BLACK_LOSES, new Metrics())) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      kept.write(new DataOutputStream(bytes));
      Replay.Kept read =
          Replay.Kept.read(
              new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())), GAME);
      assertThat(read.loser()).isEqualTo(kept.loser());
      assertThat(read.outcome().value()).isEqualTo(kept.outcome().value());
      assertThat(read.targets()).hasSameSizeAs(kept.targets());
      assertThat(read.state().moves()).isEqualTo(kept.state().moves());
    }
  }
}
