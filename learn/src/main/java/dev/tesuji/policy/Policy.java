package dev.tesuji.policy;

import dev.tesuji.kernel.Profile;
import dev.tesuji.model.CausalLm;
import dev.tesuji.model.ExpertLoads;
import dev.tesuji.model.Lora;
import dev.tesuji.model.Reading;
import dev.tesuji.model.TokenBatch;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Scores sequences under a model, with or without gradients.
///
/// Logits are made for scored tokens only and in chunks, each of which goes through the loss and
/// back before the next is made: the `[N, V]` logits of a whole batch never exist.
public final class Policy {
  /// The most logits that exist at once: 64 MiB in float32.
  private static final int CHUNK_LOGITS = 1 << 24;

  private final CausalLm model;
  private final double temperature;
  private final ComputeConfig compute;
  private final boolean base;

  /// Makes a scorer.
  ///
  /// @param temperature divides the logits, as it did when the tokens were sampled
  /// @param compute how gradients are taken
  public Policy(CausalLm model, double temperature, ComputeConfig compute) {
    this(model, temperature, compute, false);
  }

  private Policy(CausalLm model, double temperature, ComputeConfig compute, boolean base) {
    this.base = base;
    this.model = model;
    this.temperature = temperature;
    this.compute = compute;
  }

  /// Makes a scorer of a model without its adapters.
  public static Policy ofBase(CausalLm model, double temperature) {
    return new Policy(model, temperature, ComputeConfig.DEFAULT, true);
  }

  /// Makes a scorer with the usual way of taking gradients.
  public Policy(CausalLm model, double temperature) {
    this(model, temperature, ComputeConfig.DEFAULT);
  }

  /// What a loss sees of some scored tokens, which lie side by side in the batch.
  ///
  /// @param logProbs log π of the tokens, float32 `[n]`, with gradient
  /// @param entropies of the distributions that they were predicted from, in nats, float32 `[n]`,
  ///   with gradient
  /// @param from the number of the first of them among the scored tokens of the batch
  public record Tokens(Tensor logProbs, Tensor entropies, int from) {
    /// Returns n.
    public int count() {
      return (int) logProbs.size(0);
    }

    /// Takes the same tokens' entries of a number per scored token of the batch, as `[n]`.
    public Tensor of(float[] perToken) {
      return Tensor.of(Arrays.copyOfRange(perToken, from, from + count())).to(logProbs.device());
    }
  }

  /// A loss that is a sum over tokens: the whole is the sum of its parts.
  @FunctionalInterface
  public interface TokenLoss {
    /// Returns the scalar loss of some tokens.
    Tensor of(Tokens tokens);
  }

  /// Per scored token, end to end in the order of the sequences.
  ///
  /// @param logProbs log π
  /// @param entropies the entropy of the distribution that the token was predicted from, in nats
  /// @param best whether the token was the most likely one
  /// @param loss the sum of the losses
  public record Scores(float[] logProbs, float[] entropies, boolean[] best, double loss) {}

  /// A part of the sequences of an update, which goes through the model at once.
  ///
  /// @param sequences the part
  /// @param share its share of the update's sequences, for losses that are means over those
  /// @param dropout decides what dropout drops; every part of a run has its own number
  public record Micro(List<TokenSequence> sequences, double share, long dropout) {
    /// Makes a part that is the whole update.
    public static Micro whole(List<TokenSequence> sequences) {
      return new Micro(sequences, 1, 0);
    }
  }

  /// Adds the gradient of the loss over these sequences to the model's parameters.
  public Scores backward(Micro micro, TokenLoss loss) {
    List<TokenSequence> sequences = micro.sequences();
    double balance = compute.balanceLoss() * micro.share() / sequences.size();
    Reading.Way way = new Reading.Way(compute.gradientCheckpointing(), balance, micro.dropout());
    try (Scope _ = Scope.open()) {
      TokenBatch batch = batch(sequences);
      return backward(batch, way, sequences, loss);
    }
  }

  private Scores backward(
      TokenBatch batch, Reading.Way way, List<TokenSequence> sequences, TokenLoss loss) {
    try (Reading reading = forward(batch, way)) {
      Tensor rows = scoredRows(sequences, batch, model.device());
      Tensor hidden = reading.hidden().indexSelect(0, rows);
      Tensor targets = targets(sequences);
      Collector collector = new Collector(targets.elements());
      List<Tensor> gradients = new ArrayList<>();
      try (Scope chunks = Scope.open()) {
        for (int from = 0; from < collector.size(); from += chunk()) {
          int n = Math.min(chunk(), collector.size() - from);
          Chunk chunk = new Chunk(hidden.narrow(0, from, n), targets.narrow(0, from, n), from);
          gradients.add(chunks.keep(backward(chunk, loss, collector)));
        }
      }
      if (!gradients.isEmpty()) {
        Tensor whole = Tensor.zeros(hidden.dtype(), batch.tokens(), hidden.size(1));
        whole = whole.to(hidden.device()).indexCopy_(0, rows, Tensor.cat(gradients, 0));
        try (Profile.Span _ = Profile.span("backward")) {
          reading.backward(whole);
        }
      }
      return collector.scores();
    }
  }

  private Reading forward(TokenBatch batch, Reading.Way way) {
    try (Profile.Span _ = Profile.span("forward")) {
      return model.read(batch, way);
    }
  }

  /// Some of the scored tokens of a batch.
  ///
  /// @param hidden the hidden states that predict them, `[n, C]`
  /// @param targets the tokens, int64 `[n]`
  /// @param from the number of the first of them
  private record Chunk(Tensor hidden, Tensor targets, int from) {}

  /// Takes a chunk through the loss and back, and returns the gradient at its hidden states.
  private Tensor backward(Chunk chunk, TokenLoss loss, Collector collector) {
    try (Scope scope = Scope.open();
        Profile.Span _ = Profile.span("head and loss")) {
      TokenScores scores = scores(chunk.hidden(), chunk.targets());
      Tensor logProbs = scores.logProbs().detach().requiresGrad(true);
      Tensor entropies = scores.entropies().detach().requiresGrad(true);
      Tensor value = loss.of(new Tokens(logProbs, entropies, chunk.from()));
      value.backward();
      collector.add(chunk.from(), scores, value.item());
      Tensor gradient =
          scores.gradient(logProbs.grad(), entropies.hasGrad() ? entropies.grad() : null);
      return scope.keep(model.logitsBackward(gradient, chunk.hidden()));
    }
  }

  /// Scores sequences without gradients.
  public Scores score(List<TokenSequence> sequences) {
    if (!base) {
      return scores(sequences);
    }
    try (Lora.Silence _ = model.withoutAdapters()) {
      return scores(sequences);
    }
  }

  private Scores scores(List<TokenSequence> sequences) {
    try (Scope _ = Scope.open();
        Profile.Span _ = Profile.span("log-probs");
        NoGrad _ = NoGrad.on()) {
      TokenBatch batch = batch(sequences);
      Tensor rows = scoredRows(sequences, batch, model.device());
      Tensor hidden = model.hidden(batch).indexSelect(0, rows);
      Tensor targets = targets(sequences);
      Collector collector = new Collector(targets.elements());
      for (int from = 0; from < collector.size(); from += chunk()) {
        int n = Math.min(chunk(), collector.size() - from);
        try (Scope _ = Scope.open()) {
          collector.add(from, scores(hidden.narrow(0, from, n), targets.narrow(0, from, n)), 0);
        }
      }
      return collector.scores();
    }
  }

  /// Returns how tokens were spread over experts since the last [#afterUpdate]; empty where the
  /// model has none.
  public List<ExpertLoads.Load> loads() {
    return model.loads().loads();
  }

  /// Evens out the loads of experts after an update, where the settings ask for it.
  public void afterUpdate() {
    if (compute.biasUpdateRate() > 0) {
      model.loads().evenOut(compute.biasUpdateRate());
    }
    model.loads().reset();
  }

  private TokenScores scores(Tensor hidden, Tensor targets) {
    try (NoGrad _ = NoGrad.on()) {
      return TokenScores.of(model.logits(hidden), targets, temperature);
    }
  }

  private int chunk() {
    return Math.max(64, CHUNK_LOGITS / model.config().vocabularySize());
  }

  private TokenBatch batch(List<TokenSequence> sequences) {
    return TokenBatch.of(sequences.stream().map(TokenSequence::ids).toList(), model.device());
  }

  /// Returns which tokens of the batch predict scored tokens, int64 `[n]`.
  private static Tensor scoredRows(List<TokenSequence> sequences, TokenBatch batch, Device device) {
    int[] starts = batch.starts();
    int[] rows = new int[sequences.stream().mapToInt(TokenSequence::scored).sum()];
    int at = 0;
    for (int i = 0; i < starts.length; i++) {
      for (int t : sequences.get(i).targets()) {
        rows[at++] = starts[i] + t - 1;
      }
    }
    return Tensor.of(rows, rows.length).to(device);
  }

  private Tensor targets(List<TokenSequence> sequences) {
    int[] targets = sequences.stream().flatMapToInt(s -> Arrays.stream(s.targetIds())).toArray();
    return Tensor.of(targets, targets.length).to(model.device());
  }

  /// Gathers what the chunks found.
  private static final class Collector {
    private final float[] logProbs;
    private final float[] entropies;
    private final boolean[] best;
    private double loss;

    Collector(long size) {
      logProbs = new float[Math.toIntExact(size)];
      entropies = new float[logProbs.length];
      best = new boolean[logProbs.length];
    }

    int size() {
      return logProbs.length;
    }

    void add(int from, TokenScores chunk, double chunkLoss) {
      float[] l = chunk.logProbs().toFloats();
      float[] h = chunk.entropies().toFloats();
      float[] highest = chunk.highest().toFloats();
      System.arraycopy(l, 0, logProbs, from, l.length);
      System.arraycopy(h, 0, entropies, from, h.length);
      for (int i = 0; i < l.length; i++) {
        best[from + i] = l[i] >= highest[i];
      }
      loss += chunkLoss;
    }

    Scores scores() {
      return new Scores(logProbs, entropies, best, loss);
    }
  }
}
