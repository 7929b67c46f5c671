package dev.tesuji.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.answer.Verdict;
import dev.tesuji.json.Json;
import dev.tesuji.reward.Judgement;
import dev.tesuji.reward.Response;
import dev.tesuji.rl.algorithm.ClippedSurrogate;
import dev.tesuji.rl.algorithm.EntropyConfig;
import dev.tesuji.rl.algorithm.KlConfig;
import dev.tesuji.rl.algorithm.UpdateConfig;
import dev.tesuji.rl.grpo.Grpo;
import dev.tesuji.rl.prime.Prime;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.train.Metrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What must hold in the loop whatever is learned.
@ExtendWith(LeakCheck.class)
class InvariantsTest {
  @TempDir private Path folder = Path.of("");

  /// Draws one step, and returns its completions.
  private List<JsonNode> step(String name, RlConfig config) {
    Path own = folder.resolve(name);
    new TinyRun(own).train(config, TinyRun::digit, (trainer, _) -> trainer.step(0));
    try (Stream<String> lines = Files.lines(own.resolve("rollouts/step-000001.jsonl"))) {
      return lines.map(Json.MAPPER::readTree).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RlConfig with(RlConfig c, int prompts, int rounds) {
    return new RlConfig(
        c.steps(),
        prompts,
        c.groupSize(),
        c.maxNewTokens(),
        c.sampling(),
        c.algorithm(),
        rounds,
        c.optimizer(),
        c.compute());
  }

  /// Dynamic sampling only filters: what it keeps of the prompts that it drew is what a step that
  /// drew them all at once would have kept, completion by completion.
  @Test
  void dynamicSamplingKeepsWhatTheFilterKeepsOfPlainSampling() {
    RlConfig config = TinyRun.config(Grpo.DEFAULT, 1, 4096);
    List<JsonNode> dynamic = step("dynamic", with(config, 8, 4));
    int drawn = dynamic.size() / config.groupSize();
    assertThat(drawn).isGreaterThan(8); // some groups were flat
    List<JsonNode> plain = step("plain", with(config, drawn, 1));
    List<String> kept =
        dynamic.stream()
            .filter(n -> !n.path("advantage").isNull())
            .map(this::text)
            .sorted()
            .toList();
    List<String> passing = new ArrayList<>();
    for (int i = 0; i < plain.size(); i += config.groupSize()) {
      List<JsonNode> group = plain.subList(i, i + config.groupSize());
      if (group.stream().map(n -> n.path("reward")).distinct().count() > 1) {
        group.forEach(n -> passing.add(text(n)));
      }
    }
    assertThat(kept).isNotEmpty().containsExactlyElementsOf(passing.stream().sorted().toList());
  }

  private String text(JsonNode rollout) {
    return rollout.path("problem_id") + " " + rollout.path("completion").stringValue();
  }

  /// Cross-entropy of σ(0) with any outcome: ln 2.
  @Test
  void aFrozenRewardModelThatEqualsTheReferenceGivesNoProcessReward() {
    Prime prime =
        new Prime(
            0.05,
            1,
            0,
            1,
            Prime.Order.BEFORE,
            0,
            KlConfig.DEFAULT,
            ClippedSurrogate.DEFAULT,
            UpdateConfig.DEFAULT);
    new TinyRun(folder)
        .train(
            TinyRun.config(prime, 1, 4096),
            TinyRun::digit,
            (trainer, _) -> {
              for (int step = 0; step < 3; step++) {
                Metrics m = trainer.step(step);
                assertThat(m.get("reward_model/process_reward")).isZero();
                assertThat(m.get("reward_model/prm_loss")).isCloseTo(Math.log(2), within(1e-6));
                assertThat(m.get("grad_norm")).isPositive(); // the policy learns all the same
              }
            });
  }

  @Test
  void anUpdateWithoutACompletionThatCouldBeJudgedIsNoHindrance() {
    Grpo quantile = Grpo.DEFAULT.with(UpdateConfig.of(1, 4).with(new EntropyConfig(0, 0.5)));
    TinyRun run = new TinyRun(folder);
    long first = run.problem(0).id();
    run.train(
        TinyRun.config(quantile, 1, 4096), // one prompt for each of its four updates
        r -> judgedUnless(first, r),
        (trainer, _) -> {
          Metrics m = trainer.step(0);
          assertThat(m.get("trained")).isEqualTo(24);
          assertThat(m.get("dropped/verifier_error")).isEqualTo(8);
          assertThat(m.get("loss")).isFinite();
        });
  }

  private static Judgement judgedUnless(long id, Response r) {
    return r.problem().id() == id
        ? new Judgement.Withheld(Verdict.VERIFIER_ERROR)
        : TinyRun.digit(r);
  }
}
