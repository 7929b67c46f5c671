package dev.tesuji.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.json.JsonLines;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.Judgement;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.rl.grpo.Grpo;
import dev.tesuji.rollout.EchoEnv;
import dev.tesuji.rollout.LocalRolloutSampler;
import dev.tesuji.rollout.PromptStream;
import dev.tesuji.rollout.RolloutLog;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.train.Metrics;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An environment of two turns through sampler, log and update.
@ExtendWith(LeakCheck.class)
class TwoTurnsTest {
  @TempDir private Path folder = Path.of("");

  private interface Body {
    void run(RlTrainer trainer, LoadedModel model);
  }

  private void train(Body body) {
    RewardMix mix =
        new RewardMix(
            new DigitTask(),
            List.of(
                new RewardMix.Part(
                    "low", 1, r -> new Judgement.Points(r.text().matches(".*[0-4]") ? 1 : 0))));
    TinyRun tiny = new TinyRun(folder);
    try (LoadedModel model = tiny.model();
        Grader grader = new Grader(mix);
        LocalRolloutSampler sampler = new LocalRolloutSampler(model, new EchoEnv(), grader)) {
      PromptStream prompts =
          new PromptStream(
              ChainSums.DEFAULT, model.requireTokenizer(), PromptStream.Limit.DEFAULT, 1);
      RlTrainer.Parts parts =
          new RlTrainer.Parts(prompts, sampler, mix, new RolloutLog(folder), null, null);
      try (RlTrainer trainer =
          new RlTrainer(model, parts, TinyRun.config(Grpo.DEFAULT, 1, 4096), 9)) {
        body.run(trainer, model);
      }
    }
  }

  @Test
  void anUpdateLearnsFromTheSampledTokensAlone() {
    train((trainer, model) -> {
      float[] before = RlTrainerTest.flat(model);
      Metrics m = trainer.step(0);
      int twice = 0;
      int sampled = 0;
      int all = 0;
      for (JsonLines.Row row : JsonLines.readAll(folder.resolve("step-000001.jsonl"))) {
        ObjectNode line = row.fields();
        assertThat(line.path("tokens").asInt()).isLessThanOrEqualTo(6);
        sampled += line.path("tokens").asInt();
        int learned = 0;
        for (JsonNode segment : line.path("segments")) {
          all += segment.path("token_ids").size();
          learned += segment.path("learned").asBoolean() ? segment.path("token_ids").size() : 0;
        }
        if (line.has("segments")) {
          twice++;
          assertThat(learned).isEqualTo(line.path("tokens").asInt());
        }
      }
      assertThat(twice).isPositive();
      everyLineSaysWhichSampleItIsAndWhetherItIsLearned(m);
      assertThat(all).isPositive();
      assertThat(m.get("completions/mean_length")).isCloseTo(sampled / 32.0, within(1e-9));
      // The trainer scores both turns as the sampler drew them: places and contexts fit.
      assertThat(m.get("sampling/sampling_logp_difference/max")).isLessThan(1e-4);
      assertThat(m.get("clip_ratio/region_mean")).isZero();
      assertThat(RlTrainerTest.flat(model)).isNotEqualTo(before);
    });
  }

  private void everyLineSaysWhichSampleItIsAndWhetherItIsLearned(Metrics m) {
    List<JsonLines.Row> lines = JsonLines.readAll(folder.resolve("step-000001.jsonl"));
    int filtered = 0;
    for (int i = 0; i < lines.size(); i++) {
      ObjectNode line = lines.get(i).fields();
      boolean follows =
          i > 0 && lines.get(i - 1).fields().path("problem_id").equals(line.path("problem_id"));
      int before = follows ? lines.get(i - 1).fields().path("sample").asInt() : -1;
      assertThat(line.path("sample").asInt(-1)).isEqualTo(before + 1);
      assertThat(line.path("turns").asInt(1) > 1).isEqualTo(line.has("segments"));
      String dropped = line.path("dropped").asString("");
      assertThat(dropped).isIn("", "filtered", "truncated");
      assertThat(dropped.equals("filtered")).isEqualTo(line.path("advantage").isNull());
      filtered += dropped.equals("filtered") ? 1 : 0;
    }
    assertThat(m.get("filtered")).isEqualTo(filtered);
  }

  @Test
  void theRewardOfASecondTurnIsLearned() {
    train((trainer, _) -> {
      double first = 0;
      double last = 0;
      for (int step = 0; step < 60; step++) {
        double reward = trainer.step(step).get("reward");
        first += step < 10 ? reward / 10 : 0;
        last += step >= 50 ? reward / 10 : 0;
      }
      assertThat(first).isLessThan(0.6);
      assertThat(last).isGreaterThan(0.9);
    });
  }
}
