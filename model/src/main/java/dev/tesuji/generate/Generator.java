package dev.tesuji.generate;

import static java.util.Objects.requireNonNull;

import dev.tesuji.compute.Decoding;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.kernel.Profile;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.random.Rng;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Draws completions from a model.
///
/// Rows are filled with samples; a prompt is read once for all of its samples; a row that finishes
/// is replaced by the next waiting sample at once, or closed up. Random numbers are those of (seed,
/// prompt id, sample, token), so a completion does not depend on what else is in the batch but for
/// rounding.
public final class Generator {
  /// The most prompt tokens read in one pass.
  private static final int PREFILL_TOKENS = 8192;

  private final CausalLm model;
  private final Sampling sampling;
  private final Limits limits;
  private final long seed;

  /// Makes a generator; it holds no memory between calls.
  public Generator(CausalLm model, Sampling sampling, Limits limits, long seed) {
    this.model = model;
    this.sampling = sampling;
    this.limits = limits;
    this.seed = seed;
  }

  /// Draws all samples of all prompts and returns them in the order of the prompts.
  public List<Completion> generate(List<Prompt> prompts) {
    Map<Prompt, Completion[]> byPrompt = new HashMap<>();
    for (Prompt p : prompts) {
      byPrompt.put(p, new Completion[p.samples()]);
    }
    generate(prompts, c -> requireNonNull(byPrompt.get(c.prompt()))[c.sample()] = c);
    return prompts.stream().flatMap(p -> Stream.of(requireNonNull(byPrompt.get(p)))).toList();
  }

  /// Hears of each token as soon as it is drawn.
  @FunctionalInterface
  public interface TokenListener {
    /// Takes the newest token of a sample, the one that ends it included.
    void drawn(Prompt prompt, int sample, int token);
  }

  /// Draws all samples of all prompts and hands each over, on this thread, when it is finished.
  public void generate(List<Prompt> prompts, Consumer<Completion> whenFinished) {
    generate(prompts, (_, _, _) -> {}, whenFinished);
  }

  /// Draws all samples of all prompts, tells of each token when it is drawn and hands each
  /// completion over when it is finished, all on this thread.
  public void generate(
      List<Prompt> prompts, TokenListener whenDrawn, Consumer<Completion> whenFinished) {
    if (prompts.isEmpty()) {
      return;
    }
    int samples = prompts.stream().mapToInt(Prompt::samples).sum();
    int longest = prompts.stream().mapToInt(p -> p.tokens().length).max().orElseThrow();
    int rows = Math.min(limits.rows(), samples);
    int positions = model.config().maxPositions();
    if (longest >= positions) {
      throw new IllegalArgumentException(
          "a prompt must be shorter than the model's " + positions + " positions, got " + longest);
    }
    int newTokens = Math.min(positions - 1, limits.maxNewTokens());
    try (NoGrad _ = NoGrad.on();
        Decoding decoding = model.decoding(new DecodingCapacity(rows, longest, newTokens))) {
      new Batch(prompts, decoding, whenDrawn, whenFinished).run();
    }
  }

  /// A sample that is being generated.
  private static final class Row {
    final Prompt prompt;
    final int sample;
    int[] tokens = new int[16];
    float[] logProbs = new float[16];
    int length;

    Row(Prompt prompt, int sample) {
      this.prompt = prompt;
      this.sample = sample;
    }

    void add(int token, float logProb) {
      if (length == tokens.length) {
        tokens = Arrays.copyOf(tokens, 2 * length);
        logProbs = Arrays.copyOf(logProbs, 2 * length);
      }
      tokens[length] = token;
      logProbs[length] = logProb;
      length++;
    }

    /// The place of the newest token in the whole sequence.
    int position() {
      return prompt.tokens().length + length - 1;
    }

    int[] context() {
      int[] all = Arrays.copyOf(prompt.tokens(), prompt.tokens().length + length);
      System.arraycopy(tokens, 0, all, prompt.tokens().length, length);
      return all;
    }

    Completion completion(FinishReason reason) {
      return new Completion(
          prompt, sample, Arrays.copyOf(tokens, length), Arrays.copyOf(logProbs, length), reason);
    }
  }

  /// One call of generate: the rows in use are rows 0 to active.size() - 1.
  private final class Batch {
    private final Deque<Row> waiting = new ArrayDeque<>();
    private final List<Row> active = new ArrayList<>();
    private final Decoding decoding;
    private final TokenListener whenDrawn;
    private final Consumer<Completion> whenFinished;

    Batch(
        List<Prompt> prompts,
        Decoding decoding,
        TokenListener whenDrawn,
        Consumer<Completion> whenFinished) {
      this.decoding = decoding;
      this.whenDrawn = whenDrawn;
      this.whenFinished = whenFinished;
      for (Prompt p : prompts) {
        for (int s = 0; s < p.samples(); s++) {
          waiting.add(new Row(p, s));
        }
      }
    }

    void run() {
      while (true) {
        while (!waiting.isEmpty() && active.size() < decoding.rows()) {
          admit();
        }
        if (active.isEmpty()) {
          return;
        }
        step();
      }
    }

    /// Reads the prompts of the next waiting samples and draws their first tokens.
    private void admit() {
      int firstRow = active.size();
      List<int[]> prompts = new ArrayList<>();
      List<Integer> promptOfRow = new ArrayList<>();
      List<Row> rows = new ArrayList<>();
      Prompt last = null;
      int tokens = 0;
      while (!waiting.isEmpty() && firstRow + rows.size() < decoding.rows()) {
        Row row = waiting.peek();
        if (!row.prompt.equals(last)) {
          int length = row.prompt.tokens().length;
          if (!prompts.isEmpty() && tokens + length > PREFILL_TOKENS) {
            break;
          }
          tokens += length;
          last = row.prompt;
          prompts.add(last.tokens());
        }
        promptOfRow.add(prompts.size() - 1);
        rows.add(waiting.remove());
      }
      active.addAll(rows);
      try (Scope _ = Scope.open()) {
        int[] which = promptOfRow.stream().mapToInt(i -> i).toArray();
        draw(firstRow, rows.size(), decoding.prefill(prompts, which, firstRow));
      }
    }

    /// Generates one more token for as many active rows as go well together. The last rows take the
    /// places of those that finish, so that all come in in the end.
    private void step() {
      int n = Math.min(active.size(), decoding.together());
      int[] ids = new int[n];
      int[] positions = new int[n];
      for (int r = 0; r < n; r++) {
        Row row = active.get(r);
        ids[r] = row.tokens[row.length - 1];
        positions[r] = row.position();
      }
      try (Scope _ = Scope.open()) {
        draw(0, n, decoding.decode(ids, positions));
      }
    }

    /// Draws a token for each of n rows from `firstRow` on and lets finished rows go.
    private void draw(int firstRow, int n, Tensor logits) {
      double[] uniforms = new double[n];
      List<int[]> contexts = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        Row row = active.get(firstRow + i);
        uniforms[i] = Rng.uniform(seed, row.prompt.id(), row.sample, row.length);
        if (sampling.repetitionPenalty() != 1) {
          contexts.add(row.context());
        }
      }
      Sampler.Drawn drawn;
      try (Profile.Span _ = Profile.span("sampling")) {
        drawn = Sampler.draw(logits, contexts, sampling, uniforms);
      }
      for (int i = n - 1; i >= 0; i--) { // backwards: a finished row is replaced by the last one
        Row row = active.get(firstRow + i);
        row.add(drawn.tokens()[i], drawn.logProbs()[i]);
        whenDrawn.drawn(row.prompt, row.sample, drawn.tokens()[i]);
        FinishReason reason = finished(row);
        if (reason != null) {
          remove(firstRow + i);
          whenFinished.accept(row.completion(reason));
        }
      }
    }

    private @Nullable FinishReason finished(Row row) {
      if (limits.endTokens().contains(row.tokens[row.length - 1])) {
        return FinishReason.EOS;
      }
      if (!limits.stop().equals(Limits.Stop.NEVER)
          && limits.stop().test(Arrays.copyOf(row.tokens, row.length))) {
        return FinishReason.STOP;
      }
      boolean full = row.position() + 1 >= model.config().maxPositions();
      return full || row.length >= limits.maxNewTokens() ? FinishReason.LENGTH : null;
    }

    private void remove(int r) {
      Row last = active.removeLast();
      decoding.replace(r, active.size(), last.position());
      if (r < active.size()) {
        active.set(r, last);
      }
    }
  }
}
