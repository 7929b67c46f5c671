package dev.tesuji.policy;

import dev.tesuji.compute.Compute;
import dev.tesuji.compute.TokenBatch;
import dev.tesuji.compute.TokenScores;
import dev.tesuji.compute.TrainingPass;
import dev.tesuji.compute.choice.TokenMaths;
import dev.tesuji.kernel.Profile;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.Lora;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.tokenized.TokenSequence;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/// Scores sequences under a model, with or without gradients.
///
/// Logits are made for scored tokens only and in chunks, each of which goes through the loss and
/// back before the next is made: the `[N, V]` logits of a whole batch never exist.
public final class Policy {
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

  /// Returns the number that divides the logits.
  public double temperature() {
    return temperature;
  }

  /// Returns how gradients are taken.
  public ComputeConfig compute() {
    return compute;
  }

  /// Returns the precision of the model where it draws tokens, and where it scores them.
  public SamplerPrecision samplerPrecision() {
    return SamplerPrecision.of(model, compute.rollouts());
  }

  /// Scored tokens that lie side by side in the batch, as a loss sees them.
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

    /// Takes what it needs of all tokens of a pass before it is asked for the loss of some.
    ///
    /// @param logProbs computes log π of all scored tokens, end to end
    default void prepare(Supplier<float[]> logProbs) {}
  }

  /// A token loss that is plain data, so that another process can compute it.
  public interface PlainLoss extends TokenLoss, Serializable {}

  /// A token loss whose gradient at the log-probabilities is known: that times log π.
  ///
  /// @param gradient per scored token, end to end
  public record LinearLoss(float[] gradient) implements PlainLoss {
    private static final long serialVersionUID = 1;

    @Override
    public Tensor of(Tokens tokens) {
      return tokens.logProbs().mul(tokens.of(gradient)).sum();
    }
  }

  /// A loss of all log-probabilities of a part together, such as one of whole sequences.
  @FunctionalInterface
  public interface JointLoss {
    /// Returns the gradient of the loss at the log-probability of each scored token.
    ///
    /// @param logProbs log π of the scored tokens of all sequences, end to end
    float[] gradient(float[] logProbs);
  }

  /// A loss of whole distributions that is a sum over tokens.
  @FunctionalInterface
  public interface LogitsLoss {
    /// Returns the loss of some scored tokens, and its gradient at their logits.
    ///
    /// @param logits what predicts them, float32 `[n, V]`, as the model makes them; may be
    ///   overwritten
    /// @param from the number of the first of them among the scored tokens of the batch
    AtLogits of(Tensor logits, int from);
  }

  /// A loss with its gradient.
  ///
  /// @param loss the loss of some tokens
  /// @param gradient that at their logits, float32 `[n, V]`
  public record AtLogits(double loss, Tensor gradient) {}

  /// Per scored token, end to end in the order of the sequences.
  ///
  /// @param logProbs log π
  /// @param entropies the entropy of the distribution that the token was predicted from, in nats
  /// @param best whether the token was the most likely one
  /// @param loss the sum of the losses
  public record Scores(float[] logProbs, float[] entropies, boolean[] best, double loss)
      implements Serializable {
    private static final long serialVersionUID = 1;
  }

  /// A part of the sequences of an update, which goes through the model at once.
  ///
  /// @param sequences the part
  /// @param share its share of the update's sequences, for losses that are means over those
  /// @param dropout decides what dropout drops; every part of a run has its own number
  public record Micro(List<TokenSequence> sequences, double share, long dropout)
      implements Serializable {
    private static final long serialVersionUID = 1;

    /// Makes a part that is the whole update.
    public static Micro whole(List<TokenSequence> sequences) {
      return new Micro(sequences, 1, 0);
    }

    /// Makes a part of an update.
    ///
    /// @param of how many sequences the update has in all
    /// @param dropout decides what dropout drops
    public static Micro of(List<TokenSequence> part, int of, long dropout) {
      return new Micro(part, (double) part.size() / of, dropout);
    }
  }

  /// Adds the gradient of the loss over these sequences to the model's parameters.
  public Scores backward(Micro micro, TokenLoss loss) {
    ScoreBuffer buffer = new ScoreBuffer(scored(micro.sequences()));
    try (Pass pass = new Pass(micro)) {
      loss.prepare(pass::logProbs);
      for (Chunk chunk : pass.chunks()) {
        try (Scope scope = Scope.open();
            Profile.Span _ = Profile.span("head and loss")) {
          TokenScores scores = scores(chunk.hidden(), chunk.targets());
          Tensor logProbs = scores.logProbs().detach().requiresGrad(true);
          Tensor entropies = scores.entropies().detach().requiresGrad(true);
          Tensor value = loss.of(new Tokens(logProbs, entropies, chunk.from()));
          value.backward();
          buffer.add(chunk.from(), scores, value.item());
          Tensor gradient =
              scores.gradient(logProbs.grad(), entropies.hasGrad() ? entropies.grad() : null);
          pass.add(scope.keep(model.logitsBackward(gradient, chunk.hidden())));
        }
      }
      pass.backward();
    }
    return buffer.scores();
  }

  /// Adds the gradient of a loss that looks at all of these sequences at once: their tokens are
  /// scored first, and then go back. The loss in the result is 0.
  public Scores backwardJointly(Micro micro, JointLoss loss) {
    Scores scores = backward(micro, new Linear(loss));
    return new Scores(scores.logProbs(), scores.entropies(), scores.best(), 0);
  }

  /// A joint loss, whose gradient is found before it is asked for.
  private static final class Linear implements TokenLoss {
    private final JointLoss joint;
    private LinearLoss found = new LinearLoss(new float[0]);

    Linear(JointLoss joint) {
      this.joint = joint;
    }

    @Override
    public void prepare(Supplier<float[]> logProbs) {
      found = new LinearLoss(joint.gradient(logProbs.get()));
    }

    @Override
    public Tensor of(Tokens tokens) {
      return found.of(tokens);
    }
  }

  /// Adds the gradient of a loss of whole distributions to the model's parameters.
  ///
  /// @return the loss
  public double backwardFromLogits(Micro micro, LogitsLoss loss) {
    double sum = 0;
    try (Pass pass = new Pass(micro)) {
      for (Chunk chunk : pass.chunks()) {
        try (Scope scope = Scope.open();
            NoGrad _ = NoGrad.on()) {
          AtLogits found = loss.of(model.logits(chunk.hidden()), chunk.from());
          sum += found.loss();
          pass.add(scope.keep(model.logitsBackward(found.gradient(), chunk.hidden())));
        }
      }
      pass.backward();
    }
    return sum;
  }

  /// Some sequences on their way through the decoder, to the head chunk by chunk, and back.
  private final class Pass implements AutoCloseable {
    private final Scope scope = Scope.open();
    private final TrainingPass reading;
    private final ScoredRows rows;
    private final Tensor hidden; // before scored tokens, [n, C]
    private final Tensor targets; // [n]
    private final List<Tensor> gradients = new ArrayList<>(); // at the hidden states, by chunk

    Pass(Micro micro) {
      List<TokenSequence> sequences = micro.sequences();
      double balance = compute.balanceLoss() * micro.share() / sequences.size();
      TrainingPass.Settings settings =
          new TrainingPass.Settings(compute.gradientCheckpointing(), balance, micro.dropout());
      TokenBatch batch = TokenSequence.batch(sequences, model);
      reading = forward(batch, settings);
      rows = ScoredRows.of(sequences, batch);
      hidden = rows.gather(reading.hidden());
      targets = targets(sequences);
    }

    List<Chunk> chunks() {
      return Policy.this.chunks(hidden, targets);
    }

    float[] logProbs() {
      ScoreBuffer buffer = new ScoreBuffer(targets.elements());
      score(hidden, targets, buffer);
      return buffer.logProbs;
    }

    /// Takes the gradient at the hidden states of the next chunk.
    void add(Tensor gradient) {
      gradients.add(gradient);
    }

    /// Sends all gradients through the decoder.
    void backward() {
      if (!gradients.isEmpty()) {
        boolean one = gradients.size() == 1;
        Tensor whole = rows.spread(one ? gradients.getFirst() : Tensor.cat(gradients, 0));
        try (Profile.Span _ = Profile.span("backward")) {
          reading.backward(whole);
        }
      }
    }

    @Override
    public void close() {
      reading.close();
      scope.close();
    }
  }

  private List<Chunk> chunks(Tensor hidden, Tensor targets) {
    List<Chunk> chunks = new ArrayList<>();
    int all = Math.toIntExact(targets.elements());
    for (int from = 0; from < all; from += chunk()) {
      int n = Math.min(chunk(), all - from);
      chunks.add(new Chunk(hidden.narrow(0, from, n), targets.narrow(0, from, n), from));
    }
    return chunks;
  }

  private static int scored(List<TokenSequence> sequences) {
    return sequences.stream().mapToInt(TokenSequence::scored).sum();
  }

  private TrainingPass forward(TokenBatch batch, TrainingPass.Settings settings) {
    try (Profile.Span _ = Profile.span("forward")) {
      return model.trainingPass(batch, settings);
    }
  }

  /// Some of the scored tokens of a batch.
  ///
  /// @param hidden the hidden states that predict them, `[n, C]`
  /// @param targets the tokens, int64 `[n]`
  /// @param from the number of the first of them
  private record Chunk(Tensor hidden, Tensor targets, int from) {}

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
      TokenBatch batch = TokenSequence.batch(sequences, model);
      Tensor hidden = ScoredRows.of(sequences, batch).gather(model.hidden(batch));
      Tensor targets = targets(sequences);
      ScoreBuffer collector = new ScoreBuffer(targets.elements());
      score(hidden, targets, collector);
      return collector.scores();
    }
  }

  private void score(Tensor hidden, Tensor targets, ScoreBuffer collector) {
    for (Chunk chunk : chunks(hidden, targets)) {
      try (Scope _ = Scope.open();
          NoGrad _ = NoGrad.on()) {
        collector.add(chunk.from(), scores(chunk.hidden(), chunk.targets()), 0);
      }
    }
  }

  private TokenScores scores(Tensor hidden, Tensor targets) {
    try (NoGrad _ = NoGrad.on()) {
      return TokenMaths.on(model.device()).score(model.logits(hidden), targets, temperature);
    }
  }

  private int chunk() {
    return Compute.logitsRows(model.config().vocabularySize());
  }

  private Tensor targets(List<TokenSequence> sequences) {
    int[] targets = sequences.stream().flatMapToInt(s -> Arrays.stream(s.targetIds())).toArray();
    return Tensor.of(targets, targets.length).to(model.device());
  }

  /// Gathers what the chunks found.
  private static final class ScoreBuffer {
    private final float[] logProbs;
    private final float[] entropies;
    private final boolean[] best;
    private double loss;

    ScoreBuffer(long size) {
      logProbs = new float[Math.toIntExact(size)];
      entropies = new float[logProbs.length];
      best = new boolean[logProbs.length];
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
