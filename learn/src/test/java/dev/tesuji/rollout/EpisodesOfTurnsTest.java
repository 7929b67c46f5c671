package dev.tesuji.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.answer.Verdict;
import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.env.Ending;
import dev.tesuji.env.Env;
import dev.tesuji.env.Episode;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Step;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.generate.Sampling;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.policy.Policy;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.Judgement;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.text.CompletionText;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.NewModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Episodes of several turns, from the environment to what is learned from.
@ExtendWith(LeakCheck.class)
@Timeout(300)
class EpisodesOfTurnsTest {
  private static final RolloutSettings SETTINGS = new RolloutSettings(4, 24, Sampling.DEFAULT, 7);

  @TempDir private Path folder = Path.of("");

  /// Three turns, of which the second begins a context anew; the first turn of every third episode
  /// meets a tool that has died, where asked for.
  private record Forgetful(boolean breaks, AtomicInteger begun) implements Env {
    @Override
    public int[] promptTokens(Problem problem, Tokenizer tokenizer) {
      return ChainSums.DEFAULT.promptTokens(problem, tokenizer);
    }

    @Override
    public Episode reset(Problem problem, CompletionText text) {
      boolean broken = breaks && begun.getAndIncrement() % 3 == 0;
      AtomicInteger turns = new AtomicInteger();
      return turn -> {
        int number = turns.incrementAndGet();
        if (broken) {
          return new Step.End("", 0, Ending.TOOL_DIED, "the server ended");
        }
        if (number == 3 || turn.reason() == FinishReason.LENGTH) {
          return new Step.End(text.of(turn.tokens()), 0.5, Ending.ANSWERED, "");
        }
        int[] read = text.tokenizer().encode("=" + number + "?");
        return new Step.Observation(read, number, number == 1);
      };
    }

    @Override
    public int turns() {
      return 3;
    }

    @Override
    public List<String> turnEnds() {
      return new EchoEnv().turnEnds();
    }
  }

  /// An environment that answers some turns late: in other orders each time.
  private record Late(Env inner, int seed) implements Env {
    @Override
    public int[] promptTokens(Problem problem, Tokenizer tokenizer) {
      return inner.promptTokens(problem, tokenizer);
    }

    @Override
    public Episode reset(Problem problem, CompletionText text) {
      Episode episode = inner.reset(problem, text);
      return turn -> {
        int late = Math.floorMod(Arrays.hashCode(turn.tokens()) * 31 + seed, 7);
        LockSupport.parkNanos(late * 1_000_000L);
        return episode.step(turn);
      };
    }

    @Override
    public int turns() {
      return inner.turns();
    }

    @Override
    public List<String> turnEnds() {
      return inner.turnEnds();
    }
  }

  /// Turns join others at any moment where the kernels compute, and together elsewhere: neither
  /// shows in a token or in a bit of its log-probability.
  @Test
  void howFastAnEnvironmentAnswersChangesNothingThatIsSampled() {
    new NewModel(1, 32, 48, 2, 1, 64).create(folder.resolve("even"), 5);
    new NewModel(1, 24, 40, 2, 1, 64).create(folder.resolve("odd"), 5);
    try (LoadedModel model = LoadedModel.load(folder.resolve("even"), Dtype.FLOAT32, Device.CPU);
        LoadedModel other = LoadedModel.load(folder.resolve("odd"), Dtype.FLOAT32, Device.CPU)) {
      assertThat(model.decoder().compute().isIndependentOfBatch()).isEqualTo(Kernels.available());
      assertThat(other.decoder().compute().isIndependentOfBatch()).isFalse();
      for (LoadedModel m : List.of(model, other)) {
        Env env = new Forgetful(false, new AtomicInteger());
        List<Rollout> atOnce = sampled(m, env);
        for (int seed = 0; seed < 3; seed++) {
          List<Rollout> late = sampled(m, new Late(env, seed));
          for (int i = 0; i < late.size(); i++) {
            assertThat(late.get(i).trajectory().sampled())
                .containsExactly(atOnce.get(i).trajectory().sampled());
            assertThat(late.get(i).trajectory().logProbs())
                .containsExactly(atOnce.get(i).trajectory().logProbs());
          }
        }
      }
    }
  }

  @Test
  void proposedTokensChangeNothingThatIsSampled() {
    new NewModel(1, 32, 48, 2, 1, 64).create(folder.resolve("model"), 5);
    try (LoadedModel model = LoadedModel.load(folder.resolve("model"), Dtype.FLOAT32, Device.CPU)) {
      Env env = new Forgetful(false, new AtomicInteger());
      List<Rollout> plain = sampled(model, env);
      List<Rollout> ahead = sampled(TurnEngines.LOCAL.lookingUp(8), model, env);
      for (int i = 0; i < plain.size(); i++) {
        assertThat(ahead.get(i).trajectory().sampled())
            .isEqualTo(plain.get(i).trajectory().sampled());
        assertThat(ahead.get(i).trajectory().logProbs())
            .isEqualTo(plain.get(i).trajectory().logProbs());
      }
    }
  }

  private static List<Rollout> sampled(LoadedModel model, Env env) {
    return sampled(TurnEngines.LOCAL, model, env);
  }

  private static List<Rollout> sampled(TurnEngines engines, LoadedModel model, Env env) {
    RewardMix mix =
        new RewardMix(
            ChainSums.DEFAULT,
            List.of(new RewardMix.Part("rule", 1, _ -> new Judgement.Points(2))));
    try (Grader grader = new Grader(mix);
        RolloutSampler sampler = new LocalRolloutSampler(engines, model, env, grader)) {
      List<PosedProblem> posed =
          HeldOutProblems.of(ChainSums.DEFAULT, model.requireTokenizer(), 6, 40).posed();
      return sampler.sample(posed, SETTINGS).stream().flatMap(g -> g.rollouts().stream()).toList();
    }
  }

  private List<Rollout> sampled(boolean breaks) {
    new NewModel(1, 16, 24, 2, 1, 64).create(folder.resolve("model"), 5);
    try (LoadedModel model = LoadedModel.load(folder.resolve("model"), Dtype.FLOAT32, Device.CPU)) {
      List<Rollout> all = sampled(model, new Forgetful(breaks, new AtomicInteger()));
      scores(model, all);
      return all;
    }
  }

  /// Holds what the sampler says of its tokens to what the trainer's pass says of them.
  private static void scores(LoadedModel model, List<Rollout> all) {
    Policy policy = new Policy(model.decoder(), 1);
    float[] scored = policy.score(all.stream().map(Rollout::sequence).toList()).logProbs();
    List<Float> drawn = new ArrayList<>();
    for (Rollout r : all) {
      for (float p : r.trajectory().logProbs()) {
        drawn.add(p);
      }
    }
    assertThat(drawn).hasSize(scored.length);
    for (int i = 0; i < scored.length; i++) {
      assertThat(scored[i]).isCloseTo(drawn.get(i), within(2e-4f));
    }
  }

  @Test
  void trainingScoresTokensInTheContextThatTheyWereSampledIn() {
    List<Rollout> all = sampled(false);
    assertThat(all).anyMatch(r -> r.sequence().rows().size() == 2);
    assertThat(all).anyMatch(r -> r.trajectory().turns() == 3);
    assertThat(all).allMatch(r -> r.sequence().scored() == r.length());
  }

  @Test
  void pointsOfTurnsAreInTheReward() {
    for (Rollout r : sampled(false)) {
      double[] expected =
          switch (r.trajectory().turns()) {
            case 3 -> new double[] {1, 2, 0.5};
            case 2 -> new double[] {1, 0.5};
            default -> new double[] {0.5};
          };
      // an episode that ended for lack of room has its last points with its last turn
      if (r.graded().response().ended() || r.trajectory().turns() < 3) {
        assertThat(r.reward()).isEqualTo(2 + Arrays.stream(r.turnPoints()).sum());
      }
      if (r.graded().response().ended()) {
        assertThat(r.turnPoints()).containsExactly(expected);
      }
    }
  }

  @Test
  void aBrokenToolCostsItsEpisodeAndNoOther() {
    List<Rollout> all = sampled(true);
    List<Rollout> broken = all.stream().filter(r -> r.ending() == Ending.TOOL_DIED).toList();
    assertThat(broken).hasSize(8);
    for (Rollout r : broken) {
      assertThat(r.reward()).isNaN();
      assertThat(r.graded().verdict()).isEqualTo(Verdict.VERIFIER_ERROR);
      assertThat(r.graded().trouble()).isEqualTo("tool_died: the server ended");
    }
    assertThat(all.stream().filter(r -> r.ending() == Ending.ANSWERED)).hasSize(16);
  }
}
