package dev.tesuji.run;

import dev.tesuji.input.BadInput;
import dev.tesuji.model.CausalLm;
import dev.tesuji.model.Decoding;
import dev.tesuji.model.ModelConfig;
import dev.tesuji.optim.OptimizerConfig.Moments;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Memory;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// What a stage will take in memory, reckoned before it begins.
///
/// Weights, gradients, moments and the key-value cache are exact; activations are an estimate from
/// the model's dimensions.
///
/// @param bytes the parts, by name
public record MemoryPlan(Map<String, Long> bytes) {
  private static final long RUNTIME = 700L << 20; // the JVM, libtorch and their buffers
  private static final long LOGITS = 5L * 4 * (1 << 24); // a chunk of them with gradients

  /// Copies the map.
  public MemoryPlan {
    bytes = new LinkedHashMap<>(bytes);
  }

  /// What a training stage holds besides its weights.
  ///
  /// @param tokens tokens that go through the model at once
  /// @param rows completions that are generated at once; 0 where none are
  /// @param longest the longest sequence
  /// @param reference whether another model is held
  /// @param second whether another model is trained
  public record Load(int tokens, int rows, int longest, boolean reference, boolean second) {}

  /// Reckons a training stage.
  public static MemoryPlan training(
      CausalLm model, Load load, ComputeConfig compute, Moments moments) {
    ModelConfig config = model.config();
    long weights = model.parameterCount() * model.dtype().bytes();
    Map<String, Long> bytes = new LinkedHashMap<>();
    bytes.put("weights", weights);
    long trained = model.trainedCount();
    bytes.put("gradients", trained * model.dtype().bytes());
    boolean host = model.device().isCpu(); // elsewhere masters are whole copies, moments float32
    bool(bytes, model.dtype() != Dtype.FLOAT32, "master weights", trained * (host ? 2 : 4));
    bytes.put("moments", trained * (host && moments == Moments.BFLOAT16 ? 4 : 8));
    bool(bytes, load.reference(), "reference model", weights);
    long learned = bytes.values().stream().mapToLong(b -> b).sum();
    bool(bytes, load.second(), "second model", load.reference() ? learned - weights : learned);
    if (load.rows() > 0) {
      Decoding.Room room = new Decoding.Room(load.rows(), load.longest(), load.longest());
      bytes.put("generation", model.generationBytes(room, load.rows()));
    }
    bytes.put("activations", activationBytesPerToken(model, compute) * load.tokens());
    bytes.put("logits", Math.min(LOGITS, 20L * load.tokens() * config.vocabularySize()));
    bytes.put("runtime", RUNTIME);
    return new MemoryPlan(bytes);
  }

  /// Returns the plan with one more part, unless that is empty.
  public MemoryPlan with(String name, long size) {
    Map<String, Long> more = new LinkedHashMap<>(bytes);
    bool(more, size > 0, name, size);
    return new MemoryPlan(more);
  }

  private static void bool(Map<String, Long> bytes, boolean present, String name, long size) {
    if (present) {
      bytes.put(name, size);
    }
  }

  /// Estimates what one token's activations take while gradients are pending.
  static long activationBytesPerToken(CausalLm model, ComputeConfig compute) {
    ModelConfig config = model.config();
    Dtype dtype = model.dtype();
    long width = config.hiddenSize();
    long query = config.attention().queryWidth();
    long keyValue = 2 * config.attention().keyWidth();
    long inDtype = 6 * width + 2 * query + keyValue + 5L * config.feedForward().intermediateSize();
    long inFloat = 5 * query + 4 * keyValue;
    long layer = inDtype * dtype.bytes() + inFloat * Float.BYTES;
    return compute.gradientCheckpointing()
        ? layer + config.layers() * width * dtype.bytes()
        : config.layers() * layer;
  }

  /// Returns the sum of the parts.
  public long total() {
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
    StringBuilder text = new StringBuilder();
    bytes.forEach((name, size) ->
        text.append(text.isEmpty() ? "" : ", ").append(name).append(' ').append(gigabytes(size)));
    return text.toString();
  }
}
