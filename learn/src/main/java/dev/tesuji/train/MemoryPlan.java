package dev.tesuji.train;

import dev.tesuji.check.BadInput;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.optim.OptimizerConfig.Moments;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Memory;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The memory that a stage will take, estimated before it begins.
///
/// Some of it is held all the while; the rest belongs to phases that come one after the other, and
/// the memory of one serves the next.
///
/// @param held the parts that are there all the while, by name
/// @param phases what each phase takes besides, by name
public record MemoryPlan(Map<String, Long> held, Map<String, Long> phases) {
  private static final long RUNTIME = 300L << 20; // the JVM, libtorch and their buffers
  private static final long LEARNING = 45L << 20; // what they take besides where a model learns
  private static final long CHUNK_LOGITS = 1 << 24; // the most that Policy makes at once
  private static final int PREFILL_TOKENS = 8192; // the most that Generator reads at once

  /// Copies the maps.
  public MemoryPlan {
    held = new LinkedHashMap<>(held);
    phases = new LinkedHashMap<>(phases);
  }

  /// The memory that a training stage holds besides its weights.
  ///
  /// @param tokens tokens that go through the model at once
  /// @param longest the longest sequence
  /// @param drawing what is generated; null where nothing is
  /// @param reference whether another model is held
  /// @param second whether another model is trained
  /// @param once whether an update is a single pass: its gradients then come as activations go
  public record Load(
      int tokens,
      int longest,
      @Nullable Drawing drawing,
      boolean reference,
      boolean second,
      boolean once) {
    /// What a stage holds that trains one model and has no other, with several passes an update.
    public static Load plain(int tokens, int longest, @Nullable Drawing drawing) {
      return new Load(tokens, longest, drawing, false, false, false);
    }
  }

  /// Completions that are generated.
  ///
  /// @param rows how many at once
  /// @param prompts how many prompts they continue
  /// @param longestPrompt tokens of the longest prompt
  /// @param newTokens how many may follow a prompt
  public record Drawing(int rows, int prompts, int longestPrompt, int newTokens) {}

  /// Reckons a training stage.
  public static MemoryPlan training(
      CausalLm model, Load load, ComputeConfig compute, Moments moments) {
    long weights = weights(model);
    Map<String, Long> held = new LinkedHashMap<>();
    held.put("weights", weights);
    long trained = model.trainedCount();
    boolean host = model.device().isCpu(); // elsewhere masters are whole copies, moments float32
    put(held, model.dtype() != Dtype.FLOAT32, "master weights", trained * (host ? 2 : 4));
    held.put("moments", trained * 2 * (host ? moments : Moments.FLOAT32).bytes());
    put(held, load.reference(), "reference model", weights);
    long learned = sum(held) - (load.reference() ? weights : 0);
    put(held, load.second(), "second model", learned);
    held.put("runtime", RUNTIME + LEARNING);
    Map<String, Long> phases = new LinkedHashMap<>();
    if (load.drawing() != null) {
      phases.put("generation", drawing(model, load.drawing()));
    }
    boolean wide = model.dtype() == Dtype.FLOAT32;
    long sums = wide || load.once() ? 0 : trained * Float.BYTES; // of several passes, in float32
    long gradients = trained * model.dtype().bytes() + sums;
    long pass = pass(model, compute, load, gradients);
    phases.put("training", pass + (load.second() ? gradients : 0));
    return new MemoryPlan(held, phases);
  }

  /// Reckons the largest pass with the gradients beside it.
  private static long pass(CausalLm model, ComputeConfig compute, Load load, long gradients) {
    int layers = model.config().layers();
    long all = activations(model, compute, load.tokens(), load.longest(), layers);
    if (!load.once()) {
      return all + gradients;
    }
    long width = model.config().hiddenSize();
    long head =
        Math.min(gradients, model.config().vocabularySize() * width * model.dtype().bytes());
    long first = all + head + (gradients - head) / layers; // all activations, two gradients
    return Math.max(
        first, gradients + activations(model, compute, load.tokens(), load.longest(), 1));
  }

  /// Reckons generation alone.
  public static MemoryPlan generation(CausalLm model, Drawing drawing) {
    Map<String, Long> held = new LinkedHashMap<>();
    held.put("weights", weights(model));
    held.put("runtime", RUNTIME);
    return new MemoryPlan(held, Map.of("generation", drawing(model, drawing)));
  }

  private static long weights(CausalLm model) {
    return model.parameterCount() * model.dtype().bytes();
  }

  private static long drawing(CausalLm model, Drawing d) {
    int prompts = Math.min(d.rows(), d.prompts());
    DecodingCapacity room = new DecodingCapacity(d.rows(), d.longestPrompt(), d.newTokens());
    long logits = (long) Float.BYTES * model.config().vocabularySize() * (d.rows() + prompts);
    long all = model.generationBytes(room, prompts);
    if (!model.onHost()) {
      return all + logits;
    }
    // Prompts are read in passes, and what a pass keeps of them stays: the last full pass may need
    // more than the last pass of all, which needs less and has more beside it.
    HostPass host = HostPass.of(model.config(), model.product());
    long none = model.generationBytes(room, 0);
    long tokens = (long) prompts * d.longestPrompt();
    long whole = tokens / PREFILL_TOKENS * PREFILL_TOKENS;
    long early = none + (all - none) * whole / tokens + host.read(Math.min(tokens, PREFILL_TOKENS));
    long late = all + Math.max(logits, host.read(Math.max(tokens - whole, d.rows())));
    return Math.max(early, late);
  }

  private static void put(Map<String, Long> bytes, boolean present, String name, long size) {
    if (present) {
      bytes.put(name, size);
    }
  }

  /// Returns the plan with one more part that is held, unless that is empty.
  public MemoryPlan with(String name, long size) {
    Map<String, Long> more = new LinkedHashMap<>(held);
    put(more, size > 0, name, size);
    return new MemoryPlan(more, phases);
  }

  /// Reckons what tokens take on their way through some layers and the head, and back.
  static long activations(
      CausalLm model, ComputeConfig compute, long tokens, long longest, int layers) {
    long vocabulary = model.config().vocabularySize();
    long chunk = Math.max(64, CHUNK_LOGITS / vocabulary);
    long logits = vocabulary * Math.min(tokens, chunk);
    boolean recompute = compute.gradientCheckpointing();
    if (!model.onHost()) {
      return tokens * tapeBytesPerToken(model, layers, recompute) + 5 * Float.BYTES * logits;
    }
    // With its gradient: float32, what goes into the product back, and the same by columns.
    Dtype product = model.product();
    long each = Float.BYTES + (product == Dtype.FLOAT32 ? Float.BYTES : 2L * product.bytes());
    HostPass host = HostPass.of(model.config(), product);
    int threads = Runtime.getRuntime().availableProcessors();
    long joined = tokens > chunk ? tokens * Float.BYTES * model.config().hiddenSize() : 0;
    return host.trained(tokens, layers, each * logits, recompute)
        + host.attention(longest, threads)
        + joined;
  }

  /// Estimates what one token's activations take on libtorch's tape, which records by operation.
  private static long tapeBytesPerToken(CausalLm model, int layers, boolean recompute) {
    ModelConfig config = model.config();
    Dtype dtype = model.dtype();
    long width = config.hiddenSize();
    long query = config.attention().queryWidth();
    long keyValue = 2 * config.attention().keyWidth();
    long inDtype = 6 * width + 2 * query + keyValue + 5L * config.feedForward().intermediateSize();
    long inFloat = 5 * query + 4 * keyValue;
    long layer = inDtype * dtype.bytes() + inFloat * Float.BYTES;
    return recompute ? layer + layers * width * dtype.bytes() : layers * layer;
  }

  /// Returns the most that is taken at once: what is held, and the largest phase.
  public long total() {
    return sum(held) + phases.values().stream().mapToLong(b -> b).max().orElse(0);
  }

  private static long sum(Map<String, Long> bytes) {
    return bytes.values().stream().mapToLong(b -> b).sum();
  }

  /// Refuses a plan that does not fit.
  ///
  /// @throws BadInput naming the largest part and what to lower
  public void requireFits(String stage) {
    long available = Memory.available() + Memory.resident();
    if (available > Memory.resident() && total() > available) {
      throw new BadInput(
          "stage '"
              + stage
              + "' needs about "
              + gigabytes(total())
              + " of memory and "
              + gigabytes(available)
              + " is available ("
              + this
              + "); lower tokensPerDevice, promptsPerStep, groupSize or maxNewTokens, or take a"
              + " smaller model");
    }
  }

  /// Writes bytes as gigabytes, such as `1.25 GB`.
  public static String gigabytes(long bytes) {
    return String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
  }

  @Override
  public String toString() {
    String text = list(held, ", ");
    return phases.isEmpty() ? text : text + "; at a time " + list(phases, " or ");
  }

  private static String list(Map<String, Long> bytes, String separator) {
    return bytes.entrySet().stream()
        .map(e -> e.getKey() + ' ' + gigabytes(e.getValue()))
        .collect(Collectors.joining(separator));
  }
}
