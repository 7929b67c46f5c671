package dev.tesuji.nn;

import dev.tesuji.compute.Decoding;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.compute.TokenBatch;
import dev.tesuji.compute.TrainingPass;
import dev.tesuji.compute.cpu.CpuDecoding;
import dev.tesuji.compute.cpu.CpuScoring;
import dev.tesuji.compute.cpu.CpuTrainingPass;
import dev.tesuji.compute.cpu.CpuWeights;
import dev.tesuji.compute.torch.AutogradTrainingPass;
import dev.tesuji.compute.torch.BalanceLoss;
import dev.tesuji.compute.torch.KvCache;
import dev.tesuji.compute.torch.Pass;
import dev.tesuji.compute.torch.TorchDecoding;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.kernel.Rows;
import dev.tesuji.random.Rng;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A decoder that predicts the next token, with the weights it owns.
///
/// One implementation serves training, scoring and sampling, so that the log-probabilities of the
/// three agree. Close it to free the weights.
public final class CausalLm implements AutoCloseable {
  private final ModelConfig config;
  private final Parameters parameters;
  private final Rotary rotary;
  private final Tensor embedding; // [V, C]
  private final List<DecoderLayer> layers = new ArrayList<>();
  private final Tensor norm; // [C]
  private final Tensor head; // [V, C]; the embedding itself when tied
  private Dtype product;
  private @Nullable Lora lora;

  /// Makes a decoder whose weights are undefined until they are read or [#initialise]d.
  ///
  /// @param dtype the type that the weights have and the model computes in
  public CausalLm(ModelConfig config, Dtype dtype, Device device) {
    this(config, new Parameters(dtype, device));
  }

  /// Makes a decoder that has no weights and takes no memory, to reckon with before there are any:
  /// its parameters have shapes, and it says of itself what one with weights would. Nothing can be
  /// computed with it.
  ///
  /// @param dtype the type that it would compute in
  /// @param device where it would compute; need not exist
  public static CausalLm planned(ModelConfig config, Dtype dtype, Device device) {
    return new CausalLm(config, new Parameters(dtype, device, Device.META));
  }

  private CausalLm(ModelConfig config, Parameters parameters) {
    this.config = config;
    this.parameters = parameters;
    product = parameters.dtype();
    rotary = new Rotary(config.rope(), config.attention().rotaryDim());
    embedding =
        parameters.make("model.embed_tokens.weight", config.vocabularySize(), config.hiddenSize());
    for (int i = 0; i < config.layers(); i++) {
      layers.add(new DecoderLayer(parameters, config, i));
    }
    norm = parameters.make("model.norm.weight", config.hiddenSize());
    head =
        config.tiedEmbeddings()
            ? embedding
            : parameters.make("lm_head.weight", config.vocabularySize(), config.hiddenSize());
  }

  /// Draws fresh weights: matrices from N(0, 0.02²), norms 1, biases 0.
  public void initialise(long seed) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      long stream = 0;
      for (Parameter p : parameters.all()) {
        stream++;
        String name = p.parts().getFirst().name();
        if (name.endsWith("norm.weight")) {
          p.tensor().fill_(1);
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

  /// Counts the weights.
  public long parameterCount() {
    return parameters.all().stream().mapToLong(p -> p.tensor().elements()).sum();
  }

  /// Returns the type that the model computes in.
  public Dtype dtype() {
    return parameters.dtype();
  }

  /// Returns the type that matrix products are computed in, with float32 sums: the weights' own
  /// unless [#multiplyIn] says otherwise.
  public Dtype product() {
    return product;
  }

  /// Lets matrix products round their factors to a type, where this machine multiplies faster in
  /// it; weights, norms, attention and all sums stay as they are.
  public void multiplyIn(Dtype type) {
    product = type;
  }

  /// Returns where the model computes.
  public Device device() {
    return parameters.device();
  }

  /// Lays sequences end to end for this model, beginnings that several of them share once where it
  /// can read that.
  ///
  /// @param shareable how many tokens at the beginning of each may be shared, fewer than it has
  public TokenBatch batch(List<int[]> sequences, int[] shareable) {
    return onHost()
        ? TokenBatch.sharing(sequences, shareable, device())
        : TokenBatch.of(sequences, device());
  }

  /// Reads whole sequences: returns the hidden states `[N, C]` from which [#logits] predicts each
  /// token's successor.
  public Tensor hidden(TokenBatch batch) {
    return onHost()
        ? CpuScoring.hidden(this, batch)
        : through(embed(batch.ids()), whole(batch, null));
  }

  /// Reads whole sequences so that a gradient can be taken back through them.
  public TrainingPass read(TokenBatch batch, TrainingPass.Settings settings) {
    if (onHost()) {
      return new CpuTrainingPass(this, batch, settings.recompute());
    }
    BalanceLoss loss =
        settings.balance() == 0 || loads().isEmpty() ? null : new BalanceLoss(settings.balance());
    return new AutogradTrainingPass(this, batch.ids(), whole(batch, loss), settings);
  }

  private Pass.Whole whole(TokenBatch batch, @Nullable BalanceLoss balance) {
    return new Pass.Whole(batch, angles(batch.positions()), balance);
  }

  /// Returns the loads of the experts; empty where the model has none.
  public ExpertLoads loads() {
    return parameters.loads();
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
    lora = new Lora(config, choice, parameters, seed);
    return lora;
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
    }
  }

  /// Returns the embeddings of tokens without history, to collect a gradient where they are
  /// trained.
  public Tensor embed(Tensor ids) {
    try (NoGrad _ = NoGrad.on()) {
      return embedding.embedding(ids).requiresGrad(embedding.requiresGrad());
    }
  }

  /// Adds a gradient `[N, C]` at the embeddings of tokens to theirs.
  public void embedBackward(Tensor ids, Tensor gradient) {
    if (embedding.requiresGrad()) {
      try (NoGrad _ = NoGrad.on()) {
        embedding.startedGrad().indexAdd_(0, ids, gradient);
      }
    }
  }

  /// Adds a gradient at the embeddings of tokens, float32 `[N, C]`, to theirs.
  public void embedBackwardOnHost(int[] ids, Tensor gradient) {
    if (embedding.requiresGrad()) {
      Rows.add(Kernels.address(gradient), ids, embedding.startedGrad(), config.vocabularySize());
    }
  }

  /// Returns the embeddings of tokens, float32 `[N, C]`.
  public Tensor embedOnHost(int[] ids) {
    int width = config.hiddenSize();
    Tensor x = Tensor.empty(Dtype.FLOAT32, ids.length, width);
    Rows.gather(Kernels.address(embedding), dtype(), width, ids, Kernels.address(x));
    return x;
  }

  /// Says whether whole sequences go through kernels of our own: not past adapters that stand
  /// beside projections.
  public boolean onHost() {
    return (lora == null || !lora.isOn()) && CpuWeights.canRun(this);
  }

  public Rotary rotary() {
    return rotary;
  }

  public Rotary.Angles angles(int[] positions) {
    return rotary.angles(positions, device());
  }

  public Tensor norm() {
    return norm;
  }

  public Tensor head() {
    return head;
  }

  public List<DecoderLayer> layers() {
    return layers;
  }

  public Tensor lastNorm(Tensor x) {
    return x.rmsNorm(norm, config.normEpsilon());
  }

  /// Starts to generate.
  public Decoding decoding(DecodingCapacity room) {
    return CpuWeights.canRun(this) ? new CpuDecoding(this, room) : new TorchDecoding(this, room);
  }

  /// Returns the bytes that generation takes besides the weights.
  ///
  /// @param prompts how many prompts are in use at once
  public long generationBytes(DecodingCapacity room, int prompts) {
    if (CpuWeights.canRun(this)) {
      return CpuDecoding.bytes(this, room, prompts);
    }
    int capacity = room.longestPrompt() + room.newTokens();
    return KvCache.bytes(config, room.rows(), capacity, Dtype.FLOAT32);
  }

  /// Predicts: maps hidden states `[N, C]` to float32 logits `[N, V]`.
  public Tensor logits(Tensor hidden) {
    return onHost() ? CpuScoring.logits(this, hidden) : hidden.linear(head, null).to(Dtype.FLOAT32);
  }

  /// Takes a gradient back through [#logits]: adds the head's share to its gradient, without ever
  /// making a second matrix of its size, and returns the gradient at the hidden states.
  ///
  /// @param gradient of the loss at the logits, float32 `[N, V]`
  /// @param hidden what the logits were made from, `[N, C]`
  public Tensor logitsBackward(Tensor gradient, Tensor hidden) {
    try (NoGrad _ = NoGrad.on()) {
      if (onHost()) {
        return CpuScoring.logitsBackward(this, gradient, hidden);
      }
      Tensor narrow = gradient.to(dtype());
      if (head.requiresGrad()) {
        head.startedGrad().addmm_(narrow.transpose(0, 1), hidden);
      }
      return narrow.matmul(head);
    }
  }

  @Override
  public void close() {
    if (lora != null) {
      lora.close();
    }
    parameters.close();
  }

  /// Takes embeddings `[N, C]` through all layers and the last norm.
  public Tensor through(Tensor embedded, Pass pass) {
    Tensor x = embedded;
    for (DecoderLayer layer : layers) {
      x = layer.forward(x, pass);
    }
    return lastNorm(x);
  }
}
