package dev.tesuji.train;

import dev.tesuji.check.BadInput;
import dev.tesuji.compute.ComputeMemory;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.generate.GenerationMemory;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.optim.GradientTree;
import dev.tesuji.optim.OptimizerConfig.Moments;
import dev.tesuji.optim.OptimizerMemory;
import dev.tesuji.policy.ComputeConfig;
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
  private static final long GRADING = 25L << 20; // and where answers that it draws are graded

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
  public record Drawing(int rows, int prompts, int longestPrompt, int newTokens) {
    private long bytes(CausalLm model) {
      DecodingCapacity capacity = new DecodingCapacity(rows, longestPrompt, newTokens);
      return new GenerationMemory(capacity, prompts).bytes(model);
    }
  }

  /// Reckons a training stage.
  public static MemoryPlan training(
      CausalLm model, Load load, ComputeConfig compute, Moments moments) {
    long weights = model.weightBytes();
    Map<String, Long> held = new LinkedHashMap<>();
    held.put("weights", weights);
    OptimizerMemory optimizer = OptimizerMemory.of(model, moments);
    put(held, optimizer.masters() > 0, "master weights", optimizer.masters());
    held.put("moments", optimizer.moments());
    put(held, load.reference(), "reference model", weights);
    long learned = sum(held) - (load.reference() ? weights : 0);
    put(held, load.second(), "second model", learned);
    held.put("runtime", RUNTIME + LEARNING + (load.drawing() == null ? 0 : GRADING));
    Map<String, Long> phases = new LinkedHashMap<>();
    if (load.drawing() != null) {
      phases.put("generation", load.drawing().bytes(model));
    }
    boolean once = load.once() && compute.leaves() <= 1;
    long sums = once ? 0 : optimizer.gradientSums();
    long waiting = GradientTree.waiting(compute.leaves()) * model.trainedCount() * Float.BYTES;
    long gradients = model.gradientBytes() + sums + waiting;
    long pass = pass(model, compute, load, gradients, once);
    phases.put("training", pass + (load.second() ? gradients - waiting : 0));
    return new MemoryPlan(held, phases);
  }

  /// Reckons the largest pass with the gradients beside it.
  private static long pass(
      CausalLm model, ComputeConfig compute, Load load, long gradients, boolean once) {
    int layers = model.config().layers();
    long all = activations(model, compute, load.tokens(), load.longest(), layers);
    if (!once) {
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
  ///
  /// @param drawing what is generated; null where another machine does that
  public static MemoryPlan generation(CausalLm model, @Nullable Drawing drawing) {
    Map<String, Long> held = new LinkedHashMap<>();
    held.put("weights", model.weightBytes());
    held.put("runtime", RUNTIME);
    return new MemoryPlan(
        held, drawing == null ? Map.of() : Map.of("generation", drawing.bytes(model)));
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

  /// Returns the plan of work whose phases run beside each other.
  public MemoryPlan atOnce() {
    return phases.isEmpty()
        ? this
        : new MemoryPlan(held, Map.of(String.join(" with ", phases.keySet()), sum(phases)));
  }

  /// Reckons what tokens take on their way through some layers and the head, and back.
  static long activations(
      CausalLm model, ComputeConfig compute, long tokens, long longest, int layers) {
    ComputeMemory.TrainingLoad load =
        new ComputeMemory.TrainingLoad(tokens, longest, layers, compute.gradientCheckpointing());
    return model.compute().memory().activations(load);
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
