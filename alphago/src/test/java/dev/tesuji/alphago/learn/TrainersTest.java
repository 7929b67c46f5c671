package dev.tesuji.alphago.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.alphago.net.NetConfig;
import dev.tesuji.alphago.net.PolicyValueNet;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.play.Game;
import dev.tesuji.play.GameState;
import dev.tesuji.play.Outcome;
import dev.tesuji.play.go.Go;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.train.Metrics;
import dev.tesuji.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class TrainersTest {
  private static final Game GAME = Go.of(3, 0.5);
  private static final OptimizerConfig FAST =
      OptimizerConfig.DEFAULT.change().learningRate(3e-3).build();
  private static final AlphaZeroConfig SMALL =
      new AlphaZeroConfig(6, 40, 6, 2, 0.5, 4, 1, 3, 0.2, 2, 60, 16);

  @TempDir private Path folder = Path.of("");

  private static PolicyValueNet net() {
    return PolicyValueNet.create(NetConfig.of(GAME, 8, 1), Dtype.FLOAT32, 1);
  }

  private static AlphaZeroTrainer alphaZero(PolicyValueNet net) {
    return AlphaZeroTrainer.of(GAME, SMALL, net, new AlphaZeroTrainer.Run(FAST, 5, 3, _ -> {}));
  }

  private static PolicyGradientTrainer selfPlay(PolicyValueNet net) {
    return new PolicyGradientTrainer(
        GAME,
        new PolicyGradientConfig(8, 1, 2, 0.05, 1),
        net,
        new PolicyGradientTrainer.Run(FAST, 5, 3));
  }

  private static float[] weights(PolicyValueNet net) {
    return net.trained().getFirst().tensor().toFloats();
  }

  /// Trains five steps at one go, and five that are broken off after the second.
  private <T extends Trainer & AutoCloseable> void assertResumes(Function<PolicyValueNet, T> make)
      throws Exception {
    List<Metrics> straight = new ArrayList<>();
    float[] expected;
    try (PolicyValueNet net = net();
        T trainer = make.apply(net)) {
      for (int step = 0; step < 5; step++) {
        straight.add(trainer.step(step));
        if (step == 1) {
          trainer.save(folder);
          Files.writeString(folder.resolve("state.json"), trainer.state().toString());
        }
      }
      expected = weights(net);
    }
    try (PolicyValueNet net = net();
        T trainer = make.apply(net)) {
      trainer.step(0); // is thrown away
      trainer.restore(folder, dev.tesuji.json.Json.readObject(folder.resolve("state.json")));
      for (int step = 2; step < 5; step++) {
        Metrics again = trainer.step(step);
        assertThat(again.get("loss")).isEqualTo(straight.get(step).get("loss"));
        assertThat(again.get("games/length")).isEqualTo(straight.get(step).get("games/length"));
      }
      assertThat(weights(net)).as("bit for bit").containsExactly(expected);
    }
  }

  @Test
  void alphaZeroResumesBitForBit() throws Exception {
    assertResumes(TrainersTest::alphaZero);
  }

  @Test
  void selfPlayWithItsPoolResumesBitForBit() throws Exception {
    assertResumes(TrainersTest::selfPlay);
  }

  @Test
  void aReplayKeepsTheNewerHalfOfAllUntilItsWindowIsFull() {
    Replay replay = new Replay(10);
    // at least half of 4, 8, 12, 16, 20 examples; of 24 and more the window's 10
    int[] sizes = {4, 4, 8, 8, 12, 12, 12};
    for (int number = 0; number < sizes.length; number++) {
      replay.add(game(number, 4));
      assertThat(replay.size()).as("after game %s", number).isEqualTo(sizes[number]);
    }
    assertThat(replay.get(0).policy()[0]).as("game 4 is the oldest left").isEqualTo(4);
    assertThat(replay.get(11).policy()[0]).isEqualTo(6);
    assertThat(replay.get(0).state().moves()).isZero();
    assertThat(replay.get(3).state().moves()).isEqualTo(3);
  }

  private static Replay.Kept game(int number, int moves) {
    GameState state = GAME.start();
    List<float[]> targets = new ArrayList<>();
    for (int i = 0; i < moves; i++) {
      state = state.play(state.legalActions()[0]);
      float[] target = new float[10];
      target[0] = number;
      targets.add(target);
    }
    return new Replay.Kept(number, 0.5, state, targets, 0);
  }

  @Test
  void aNetworkLearnsAFewExamplesByHeart() {
    GameState start = GAME.start();
    Outcome won = new Outcome(2.5, new byte[] {1, 1, 1, 1, 1, 1, -1, -1, -1});
    Outcome lost = new Outcome(-3, new byte[] {-1, -1, -1, -1, -1, -1, 1, 1, 1});
    List<Example> examples =
        List.of(
            Example.of(start, 4, 1, won),
            Example.of(start.play(4), 1, 1, lost),
            Example.of(start.play(0), 8, 1, won));
    try (PolicyValueNet net = net();
        NetLearner learner = new NetLearner(net, FAST, LossWeights.DEFAULT)) {
      MeanMetrics first = new MeanMetrics();
      learner.update(examples, _ -> 0, 0, 100, first);
      MeanMetrics last = new MeanMetrics();
      for (int step = 1; step < 150; step++) {
        last = new MeanMetrics();
        learner.update(examples, _ -> 0, step, 150, last);
      }
      assertThat(last.get("loss")).isLessThan(first.get("loss") / 5);
      assertThat(last.get("accuracy")).isEqualTo(1);
    }
  }

  @Test
  void examplesAreTurnedWithTheirPoliciesAndOwners() {
    GameState state = GAME.start().play(0); // a black stone in the corner; White to move
    Outcome outcome = new Outcome(1, new byte[] {1, 0, 0, 0, 0, 0, 0, 0, -1});
    Example example = Example.of(state, 1, 1, outcome);
    NetConfig config = NetConfig.of(GAME, 8, 1);
    for (int turn = 0; turn < 8; turn++) {
      int own = turn;
      var symmetry = GAME.symmetries().get(turn);
      ExampleBatch batch = ExampleBatch.of(config, List.of(example), _ -> own);
      Tensor stones = batch.planes().select(3, 2).reshape(9); // the other's stones
      assertThat(stones.toFloats()[symmetry.cells()[0]]).isOne();
      assertThat(batch.policy().toFloats()[symmetry.actions()[1]]).isOne();
      assertThat(batch.illegal().select(0, 0).to(Dtype.INT64).toInts()[symmetry.cells()[0]])
          .as("occupied")
          .isOne();
      float[] owners = batch.ownership().toFloats();
      assertThat(owners[symmetry.cells()[0]]).as("Black's, and White looks").isZero();
      assertThat(owners[symmetry.cells()[8]]).isOne();
      assertThat(batch.value().item()).isZero();
      assertThat(batch.score().item()).isCloseTo(-0.1, within(1e-6));
    }
  }

  @Test
  void thePolicyGradientIsThatOfReinforceAndTheKlOfADistributionWithItselfIsNothing() {
    Tensor logPolicy =
        Tensor.of(new float[] {(float) Math.log(0.25), (float) Math.log(0.75)}, 1, 2);
    Tensor weighted = Tensor.of(new float[] {0, -2}, 1, 2);
    assertThat(PolicyGradientLoss.surrogate(logPolicy, weighted).item())
        .as("-(-2) ln 0.75")
        .isCloseTo(2 * Math.log(0.75), within(1e-6));
    assertThat(PolicyGradientLoss.kl(logPolicy, logPolicy).item()).isZero();
    Tensor half = Tensor.of(new float[] {(float) Math.log(0.5), (float) Math.log(0.5)}, 1, 2);
    assertThat(PolicyGradientLoss.kl(logPolicy, half).item())
        .as("0.25 ln 0.5 + 0.75 ln 1.5")
        .isCloseTo(0.25 * Math.log(0.5) + 0.75 * Math.log(1.5), within(1e-6));
    assertThat(PolicyGradientLoss.advantages(new double[] {1, 1, -1, 0}))
        .containsExactly(0.75, 0.75, -1.25, -0.25);
  }

  @Test
  void everyOpeningIsPlayedWithBothColoursAndNothingIsLeftToOtherChance() {
    Side lowest = seats -> seats.stream().mapToInt(s -> s.state().legalActions()[0]).toArray();
    Side passes = seats -> seats.stream().mapToInt(_ -> GAME.pass()).toArray();
    Openings openings = new Openings(1, 5);
    List<Lockstep.Pairing> pairings =
        IntStream.range(0, 4)
            .mapToObj(n -> {
              GameState start = openings.play(GAME, n / 2);
              return n % 2 == 0
                  ? new Lockstep.Pairing(n, start, lowest, passes)
                  : new Lockstep.Pairing(n, start, passes, lowest);
            })
            .toList();
    List<PlayedGame> played = Lockstep.play(pairings);
    assertThat(played).extracting(PlayedGame::number).containsExactly(0L, 1L, 2L, 3L);
    assertThat(played.get(0).actions()[0])
        .as("3x3 has one inner point")
        .isEqualTo(4)
        .isEqualTo(played.get(1).actions()[0]);
    assertThat(Lockstep.play(pairings).stream().map(PlayedGame::actions).toList())
        .usingRecursiveComparison()
        .isEqualTo(played.stream().map(PlayedGame::actions).toList());
  }

  @Test
  void aSideThatResignsLosesAndOneThatFailsSpoilsTheGame() {
    Side passes = seats -> seats.stream().mapToInt(_ -> GAME.pass()).toArray();
    Side resigns = seats -> seats.stream().mapToInt(_ -> Side.RESIGNS).toArray();
    Side fails = seats -> seats.stream().mapToInt(_ -> Side.FAILS).toArray();
    List<PlayedGame> played =
        Lockstep.play(
            List.of(
                new Lockstep.Pairing(0, GAME.start(), passes, resigns),
                new Lockstep.Pairing(1, GAME.start(), resigns, passes),
                new Lockstep.Pairing(2, GAME.start(), passes, fails),
                new Lockstep.Pairing(3, GAME.start(), passes, passes)));
    assertThat(played.get(0).value()).isOne();
    assertThat(played.get(1).value()).isEqualTo(-1);
    assertThat(played.get(2).end()).isEqualTo(PlayedGame.End.FAILED);
    assertThat(played.get(3).value()).as("White has komi").isEqualTo(-1);
    assertThat(played.get(3).passedEarly()).isTrue();
  }

  @Test
  void gamesAreReadAsTheyWereWritten() throws IOException {
    Side lowest = seats -> seats.stream().mapToInt(s -> s.state().legalActions()[0]).toArray();
    List<PlayedGame> played =
        Lockstep.play(List.of(new Lockstep.Pairing(7, GAME.start(), lowest, lowest)));
    Path file = folder.resolve("games/games.jsonl");
    GameFile.append(file, played);
    GameFile.append(file, played);
    List<PlayedGame> read = GameFile.read(file, GAME);
    assertThat(read).hasSize(2);
    assertThat(read.getFirst().actions()).containsExactly(played.getFirst().actions());
    assertThat(read.getFirst().end()).isEqualTo(played.getFirst().end());
    GameFile.keep(file, 1);
    assertThat(Files.readAllLines(file)).hasSize(1);
    GameFile.writeSgf(folder.resolve("a.sgf"), played.getFirst(), "one", "two");
    assertThat(folder.resolve("a.sgf")).content().contains("PB[one]", "PW[two]", "SZ[3]");
  }
}
