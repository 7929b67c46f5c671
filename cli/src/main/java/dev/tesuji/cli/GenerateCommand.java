package dev.tesuji.cli;

import dev.tesuji.check.BadInput;
import dev.tesuji.generate.Completion;
import dev.tesuji.generate.EngineCapacity;
import dev.tesuji.generate.GenerationEngine;
import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.RandomKey;
import dev.tesuji.generate.Sampling;
import dev.tesuji.json.JsonLines;
import dev.tesuji.run.Progress;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.weights.LoadedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Continues prompts.
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Continues the prompts of a file.",
    description = {
      "",
      "A line has 'prompt' (text) or 'input_ids' (a list). The answer adds 'completion' (text; null"
          + " without a tokenizer), 'token_ids', 'logprobs' and 'finish_reason' (eos, stop,"
          + " length); with --samples above 1 there is a line per sample, with 'sample'.",
      "",
      "'logprobs' are under the distribution that the tokens were drawn from: after temperature and"
          + " all filters. At temperature 0 they are under the model's own.",
      "",
      "  echo '{\"prompt\": \"Once upon a time\"}' > in.jsonl",
      "  ./tesuji generate --model DIR --in in.jsonl --out out.jsonl --temperature 0",
      ""
    })
final class GenerateCommand implements Runnable {
  private static final int ROWS = 256;

  @Mixin ModelOptions model = new ModelOptions();
  @Mixin FileOptions files = new FileOptions();
  @Mixin SamplingOptions options = new SamplingOptions();
  @Mixin LookupOption lookup = new LookupOption();

  @Option(
      names = "--samples",
      defaultValue = "1",
      paramLabel = "G",
      description = "Completions per prompt. Default: ${DEFAULT-VALUE}.")
  int samples = 1;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description =
          "Ends a completion once it contains this text, special tokens written out. May be given"
              + " several times.")
  List<String> stops = new ArrayList<>();

  @Option(
      names = "--ignore-eos",
      description = "Goes on after an end-of-sequence token, up to --max-new-tokens.")
  boolean ignoreEos;

  @Override
  public void run() {
    Sampling sampling = options.sampling();
    List<JsonLines.Row> rows = files.read();
    try (LoadedModel loaded = model.load()) {
      Tokenizer tokenizer = loaded.tokenizer();
      if (!stops.isEmpty()) {
        loaded.requireTokenizer();
      }
      Set<Integer> ends = ignoreEos ? Set.of() : loaded.endTokens();
      Limits limits = new Limits(options.maxNewTokens, ends, Set.of(), stops);
      List<GenerationRequest> requests = new ArrayList<>();
      for (JsonLines.Row row : rows) {
        RandomKey key = new RandomKey(options.seed, requests.size());
        requests.add(
            new GenerationRequest(ids(row, loaded), checkedSamples(), sampling, limits, key));
      }
      Completion[] all = generate(loaded, requests);
      List<ObjectNode> lines = new ArrayList<>();
      for (int i = 0; i < all.length; i++) {
        lines.add(line(rows.get(i / samples), all[i], tokenizer));
      }
      files.write(lines);
    } catch (IllegalArgumentException e) {
      throw new BadInput("option " + e.getMessage(), e);
    }
  }

  private Completion[] generate(LoadedModel loaded, List<GenerationRequest> requests) {
    Completion[] all = new Completion[requests.size() * samples];
    if (requests.isEmpty()) {
      return all;
    }
    Progress progress = Progress.onConsole("generate", all.length, 0);
    List<Completion> done = new ArrayList<>();
    long start = System.nanoTime();
    EngineCapacity capacity = lookup.in(EngineCapacity.of(requests, ROWS));
    try (GenerationEngine engine =
        new GenerationEngine(loaded.decoder(), loaded.tokenizer(), capacity)) {
      lookup.note(engine);
      for (int i = 0; i < requests.size(); i++) {
        int first = i * samples;
        engine.submit(
            requests.get(i),
            c -> {
              all[first + c.sample()] = c;
              done.add(c);
              progress.update(done.size(), rate(done, start));
            });
      }
      engine.drain();
      lookup.report(engine);
    }
    return all;
  }

  private int checkedSamples() {
    if (samples < 1) {
      throw new BadInput("option --samples must be at least 1, got " + samples);
    }
    return samples;
  }

  private static String rate(List<Completion> done, long start) {
    long tokens = done.stream().mapToLong(c -> c.tokens().length).sum();
    return String.format(
        Locale.ROOT, "%.0f tokens/s", tokens / Math.max(1e-9, (System.nanoTime() - start) / 1e9));
  }

  /// Reads the prompt of a line, checked against the model.
  private int[] ids(JsonLines.Row row, LoadedModel loaded) {
    int[] ids = row.ids("input_ids");
    if (ids == null) {
      if (row.text("prompt") == null) {
        throw row.bad("needs 'prompt' (text) or 'input_ids' (a list of token ids)");
      }
      ids = loaded.requireTokenizer().encodeWithSpecials(row.requireText("prompt"));
    }
    TokenIds.check(row, ids, loaded.decoder().config());
    int positions = loaded.decoder().config().maxPositions();
    if (ids.length >= positions) {
      throw row.bad(
          "the prompt must be shorter than the model's "
              + positions
              + " positions, got "
              + ids.length
              + " tokens");
    }
    return ids;
  }

  private ObjectNode line(JsonLines.Row row, Completion c, @Nullable Tokenizer tokenizer) {
    ObjectNode line = row.fields().deepCopy();
    if (samples > 1) {
      line.put("sample", c.sample());
    }
    if (tokenizer == null) {
      line.putNull("completion");
    } else {
      line.put("completion", tokenizer.decodeContinuation(c.request().prompt(), c.tokens()));
    }
    ArrayNode ids = line.putArray("token_ids");
    ArrayNode logProbs = line.putArray("logprobs");
    for (int i = 0; i < c.tokens().length; i++) {
      ids.add(c.tokens()[i]);
      logProbs.add(c.logProbs()[i]);
    }
    line.put("finish_reason", c.reason().toString());
    return line;
  }
}
