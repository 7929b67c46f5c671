package dev.tesuji.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.curriculum.Curriculum;
import dev.tesuji.curriculum.MeasuredProblems;
import dev.tesuji.curriculum.PassRates;
import dev.tesuji.nn.LoraConfig;
import dev.tesuji.policy.Policy;
import dev.tesuji.policy.SamplerPrecision;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.Reward;
import dev.tesuji.reward.RewardFailure;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.rl.algorithm.SamplerCorrection;
import dev.tesuji.rl.algorithm.UpdateConfig;
import dev.tesuji.rl.grpo.Grpo;
import dev.tesuji.rollout.Group;
import dev.tesuji.rollout.LocalRolloutSampler;
import dev.tesuji.rollout.PosedProblem;
import dev.tesuji.rollout.ProblemSource;
import dev.tesuji.rollout.PromptStream;
import dev.tesuji.rollout.Rollout;
import dev.tesuji.rollout.RolloutLog;
import dev.tesuji.rollout.RolloutSampler;
import dev.tesuji.rollout.RolloutSettings;
import dev.tesuji.rollout.RolloutStream;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.train.Metrics;
import dev.tesuji.weights.LoadedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/// Batches that are drawn with weights some steps old, by turns and beside the learning.
@ExtendWith(LeakCheck.class)
class LagTest {
  private static final int STEPS = 7;

  @TempDir private Path folder = Path.of("");

  private static RlConfig config(int lag, int rounds, Grpo grpo) {
    RlConfig c = TinyRun.config(grpo, rounds, 4096);
    return new RlConfig(
        STEPS,
        c.promptsPerStep(),
        c.groupSize(),
        c.maxNewTokens(),
        c.sampling(),
        c.algorithm(),
        rounds,
        c.optimizer(),
        c.compute(),
        lag);
  }

  private static RlConfig config(int lag) {
    return config(lag, 1, Grpo.DEFAULT);
  }

  /// One way of making a run.
  ///
  /// @param config its settings
  /// @param beside whether batches are drawn beside the learning
  /// @param learnable whether problems are chosen by what the policy made of those before
  /// @param reward what is paid
  private record Way(RlConfig config, boolean beside, boolean learnable, Reward reward) {
    static Way of(RlConfig config, boolean beside) {
      return new Way(config, beside, false, TinyRun::digit);
    }
  }

  /// The end of a run.
  ///
  /// @param metrics of its steps, without times
  /// @param weights of the policy
  /// @param rollouts the files with its rollouts
  private record Made(
      List<Map<String, Double>> metrics, float[] weights, Map<String, String> rollouts) {
    void requireSame(Made other, int from) {
      for (int step = from; step < STEPS; step++) {
        assertThat(other.metrics.get(step - from)).as("step " + step).isEqualTo(metrics.get(step));
      }
      assertThat(other.weights).isEqualTo(weights);
      other.rollouts.forEach(
          (name, text) -> assertThat(text).as(name).isEqualTo(rollouts.get(name)));
    }
  }

  private ProblemSource problems(LoadedModel model, boolean learnable) {
    PromptStream stream =
        new PromptStream(
            ChainSums.DEFAULT, model.requireTokenizer(), PromptStream.Limit.DEFAULT, 1);
    if (!learnable) {
      return stream;
    }
    List<PassRates.Measured> pool = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      pool.add(new PassRates.Measured(i, stream.at(i).problem().id(), 8, i % 9));
    }
    return new MeasuredProblems(stream, pool, Curriculum.Learnability.DEFAULT, 2);
  }

  /// Notes the groups that a sampler hands over.
  private record Noting(RolloutSampler inner, List<Group> groups) implements RolloutSampler {
    @Override
    public RolloutStream start(List<PosedProblem> problems, RolloutSettings settings) {
      RolloutStream stream = inner.start(problems, settings);
      return new RolloutStream() {
        @Override
        public Optional<Group> next() {
          Optional<Group> next = stream.next();
          next.ifPresent(groups::add);
          return next;
        }

        @Override
        public void cancel() {
          stream.cancel();
        }

        @Override
        public double secondsWaited() {
          return stream.secondsWaited();
        }

        @Override
        public void close() {
          stream.close();
        }
      };
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  private void train(Way way, TinyRun run, Path log, List<Group> drawn, TinyRun.Body body) {
    RewardMix mix =
        new RewardMix(new DigitTask(), List.of(new RewardMix.Part("rule", 1, way.reward())));
    try (LoadedModel model = run.model();
        LoadedModel twin = way.beside() ? run.model() : null;
        Grader grader = new Grader(mix)) {
      LoadedModel draws = twin == null ? model : twin;
      RolloutSampler sampler =
          new Noting(new LocalRolloutSampler(draws, mix.task(), grader), drawn);
      RlTrainer.Parts parts =
          new RlTrainer.Parts(
              problems(model, way.learnable()),
              sampler,
              mix,
              new RolloutLog(log),
              null,
              null,
              twin == null ? null : new RlTrainer.Behaviour(twin, sampler));
      try (RlTrainer trainer = new RlTrainer(model, parts, way.config(), 9)) {
        body.run(trainer, model);
      }
    }
  }

  /// Makes all steps, with a checkpoint after each.
  private Made straight(Way way, Path at) {
    List<Map<String, Double>> metrics = new ArrayList<>();
    List<float[]> weights = new ArrayList<>();
    train(
        way,
        new TinyRun(folder),
        at.resolve("rollouts"),
        new ArrayList<>(),
        (trainer, model) -> {
          for (int step = 0; step < STEPS; step++) {
            metrics.add(numbers(trainer.step(step)));
            save(trainer, at, step + 1);
          }
          weights.add(RlTrainerTest.flat(model));
        });
    return new Made(metrics, weights.getFirst(), files(at.resolve("rollouts")));
  }

  private static void save(RlTrainer trainer, Path at, int done) {
    Path checkpoint = at.resolve("step-" + done);
    checkpoint.toFile().mkdirs();
    ObjectNode state = trainer.state().put("step", done);
    trainer.save(checkpoint);
    try {
      Files.writeString(checkpoint.resolve("state.json"), state.toString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Goes on from a checkpoint.
  private Made resumed(Way way, Path at, int done) {
    List<Map<String, Double>> metrics = new ArrayList<>();
    List<float[]> weights = new ArrayList<>();
    Path checkpoint = at.resolve("step-" + done);
    Path log = checkpoint.resolve("rollouts");
    train(
        way,
        new TinyRun(folder),
        log,
        new ArrayList<>(),
        (trainer, model) -> {
          trainer.restore(
              checkpoint, dev.tesuji.json.Json.readObject(checkpoint.resolve("state.json")));
          for (int step = done; step < STEPS; step++) {
            metrics.add(numbers(trainer.step(step)));
          }
          weights.add(RlTrainerTest.flat(model));
        });
    return new Made(metrics, weights.getFirst(), files(log));
  }

  /// Returns what was measured but for times.
  private static Map<String, Double> numbers(Metrics m) {
    Map<String, Double> numbers = new TreeMap<>(m.values());
    numbers.keySet().removeIf(n -> n.startsWith("timing") || n.startsWith("perf"));
    return numbers;
  }

  private static Map<String, String> files(Path log) {
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.list(log)) {
      for (Path file : files.toList()) {
        all.put(file.getFileName().toString(), Files.readString(file));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void besideTheLearningAndByTurnsTheBitsAreTheSame(int lag) {
    for (int rounds : new int[] {1, 3}) {
      RlConfig config = config(lag, rounds, Grpo.DEFAULT);
      Made turns = straight(Way.of(config, false), folder.resolve("turns-" + rounds));
      Made beside = straight(Way.of(config, true), folder.resolve("beside-" + rounds));
      turns.requireSame(beside, 0);
      assertThat(turns.rollouts()).hasSize(STEPS);
    }
  }

  @ParameterizedTest
  @CsvSource({"1,true", "2,true", "4,true", "2,false"})
  void aRunThatIsResumedAtAnyPointHasTheBitsOfOneThatWasNot(int lag, boolean beside) {
    Way way = Way.of(config(lag, 3, Grpo.DEFAULT), beside);
    Made straight = straight(way, folder.resolve("straight"));
    for (int done = 1; done < STEPS; done++) {
      straight.requireSame(resumed(way, folder.resolve("straight"), done), done);
    }
  }

  @Test
  void problemsThatAreChosenByWhatCameOfThoseBeforeStayTheSameToo() {
    Way way = new Way(config(2), true, true, TinyRun::digit);
    Made beside = straight(way, folder.resolve("beside"));
    Way turns = new Way(config(2), false, true, TinyRun::digit);
    straight(turns, folder.resolve("turns")).requireSame(beside, 0);
    assertThat(beside.metrics().getLast()).containsKey("curriculum/pass_rate");
    beside.requireSame(resumed(way, folder.resolve("beside"), 3), 3);
  }

  @Test
  void adaptersAreDrawnWithAsTheyWere() {
    TinyRun adapted = new TinyRun(folder, m -> m.decoder().adapt(LoraConfig.DEFAULT, 3));
    List<List<Map<String, Double>>> both = new ArrayList<>();
    for (boolean beside : new boolean[] {false, true}) {
      List<Map<String, Double>> metrics = new ArrayList<>();
      train(
          Way.of(config(2), beside),
          adapted,
          folder.resolve("adapters-" + beside),
          new ArrayList<>(),
          (trainer, _) -> {
            for (int step = 0; step < STEPS; step++) {
              metrics.add(numbers(trainer.step(step)));
            }
          });
      both.add(metrics);
    }
    assertThat(both.getFirst()).isEqualTo(both.getLast());
  }

  @Test
  void ageGrowsToTheLagAndNoFurther() {
    for (int lag = 1; lag <= 4; lag++) {
      int most = lag;
      train(
          Way.of(config(lag), true),
          new TinyRun(folder),
          folder.resolve("age-" + lag),
          new ArrayList<>(),
          (trainer, _) -> {
            for (int step = 0; step < STEPS; step++) {
              assertThat(trainer.step(step).get("sampling/age")).isEqualTo(Math.min(step, most));
            }
          });
    }
    train(
        Way.of(config(0), true),
        new TinyRun(folder),
        folder.resolve("age-0"),
        new ArrayList<>(),
        (trainer, _) ->
            assertThat(trainer.step(0).values().keySet())
                .noneMatch(n -> n.startsWith("rollout_corr/") || n.contains("age")));
  }

  /// Holds what the sampler says of its tokens to what the weights of each step say of them.
  @Test
  void aBatchIsDrawnWithTheWeightsOfTheStepThatItLagsBehind() {
    int lag = 2;
    List<Group> drawn = new ArrayList<>();
    RlConfig config = config(lag);
    List<Metrics> metrics = new ArrayList<>();
    train(
        Way.of(config, true),
        new TinyRun(folder),
        folder.resolve("rollouts"),
        drawn,
        (trainer, model) -> {
          for (int step = 0; step < STEPS; step++) {
            model.save(folder.resolve("weights-" + step));
            metrics.add(trainer.step(step));
          }
        });
    for (int step = 0; step < STEPS; step++) {
      int groups = config.promptsPerStep();
      List<Rollout> batch =
          drawn.stream()
              .skip((long) step * groups)
              .limit(groups)
              .flatMap(g -> g.rollouts().stream())
              .toList();
      assertThat(distance(batch, Math.max(0, step - lag))).isLessThan(1e-4);
      if (step > 0) {
        assertThat(distance(batch, step)).isGreaterThan(1e-3);
        requireCorrection(batch, step, metrics.get(step));
      }
    }
  }

  private static double[] differences(List<Rollout> batch, LoadedModel by) {
    Policy policy = new Policy(by.decoder(), 1);
    return batch.stream()
        .flatMapToDouble(r -> {
          float[] now = policy.score(List.of(r.sequence())).logProbs();
          float[] then = r.trajectory().logProbs();
          double[] d = new double[now.length];
          Arrays.setAll(d, t -> (double) now[t] - then[t]);
          return Arrays.stream(d);
        })
        .toArray();
  }

  /// Returns the largest difference between what drew and what the weights of a step give.
  private double distance(List<Rollout> batch, int step) {
    try (LoadedModel by = weights(step)) {
      return Arrays.stream(differences(batch, by)).map(Math::abs).max().orElseThrow();
    }
  }

  private LoadedModel weights(int step) {
    LoadedModel model = new TinyRun(folder).model();
    model.restore(folder.resolve("weights-" + step));
    return model;
  }

  /// Works the correction out anew: min(2, π_prox / μ) with π_prox of the weights of the step.
  private void requireCorrection(List<Rollout> batch, int step, Metrics m) {
    try (LoadedModel proximal = weights(step)) {
      double[] w =
          Arrays.stream(differences(batch, proximal)).map(d -> Math.min(2, Math.exp(d))).toArray();
      double mean = Arrays.stream(w).average().orElseThrow();
      double squares = Arrays.stream(w).map(x -> x * x).average().orElseThrow();
      double most = Arrays.stream(w).max().orElseThrow();
      assertThat(m.get("rollout_corr/rollout_is_mean")).isCloseTo(mean, within(1e-4));
      assertThat(m.get("rollout_corr/rollout_is_max")).isCloseTo(most, within(1e-3));
      assertThat(m.get("rollout_corr/rollout_is_eff_sample_size"))
          .isCloseTo(mean * mean / squares, within(1e-4));
    }
  }

  @Test
  void aJudgeThatFailsHaltsTheStepThatNeedsItAndLosesNothing() {
    RlConfig config = config(2);
    AtomicBoolean broken = new AtomicBoolean();
    String last;
    try (LoadedModel model = new TinyRun(folder).model()) {
      last = problems(model, false).at(5L * config.promptsPerStep()).problem().text();
    }
    Reward reward =
        r -> {
          if (broken.get() && r.problem().text().equals(last)) {
            throw new RewardFailure("the judge is gone");
          }
          return TinyRun.digit(r);
        };
    for (boolean beside : new boolean[] {true, false}) {
      broken.set(false);
      Way way = new Way(config, beside, false, reward);
      Path at = folder.resolve("failing-" + beside);
      Made straight = straight(way, at.resolve("straight"));
      broken.set(true);
      int[] halted = {0};
      train(
          way,
          new TinyRun(folder),
          at.resolve("rollouts"),
          new ArrayList<>(),
          (trainer, _) -> {
            assertThatThrownBy(
                    () -> {
                      for (; halted[0] < STEPS; halted[0]++) {
                        trainer.step(halted[0]);
                      }
                    })
                .isInstanceOf(RewardFailure.class)
                .hasMessage("the judge is gone");
            save(trainer, at, halted[0]);
          });
      assertThat(halted[0]).isEqualTo(beside ? 5 : 3); // by turns, step 3 draws batch 5
      broken.set(false);
      straight.requireSame(resumed(way, at, halted[0]), halted[0]);
    }
  }

  @Test
  void aSamplerThatLagsIsNamedAndCorrectedByTokens() {
    assertThat(config(2).samplerNote(SamplerPrecision.SAME))
        .contains(
            "completions are drawn with weights up to 2 steps old, which is not the policy that is"
                + " trained; tokens are weighed by the ratio of both, up to 2.0");
    Grpo bare = Grpo.DEFAULT.with(UpdateConfig.DEFAULT.with(SamplerCorrection.NONE));
    assertThat(config(1, 1, bare).samplerNote(SamplerPrecision.SAME))
        .contains(
            "completions are drawn with weights a step old, which is not the policy that is"
                + " trained; nothing corrects that (samplerCorrection: {weights: none})");
    assertThat(config(0).samplerNote(SamplerPrecision.SAME)).isEmpty();
  }

  @Test
  void aLagIsFromNoneToFourSteps() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Staleness(5, true))
        .withMessage("lag must be from 0 to 4, got 5");
    assertThat(new Staleness(0, true).isBeside()).isFalse();
    assertThat(new Staleness(1, false).isBeside()).isFalse();
  }
}
