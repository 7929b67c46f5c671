package dev.tesuji.nn;

import static java.util.Objects.requireNonNull;

import dev.tesuji.compute.Compute;
import dev.tesuji.compute.Decoding;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.compute.TokenBatch;
import dev.tesuji.compute.TrainingPass;
import dev.tesuji.kernel.BlockPanels;
import dev.tesuji.nn.ModelConfig.RopeConfig;
import dev.tesuji.random.Rng;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A decoder that predicts the next token: the weights, which it owns, and the [Compute] that reads
/// them.
///
/// One compute serves training, scoring and sampling, so that the log-probabilities of the three
/// agree. Close it to free the weights.
public final class CausalLm implements AutoCloseable {
  private final ModelConfig config;
  private final Parameters parameters;
  private final Map<RopeConfig, Rotary> rotaries = new LinkedHashMap<>();
  private final Tensor embedding; // [V, C]
  private final List<DecoderLayer> layers = new ArrayList<>();
  private final Tensor norm; // [C]
  private final Tensor head; // [V, C]; the embedding itself when tied
  private final Compute plain;
  private @Nullable Lora lora;
  private @Nullable Compute adapted; // while there are adapters

  /// Makes a decoder whose weights are undefined until they are read or [#initialise]d.
  ///
  /// @param parameters takes the weights, none as yet; closed with the decoder
  /// @param computes chooses who computes with them
  public CausalLm(ModelConfig config, Parameters parameters, ComputeFactory computes) {
    this.config = config;
    this.parameters = parameters;
    addRotary(config.rope());
    embedding =
        parameters.make("model.embed_tokens.weight", config.vocabularySize(), config.hiddenSize());
    for (int i = 0; i < config.layers(); i++) {
      layers.add(DecoderLayer.of(parameters, config, i));
      addRotary(config.sight(i).rope());
    }
    norm = parameters.make("model.norm.weight", config.hiddenSize());
    head =
        config.tiedEmbeddings()
            ? embedding
            : parameters.make("lm_head.weight", config.vocabularySize(), config.hiddenSize());
    plain = computes.of(this);
  }

  private void addRotary(@Nullable RopeConfig rope) {
    if (rope != null) {
      rotaries.computeIfAbsent(rope, r -> new Rotary(r, config.rotaryDim()));
    }
  }

  /// Draws fresh weights: matrices from N(0, 0.02²), biases 0, norms so that they multiply by 1.
  public void initialise(long seed) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      long stream = 0;
      for (Parameter p : parameters.all()) {
        stream++;
        String name = p.parts().getFirst().name();
        if (name.endsWith("norm.weight")) {
          p.tensor().fill_(config.stream().normsFromOne() ? 0 : 1);
        } else if (name.endsWith("bias")) {
          p.tensor().zero_();
        } else {
          fillNormal(p.tensor(), seed, stream);
        }
      }
    }
  }

  private static void fillNormal(Tensor matrix, long seed, long stream) {
    int rows = Math.toIntExact(matrix.size(0));
    int columns = Math.toIntExact(matrix.size(1));
    int block = Math.max(1, (1 << 18) / columns); // rows at a time: 1 MiB
    long rowSeed = Rng.derive(seed, stream);
    for (int start = 0; start < rows; start += block) {
      int first = start;
      int count = Math.min(block, rows - start);
      float[] values = new float[count * columns];
      IntStream.range(0, count)
          .parallel()
          .forEach(i -> {
            float[] row = new float[columns];
            Rng.fillNormal(row, 0.02, rowSeed, first + i);
            System.arraycopy(row, 0, values, i * columns, columns);
          });
      try (Scope _ = Scope.open()) {
        matrix.narrow(0, start, count).copy_(Tensor.of(values, count, columns));
      }
    }
  }

  /// Returns the dimensions.
  public ModelConfig config() {
    return config;
  }

  /// Returns the weights in a fixed order: the embedding, the layers, the last norm, the head.
  public List<Parameter> parameters() {
    return parameters.all();
  }

  /// Returns those that training moves: the adapters' where there are any.
  public List<Parameter> trained() {
    if (lora != null) {
      return lora.trained();
    }
    return parameters.all().stream().filter(Parameter::trained).toList();
  }

  /// Counts the weights that training moves.
  public long trainedCount() {
    return trained().stream().mapToLong(p -> p.tensor().elements()).sum();
  }

  /// Returns the bytes of the weights.
  public long weightBytes() {
    return parameters.all().stream().map(Parameter::tensor).mapToLong(this::bytes).sum();
  }

  private long bytes(Tensor weight) {
    BlockPanels kept = parameters.blocks(weight);
    return kept == null ? weight.elements() * dtype().bytes() : kept.storedBytes();
  }

  /// Returns a matrix that is kept in blocks, whose tensor has a shape and no values; null for one
  /// that is not.
  public @Nullable BlockPanels blocks(Tensor matrix) {
    return parameters.blocks(matrix);
  }

  /// Returns whether some matrices are kept in blocks, so that the model computes and is not
  /// trained or saved.
  public boolean isInBlocks() {
    return parameters.all().stream().anyMatch(p -> parameters.blocks(p.tensor()) != null);
  }

  /// Returns the bytes of the gradients of what training moves.
  public long gradientBytes() {
    return trainedCount() * dtype().bytes();
  }

  /// Counts the weights.
  public long parameterCount() {
    return parameters.all().stream().mapToLong(p -> p.tensor().elements()).sum();
  }

  /// Returns the type that the model computes in.
  public Dtype dtype() {
    return parameters.dtype();
  }

  /// Returns where the model computes.
  public Device device() {
    return parameters.device();
  }

  /// Returns who computes: with the adapters, where there are any and they are not silenced.
  public Compute compute() {
    return adapted != null && hasAdaptersOn() ? adapted : plain;
  }

  private boolean hasAdaptersOn() {
    return lora != null && lora.isOn();
  }

  /// Returns the type that matrix products are computed in ([Compute#product]).
  public Dtype product() {
    return compute().product();
  }

  /// Lays sequences end to end for this model ([Compute#batch]).
  ///
  /// @param shareable how many tokens at the beginning of each may be shared, fewer than it has
  public TokenBatch batch(List<int[]> sequences, int[] shareable) {
    return compute().batch(sequences, shareable);
  }

  /// Reads whole sequences: returns the hidden states `[N, C]` ([Compute#hidden]).
  public Tensor hidden(TokenBatch batch) {
    return compute().hidden(batch);
  }

  /// Reads whole sequences so that a gradient can be taken back through them.
  public TrainingPass trainingPass(TokenBatch batch, TrainingPass.Settings settings) {
    return compute().trainingPass(batch, settings);
  }

  /// Predicts: maps hidden states `[N, C]` to float32 logits `[N, V]`.
  public Tensor logits(Tensor hidden) {
    return compute().logits(hidden);
  }

  /// Takes a gradient back through [#logits] ([Compute#logitsBackward]).
  ///
  /// @param gradient of the loss at the logits, float32 `[N, V]`
  /// @param hidden what the logits were made from, `[N, C]`
  public Tensor logitsBackward(Tensor gradient, Tensor hidden) {
    return compute().logitsBackward(gradient, hidden);
  }

  /// Starts to generate.
  public Decoding decoding(DecodingCapacity capacity) {
    return decoding(capacity, List.of());
  }

  /// Starts to generate, with adapters of which each row may have one; they need not be attached.
  ///
  /// @throws IllegalStateException when there are some and [Compute#takesAdapters] does not hold
  public Decoding decoding(DecodingCapacity capacity, List<Lora> beside) {
    if (capacity.eightBit() && !compute().takesEightBits()) {
      throw new IllegalStateException("this model's arithmetic does not round weights to 8 bits");
    }
    return compute().decoding(capacity, beside.stream().map(Lora::weights).toList());
  }

  /// Returns the loads of the experts; empty where the model has none.
  public ExpertLoads loads() {
    return parameters.loads();
  }

  /// Returns the checkpoint names without `.weight` of all projections that could have adapters.
  public List<String> projections() {
    return parameters.projections().stream()
        .flatMap(linear -> linear.parts().stream())
        .map(Parameter.Part::module)
        .toList();
  }

  /// Freezes the weights and adds fresh low-rank adapters, which are trained instead.
  ///
  /// @throws IllegalArgumentException when the settings name a projection that the model lacks
  public Lora adapt(LoraConfig config, long seed) {
    return adapt(config, config::size, seed);
  }

  /// Adds low-rank adapters to the projections that are chosen; the settings are what they are
  /// saved with.
  ///
  /// @throws IllegalArgumentException when the settings name something that the model lacks
  public Lora adapt(LoraConfig config, Lora.Choice choice, long seed) {
    if (lora != null) {
      throw new IllegalStateException("the model has adapters already");
    }
    Lora added = new Lora(config, choice, parameters, seed);
    lora = added;
    adapted = plain.withAdapters();
    return added;
  }

  /// Takes the adapters away, so that the model is its base; whoever takes them closes them.
  ///
  /// @throws IllegalStateException when there are none, or they are with modules that are whole
  public Lora detachAdapters() {
    Lora taken = lora;
    if (taken == null || !taken.whole().isEmpty()) {
      throw new IllegalStateException("the model must have adapters, and no whole modules");
    }
    taken.detach();
    lora = null;
    adapted = null;
    return taken;
  }

  /// Puts adapters that were taken away beside the weights again.
  public void attach(Lora adapters) {
    if (lora != null) {
      throw new IllegalStateException("the model has adapters already");
    }
    adapters.attach();
    lora = adapters;
    adapted = plain.withAdapters();
  }

  /// Returns the adapters; null where there are none.
  public @Nullable Lora lora() {
    return lora;
  }

  /// Makes the model its base until the result is closed.
  public Lora.Silence withoutAdapters() {
    if (lora == null) {
      throw new IllegalStateException("the model has no adapters");
    }
    return lora.silence();
  }

  /// Adds the adapters into the weights, after which there are none.
  public void mergeAdapters() {
    if (lora != null) {
      for (Linear projection : parameters.projections()) {
        lora.mergeInto(projection);
        projection.alone();
      }
      lora.close();
      lora = null;
      adapted = null;
    }
  }

  /// Returns the embedding `[V, C]`.
  public Tensor embedding() {
    return embedding;
  }

  /// Returns the layers, from the embedding to the head.
  public List<DecoderLayer> layers() {
    return Collections.unmodifiableList(layers);
  }

  /// Returns the weight of the last norm, `[C]`.
  public Tensor norm() {
    return norm;
  }

  /// Returns the output projection `[V, C]`: the embedding itself where they are tied.
  public Tensor head() {
    return head;
  }

  /// Returns how positions turn queries and keys, in layers that do not say otherwise.
  public Rotary rotary() {
    return requireNonNull(rotaries.get(config.rope()));
  }

  /// Returns all ways in which positions turn queries and keys.
  public Map<RopeConfig, Rotary> rotaries() {
    return Collections.unmodifiableMap(rotaries);
  }

  @Override
  public void close() {
    if (lora != null) {
      lora.close();
    }
    parameters.close();
  }
}
