package dev.tesuji.rejection;

import dev.tesuji.generate.FinishReason;
import dev.tesuji.json.Json;
import dev.tesuji.json.JsonLines;
import dev.tesuji.reward.Graded;
import dev.tesuji.rollout.Group;
import dev.tesuji.rollout.PosedProblem;
import dev.tesuji.rollout.ProblemSource;
import dev.tesuji.rollout.Rollout;
import dev.tesuji.rollout.RolloutSampler;
import dev.tesuji.rollout.RolloutSettings;
import dev.tesuji.rollout.RolloutStream;
import dev.tesuji.text.CompletionText;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.train.Metrics;
import dev.tesuji.train.Trainer;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Draws samples, has them graded while others are still being drawn, and writes those that are
/// kept.
///
/// A step poses some prompts. Only its samples are in memory; of all before there are files,
/// counts, and a fingerprint per kept sample.
public final class RejectionSampler implements Trainer, AutoCloseable {
  private final Tokenizer tokenizer;
  private final CompletionText completionText;
  private final Parts parts;
  private final RejectionConfig config;
  private final RolloutSettings settings;
  private final FilterCounts tally;

  /// The parts that it works with.
  ///
  /// @param prompts the problems
  /// @param sampler samples completions and judges them by the rewards that the sieve asks for
  /// @param sieve decides
  /// @param kept takes the samples that are kept
  /// @param refused takes the others, with the reason; null to write none
  public record Parts(
      ProblemSource prompts,
      RolloutSampler sampler,
      SampleFilter sieve,
      TraceFile kept,
      @Nullable TraceFile refused) {}

  /// Prepares to draw; no file is touched yet.
  ///
  /// @param seed of the stream that samples are drawn with
  public RejectionSampler(LoadedModel model, Parts parts, RejectionConfig config, long seed) {
    this.tokenizer = model.requireTokenizer();
    this.completionText = model.completionText();
    this.parts = parts;
    this.config = config;
    settings =
        new RolloutSettings(
            config.samplesPerPrompt(), config.maxNewTokens(), config.sampling(), seed);
    tally = new FilterCounts(parts.sieve().reasons());
  }

  @Override
  public Metrics step(int step) {
    long first = (long) step * config.promptsPerStep();
    int count = (int) Math.min(config.promptsPerStep(), config.prompts() - first);
    List<PosedProblem> posed =
        LongStream.range(first, first + count).mapToObj(parts.prompts()::at).toList();
    long start = System.nanoTime();
    double waited;
    List<Group> groups; // all before a line is written: one may be a failure
    try (RolloutStream stream = parts.sampler().start(posed, settings)) {
      groups = stream.inOrder(posed);
      waited = stream.secondsWaited();
    }
    double generation = (System.nanoTime() - start) / 1e9 - waited;
    long drawnBefore = tally.drawn();
    long keptBefore = tally.kept();
    long tokensBefore = tally.tokens();
    groups.forEach(this::decide);
    double drawn = tally.drawn() - drawnBefore;
    double tokens = tally.tokens() - tokensBefore;
    long right = groups.stream().mapToLong(Group::correct).sum();
    Metrics metrics = new Metrics();
    parts.sampler().metrics().forEach(metrics::put);
    return metrics
        .put("acceptance_rate", (tally.kept() - keptBefore) / drawn)
        .put("accuracy", right / drawn)
        .put("generated", drawn)
        .put("num_tokens", (double) tally.allTokens())
        .put("kept", (double) tally.kept())
        .put("drawn", (double) tally.drawn())
        .put("completions/mean_length", tokens / drawn)
        .put("timing_s/gen", generation)
        .put("timing_s/reward_wait", waited)
        .put("perf/generation_tokens_per_second", tokens / generation);
  }

  /// Keeps or refuses the samples of a prompt, in the order of their numbers.
  private void decide(Group group) {
    int[] asked = group.posed().prompt();
    String prompt = Wording.prompt(parts.prompts().task(), group.problem(), asked, tokenizer);
    SampleFilter.OfPrompt sieve = parts.sieve().of(group.problem());
    int kept = 0;
    for (int i = 0; i < group.rollouts().size(); i++) {
      Rollout rollout = group.rollouts().get(i);
      Graded graded = rollout.graded();
      int[] drawn = graded.response().ids();
      String received = rollout.received();
      String text = received == null ? completionText.after(asked, drawn) : received;
      Optional<String> reason = sieve.refuse(graded, text);
      if (reason.isPresent()) {
        tally.addRefused(drawn.length, reason.get());
        if (parts.refused() != null) {
          parts.refused().add(line(prompt, text, i, graded).put("reason", reason.get()));
        }
      } else {
        kept++;
        int end = drawn.length - (graded.response().reason() == FinishReason.EOS ? 1 : 0);
        int[] written = Arrays.copyOf(drawn, end);
        tally.addKept(drawn.length, Wording.readsBack(prompt, asked, text, written, tokenizer));
        ObjectNode line = line(prompt, text, i, graded);
        if (rollout.trajectory().turns() > 1) {
          TurnLines.of(line, rollout.trajectory(), completionText).forEach(parts.kept()::add);
        } else {
          parts.kept().add(line);
        }
      }
    }
    tally.addPrompt(kept, (long) group.rollouts().size() * asked.length);
  }

  private static ObjectNode line(String prompt, String text, int sample, Graded graded) {
    ObjectNode line = Json.MAPPER.createObjectNode();
    line.put("prompt", prompt).put("completion", text);
    line.put("problem", graded.response().problem().text());
    if (graded.response().problem().task() != null) {
      line.put("task", graded.response().problem().task());
    }
    line.put("problem_id", graded.response().problem().id());
    line.put("source", graded.response().problem().source());
    line.put("sample", sample);
    line.put("verdict", graded.verdict().toString());
    ObjectNode rewards = line.putObject("rewards");
    graded.parts().forEach(rewards::put);
    line.put("tokens", graded.response().tokens());
    line.put("finish_reason", graded.response().reason().toString());
    if (!graded.trouble().isEmpty()) {
      line.put("trouble", graded.trouble());
    }
    return line;
  }

  /// Returns the counts so far.
  public FilterCounts tally() {
    return tally;
  }

  /// Writes nothing: all that a checkpoint needs is in the files and in [#state].
  @Override
  public void save(Path folder) {}

  @Override
  public ObjectNode state() {
    ObjectNode state = Json.MAPPER.createObjectNode();
    state.put("kept_bytes", parts.kept().save());
    if (parts.refused() != null) {
      state.put("refused_bytes", parts.refused().save());
    }
    state.set("tally", tally.json());
    return state;
  }

  /// Cuts the files to what was saved and reads what was kept, to know it again.
  @Override
  public void restore(Path folder, JsonNode state) {
    parts.kept().cutTo(state.path("kept_bytes").asLong());
    if (parts.refused() != null) {
      parts.refused().cutTo(state.path("refused_bytes").asLong());
    }
    parts.sieve().clear();
    JsonLines.forEach(
        parts.kept().path(),
        row -> {
          boolean last = row.get(TurnLines.TURN) == null || row.get(TurnLines.TRANSCRIPT) != null;
          String written = row.text(TurnLines.TRANSCRIPT);
          if (last) {
            parts
                .sieve()
                .remember(
                    row.requireText("problem"),
                    written == null ? row.requireText("completion") : written);
          }
        });
    tally.restore(state.path("tally"));
  }

  @Override
  public ObjectNode summary() {
    return tally.json().put("file", parts.kept().path().toString());
  }

  @Override
  public String note(Metrics m) {
    return String.format(
        Locale.ROOT,
        "kept %,d of %,d (%.1f %%)  %,.0f tokens/s",
        tally.kept(),
        tally.drawn(),
        100 * tally.rate(),
        m.get("perf/generation_tokens_per_second"));
  }

  @Override
  public void close() {
    parts.kept().close();
    if (parts.refused() != null) {
      parts.refused().close();
    }
  }
}
