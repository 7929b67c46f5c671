package dev.tesuji.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.env.Env;
import dev.tesuji.env.Episode;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Step;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.generate.Sampling;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.Judgement;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.text.CompletionText;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.NewModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// Sampling goes on while tools work: run by hand, on a machine that does nothing else.
@EnabledIfSystemProperty(named = "tesuji.slow", matches = "true")
class ToolLatencyTest {
  private static final int GROUPS = 128; // twice as many episodes as rows
  private static final int PAIRS = 3;

  @TempDir private Path folder = Path.of("");

  /// Three turns, each answered after a while.
  private record Tools(Duration latency) implements Env {
    @Override
    public int[] promptTokens(Problem problem, Tokenizer tokenizer) {
      return ChainSums.DEFAULT.promptTokens(problem, tokenizer);
    }

    @Override
    public Episode reset(Problem problem, CompletionText text) {
      AtomicInteger turns = new AtomicInteger();
      return turn -> {
        try {
          Thread.sleep(latency);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        return turns.incrementAndGet() == 3 || turn.reason() == FinishReason.LENGTH
            ? new Step.End("")
            : new Step.Observation(text.tokenizer().encode("=?"));
      };
    }

    @Override
    public int turns() {
      return 3;
    }

    @Override
    public List<String> turnEnds() {
      return List.of("0", "1");
    }
  }

  private double tokensPerSecond(LoadedModel model, Duration latency) {
    RewardMix mix =
        new RewardMix(
            ChainSums.DEFAULT,
            List.of(new RewardMix.Part("rule", 1, _ -> new Judgement.Points(1))));
    try (Grader grader = new Grader(mix);
        RolloutSampler sampler = new LocalRolloutSampler(model, new Tools(latency), grader)) {
      List<PosedProblem> posed =
          HeldOutProblems.of(ChainSums.DEFAULT, model.requireTokenizer(), GROUPS, 40).posed();
      long start = System.nanoTime();
      long tokens =
          sampler.sample(posed, new RolloutSettings(8, 160, Sampling.DEFAULT, 7)).stream()
              .flatMap(g -> g.rollouts().stream())
              .mapToLong(Rollout::length)
              .sum();
      return tokens / ((System.nanoTime() - start) / 1e9);
    }
  }

  @Test
  void toolsOfATenthOfASecondCostAtMostAFifthOfTheThroughput() {
    new NewModel(4, 128, 352, 4, 4, 256).create(folder.resolve("model"), 5);
    try (LoadedModel model = LoadedModel.load(folder.resolve("model"), Dtype.FLOAT32, Device.CPU)) {
      tokensPerSecond(model, Duration.ZERO); // warms up
      List<Double> shares = new ArrayList<>();
      for (int pair = 0; pair < PAIRS; pair++) {
        double atOnce = tokensPerSecond(model, Duration.ZERO);
        double late = tokensPerSecond(model, Duration.ofMillis(100));
        System.out.printf("%.0f and %.0f tokens/s: %.3f%n", atOnce, late, late / atOnce);
        shares.add(late / atOnce);
      }
      Collections.sort(shares);
      assertThat(shares.get(PAIRS / 2)).isGreaterThan(0.8);
    }
  }
}
