package dev.tesuji.rejection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.answer.Verdict;
import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.dataset.Columns;
import dev.tesuji.dataset.Dataset;
import dev.tesuji.dataset.Shape;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.generate.Completion;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.generate.GenerationEngine;
import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.RandomKey;
import dev.tesuji.generate.Sampling;
import dev.tesuji.json.JsonLines;
import dev.tesuji.rejection.FilterSettings.Duplicates;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.Reward;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.rollout.LocalRolloutSampler;
import dev.tesuji.rollout.PromptStream;
import dev.tesuji.rollout.RolloutSampler;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.train.Metrics;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.NewModel;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class RejectionSamplerTest {
  private static final long SEED = 4;

  @TempDir private Path folder = Path.of("");

  /// Chain sums that knows which of its problems are still in memory.
  private record Watched(List<WeakReference<Problem>> made) implements Task {
    @Override
    public String name() {
      return "watched";
    }

    @Override
    public long size() {
      return Long.MAX_VALUE;
    }

    @Override
    public Problem problem(long index) {
      Problem problem = ChainSums.DEFAULT.problem(index);
      made.add(new WeakReference<>(problem));
      return problem;
    }

    @Override
    public List<Problem> heldOut(int count) {
      return ChainSums.DEFAULT.heldOut(count);
    }

    @Override
    public String prompt(Problem problem) {
      return ChainSums.DEFAULT.prompt(problem);
    }

    @Override
    public String extract(String response) {
      return response;
    }

    @Override
    public Verdict grade(Problem problem, String response) {
      return Verdict.CORRECT;
    }

    long alive() {
      System.gc();
      return made.stream().filter(r -> r.get() != null).count();
    }
  }

  private interface Body {
    void run(RejectionSampler sampler, LoadedModel model, SampleFilter sieve);
  }

  private void sample(Task task, RejectionConfig config, FilterSettings keeping, Body body) {
    Path directory = folder.resolve("model");
    new NewModel(1, 16, 24, 2, 1, 64).create(directory, 5);
    RewardMix rewards =
        new RewardMix(task, List.of(new RewardMix.Part("accuracy", 1, Reward.accuracy(task))));
    SampleFilter sieve =
        new SampleFilter(keeping, List.of(new Threshold("accuracy", 1)), task.heldOut(8));
    try (LoadedModel model = LoadedModel.load(directory, Dtype.FLOAT32, Device.CPU);
        Grader grader = new Grader(rewards, Duration.ofSeconds(10));
        TraceFile kept = new TraceFile(folder.resolve("kept.jsonl"))) {
      PromptStream prompts =
          new PromptStream(task, model.requireTokenizer(), PromptStream.Limit.DEFAULT, 1);
      RolloutSampler rollouts = new LocalRolloutSampler(model, task, grader);
      RejectionSampler.Parts parts =
          new RejectionSampler.Parts(prompts, rollouts, sieve, kept, null);
      try (RejectionSampler sampler = new RejectionSampler(model, parts, config, SEED)) {
        body.run(sampler, model, sieve);
      }
    }
  }

  @Test
  void ofAHundredThousandSamplesOnlyFingerprintsStayInMemory() {
    Watched task = new Watched(new ArrayList<>());
    RejectionConfig config = new RejectionConfig(12_500, 500, 8, 1, Sampling.DEFAULT);
    FilterSettings keeping = new FilterSettings(false, null, 8, Duplicates.NORMALIZED, 13);
    sample(
        task,
        config,
        keeping,
        (sampler, _, sieve) -> {
          for (int step = 0; step < config.steps(); step++) {
            sampler.step(step);
            assertThat(task.alive()).as("problems in memory").isLessThanOrEqualTo(500);
          }
          sampler.state();
          assertThat(sampler.tally().drawn()).isEqualTo(100_000);
          assertThat(sampler.tally().kept()).isGreaterThan(50_000);
          assertThat(sieve.bytes()).isLessThanOrEqualTo(32 * sampler.tally().kept());
          long[] lines = {0};
          JsonLines.forEach(folder.resolve("kept.jsonl"), _ -> lines[0]++);
          assertThat(lines[0]).isEqualTo(sampler.tally().kept());
        });
  }

  @Test
  void fineTuningReadsTheTokensThatWereDrawn() {
    Watched task = new Watched(new ArrayList<>());
    RejectionConfig config = new RejectionConfig(40, 40, 2, 6, Sampling.DEFAULT);
    FilterSettings keeping = new FilterSettings(false, null, 2, Duplicates.NONE, 0);
    sample(
        task,
        config,
        keeping,
        (sampler, model, _) -> {
          Metrics metrics = sampler.step(0);
          sampler.state();
          TokenizedDataset.Words words =
              new TokenizedDataset.Words(model.requireTokenizer(), model.endToken(), null);
          Dataset data =
              new Dataset(
                  List.of(folder.resolve("kept.jsonl")), Columns.DEFAULT, Shape.PROMPT_COMPLETION);
          TokenizedDataset.Loaded read =
              TokenizedDataset.read(
                  data, words, new TokenizedDataset.Limit(64, TokenizedDataset.TooLong.ERROR));
          List<Completion> drawn = drawn(task, model);
          assertThat(read.texts()).hasSize(80);
          int prompts = drawn.stream().mapToInt(c -> c.request().prompt().length).sum();
          int samples = drawn.stream().mapToInt(c -> c.tokens().length).sum();
          assertThat(metrics.get("generated")).isEqualTo(80);
          assertThat(metrics.get("num_tokens")).isEqualTo(prompts + samples);
          int[] same =
              IntStream.range(0, 80)
                  .filter(i -> Arrays.equals(ids(drawn.get(i), model), read.texts().get(i).ids()))
                  .toArray();
          assertThat(80 - same.length)
              .isEqualTo(sampler.tally().json().path("retokenized").asInt());
          // Tokens that begin, end or pad a text are left out of it, so that one which was drawn
          // among others is not read back, nor are spare ids; other special tokens are.
          assertThat(same)
              .containsExactly(
                  IntStream.range(0, 80)
                      .filter(i -> written(drawn.get(i)).allMatch(t -> hasText(t, model)))
                      .toArray())
              .hasSizeGreaterThan(20);
        });
  }

  private static List<Completion> drawn(Task task, LoadedModel model) {
    PromptStream prompts =
        new PromptStream(task, model.requireTokenizer(), PromptStream.Limit.DEFAULT, 1);
    Limits limits = new Limits(6, model.endTokens());
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      RandomKey key = new RandomKey(SEED, i);
      requests.add(new GenerationRequest(prompts.at(i).prompt(), 2, Sampling.DEFAULT, limits, key));
    }
    return GenerationEngine.generate(model.decoder(), requests, 512);
  }

  /// Returns the completion's tokens without one that ends it.
  private static IntStream written(Completion c) {
    int end = c.tokens().length - (c.reason() == FinishReason.EOS ? 1 : 0);
    return IntStream.of(c.tokens()).limit(end);
  }

  private static boolean hasText(int token, LoadedModel model) {
    String text = model.completionText().of(token);
    return Arrays.equals(model.requireTokenizer().encode(text), new int[] {token});
  }

  /// Returns prompt, completion and end token.
  private static int[] ids(Completion c, LoadedModel model) {
    return IntStream.concat(
            IntStream.concat(IntStream.of(c.request().prompt()), written(c)),
            IntStream.of(model.endToken()))
        .toArray();
  }
}
