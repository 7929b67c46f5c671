package dev.tesuji.rejection;

import dev.tesuji.generate.Completion;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.generate.Generator;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.Prompt;
import dev.tesuji.json.Json;
import dev.tesuji.json.JsonLines;
import dev.tesuji.reward.Graded;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.Response;
import dev.tesuji.rl.PromptSource;
import dev.tesuji.rl.PromptSource.Posed;
import dev.tesuji.text.CompletionText;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.train.Metrics;
import dev.tesuji.train.Trainer;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Draws samples, has them graded while others are still being drawn, and writes those that are
/// kept.
///
/// A step poses some prompts. Only its samples are in memory; of all before there are files,
/// counts, and a fingerprint per kept sample.
public final class RejectionSampler implements Trainer, AutoCloseable {
  private final LoadedModel model;
  private final Tokenizer tokenizer;
  private final CompletionText completionText;
  private final Parts parts;
  private final RejectionConfig config;
  private final FilterCounts tally;
  private final long seed;

  /// What it works with.
  ///
  /// @param prompts the problems
  /// @param grader judges samples by the rewards that the sieve asks for
  /// @param sieve decides
  /// @param kept takes the samples that are kept
  /// @param refused takes the others, with the reason; null to write none
  public record Parts(
      PromptSource prompts,
      Grader grader,
      SampleFilter sieve,
      TraceFile kept,
      @Nullable TraceFile refused) {}

  /// Prepares to draw; no file is touched yet.
  ///
  /// @param seed decides the samples
  public RejectionSampler(LoadedModel model, Parts parts, RejectionConfig config, long seed) {
    this.model = model;
    this.tokenizer = model.requireTokenizer();
    this.completionText = model.completionText();
    this.parts = parts;
    this.config = config;
    this.seed = seed;
    tally = new FilterCounts(parts.sieve().reasons());
  }

  /// A sample whose judgement is under way.
  private record Pending(Completion completion, String text, Grader.Pending graded) {}

  @Override
  public Metrics step(int step) {
    long first = (long) step * config.promptsPerStep();
    int count = (int) Math.min(config.promptsPerStep(), config.prompts() - first);
    List<Posed> posed = new ArrayList<>();
    List<Prompt> batch = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      posed.add(parts.prompts().at(first + i));
      batch.add(new Prompt(first + i, posed.get(i).tokens(), config.samplesPerPrompt()));
    }
    Pending[][] pending = new Pending[count][config.samplesPerPrompt()];
    long start = System.nanoTime();
    generator(count)
        .generate(
            batch,
            c -> {
              int i = (int) (c.prompt().id() - first);
              pending[i][c.sample()] = submit(posed.get(i), c);
            });
    double generation = (System.nanoTime() - start) / 1e9;
    Graded[][] graded = new Graded[count][];
    for (int i = 0; i < count; i++) { // all of them before a line is written: one may be a failure
      graded[i] = Arrays.stream(pending[i]).map(p -> p.graded().await()).toArray(Graded[]::new);
    }
    double waited = (System.nanoTime() - start) / 1e9 - generation;
    long drawnBefore = tally.drawn();
    long keptBefore = tally.kept();
    long tokensBefore = tally.tokens();
    for (int i = 0; i < count; i++) {
      decide(posed.get(i), pending[i], graded[i]);
    }
    double drawn = tally.drawn() - drawnBefore;
    double tokens = tally.tokens() - tokensBefore;
    long right = Arrays.stream(graded).flatMap(Arrays::stream).filter(this::isRight).count();
    return new Metrics()
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

  private boolean isRight(Graded graded) {
    return graded.verdict().isCorrect();
  }

  private Generator generator(int prompts) {
    int rows = (int) Math.min(Limits.MOST_ROWS, (long) prompts * config.samplesPerPrompt());
    Limits limits = new Limits(config.maxNewTokens(), model.endTokens(), rows);
    return new Generator(model.decoder(), config.sampling(), limits, seed);
  }

  /// Hands a sample to the grader, which works on while others are drawn.
  private Pending submit(Posed posed, Completion c) {
    String text = completionText.after(posed.tokens(), c.tokens());
    Response response =
        new Response(
            posed.problem(), parts.prompts().task().response(text), c.tokens(), c.reason());
    return new Pending(c, text, parts.grader().submit(response));
  }

  /// Keeps or refuses the samples of a prompt, in the order of their numbers.
  private void decide(Posed posed, Pending[] samples, Graded[] graded) {
    String prompt =
        Wording.prompt(parts.prompts().task(), posed.problem(), posed.tokens(), tokenizer);
    SampleFilter.OfPrompt sieve = parts.sieve().of(posed.problem());
    int kept = 0;
    for (int i = 0; i < samples.length; i++) {
      Completion c = samples[i].completion();
      Optional<String> reason = sieve.refuse(graded[i], samples[i].text());
      if (reason.isPresent()) {
        tally.addRefused(c.tokens().length, reason.get());
        if (parts.refused() != null) {
          parts.refused().add(line(prompt, samples[i], graded[i]).put("reason", reason.get()));
        }
      } else {
        kept++;
        int end = c.tokens().length - (c.reason() == FinishReason.EOS ? 1 : 0);
        int[] drawn = Arrays.copyOf(c.tokens(), end);
        tally.addKept(
            c.tokens().length,
            Wording.readsBack(prompt, posed.tokens(), samples[i].text(), drawn, tokenizer));
        parts.kept().add(line(prompt, samples[i], graded[i]));
      }
    }
    tally.addPrompt(kept, (long) samples.length * posed.tokens().length);
  }

  private static ObjectNode line(String prompt, Pending sample, Graded graded) {
    ObjectNode line = Json.MAPPER.createObjectNode();
    line.put("prompt", prompt).put("completion", sample.text());
    line.put("problem", graded.response().problem().text());
    line.put("problem_id", graded.response().problem().id());
    line.put("source", graded.response().problem().source());
    line.put("sample", sample.completion().sample());
    line.put("verdict", graded.verdict().toString());
    ObjectNode rewards = line.putObject("rewards");
    graded.parts().forEach(rewards::put);
    line.put("tokens", graded.response().tokens());
    line.put("finish_reason", sample.completion().reason().toString());
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
        row -> parts.sieve().remember(row.requireText("problem"), row.requireText("completion")));
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
