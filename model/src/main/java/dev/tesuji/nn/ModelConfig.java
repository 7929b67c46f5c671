package dev.tesuji.nn;

import dev.tesuji.tensor.Dtype;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The dimensions of a decoder, as its `config.json` states them.
///
/// @param modelType the family by its Hugging Face name, for instance `qwen2`
/// @param vocabularySize V, the rows of the embedding
/// @param hiddenSize C, the width of the residual stream
/// @param layers L
/// @param attention the kind of attention and its dimensions
/// @param feedForward the kind of feed-forward block and its dimensions
/// @param rope how positions turn queries and keys
/// @param stream how the residual stream is normed and scaled
/// @param tiedEmbeddings whether the output projection is the embedding itself
/// @param maxPositions the longest sequence that the model was made for
/// @param specials the ids of its special tokens
/// @param dtype the type in which the weights are stored; float8_e4m3fn where most of them are
///   scaled block by block ([WeightBlocks])
public record ModelConfig(
    String modelType,
    int vocabularySize,
    int hiddenSize,
    int layers,
    AttentionConfig attention,
    FeedForwardConfig feedForward,
    RopeConfig rope,
    StreamConfig stream,
    boolean tiedEmbeddings,
    int maxPositions,
    Specials specials,
    Dtype dtype) {
  /// Returns the same without an output projection of its own.
  public ModelConfig tied() {
    return with(vocabularySize, true);
  }

  /// Returns what is added to the mean square in every norm.
  public double normEpsilon() {
    return stream.normEpsilon();
  }

  /// Returns how a layer looks back.
  public Sight sight(int layer) {
    return attention instanceof AttentionConfig.Grouped grouped && !grouped.sights().isEmpty()
        ? grouped.sights().get(layer)
        : new Sight(0, rope);
  }

  /// Returns how many dimensions of a head positions turn.
  int rotaryDim() {
    return (int) (attention.rotaryDim() * rope.part());
  }

  /// Returns the same with another number of rows of the embedding, and with or without an output
  /// projection of its own.
  public ModelConfig with(int rows, boolean tied) {
    return new ModelConfig(
        modelType,
        rows,
        hiddenSize,
        layers,
        attention,
        feedForward,
        rope,
        stream,
        tied,
        maxPositions,
        specials,
        dtype);
  }

  /// A kind of attention and its dimensions.
  public sealed interface AttentionConfig {
    /// Returns H, the number of query heads.
    int heads();

    /// Returns how many dimensions of a head positions turn.
    int rotaryDim();

    /// Returns the width of all queries of a token.
    long queryWidth();

    /// Returns the width of all keys of a token while attention runs over whole sequences.
    long keyWidth();

    /// Returns what a cache holds of a token.
    CacheConfig cache();

    /// Grouped-query attention: H query heads share K pairs of key and value heads ([Ainslie et
    /// al., 2023](https://arxiv.org/abs/2305.13245)).
    ///
    /// @param heads H
    /// @param kvHeads K; divides H
    /// @param headDim D, which need not be C / H
    /// @param qkvBias whether the q, k and v projections add a bias
    /// @param outputBias whether the output projection adds a bias
    /// @param norm how queries and keys are normed
    /// @param fused whether checkpoints hold the q, k and v projections as one, as Phi-3's do
    /// @param scores how the scores are scaled
    /// @param sights how far each layer looks back; empty where all layers see all, and the model's
    ///   own positions turn them
    record Grouped(
        int heads,
        int kvHeads,
        int headDim,
        boolean qkvBias,
        boolean outputBias,
        HeadNorm norm,
        boolean fused,
        Scores scores,
        List<Sight> sights)
        implements AttentionConfig {
      /// Copies the list.
      public Grouped {
        sights = List.copyOf(sights);
      }

      /// Describes the attention of Llama (`normed` false) or of Qwen3.
      public Grouped(
          int heads,
          int kvHeads,
          int headDim,
          boolean qkvBias,
          boolean outputBias,
          boolean normed) {
        this(
            heads,
            kvHeads,
            headDim,
            qkvBias,
            outputBias,
            normed ? HeadNorm.EACH : HeadNorm.NONE,
            false,
            Scores.plain(headDim),
            List.of());
      }

      /// Returns the same, scored or normed in another way.
      Grouped with(HeadNorm other, Scores otherScores) {
        return new Grouped(
            heads, kvHeads, headDim, qkvBias, outputBias, other, fused, otherScores, sights);
      }

      /// Returns the same with one matrix for queries, keys and values in checkpoints.
      Grouped withFused() {
        return new Grouped(
            heads, kvHeads, headDim, qkvBias, outputBias, norm, true, scores, sights);
      }

      /// Returns the same with layers that look back so far.
      Grouped seeing(List<Sight> layers) {
        return new Grouped(
            heads, kvHeads, headDim, qkvBias, outputBias, norm, fused, scores, layers);
      }

      /// Returns whether queries and keys are normed head by head.
      public boolean normed() {
        return norm == HeadNorm.EACH;
      }

      @Override
      public int rotaryDim() {
        return headDim;
      }

      @Override
      public long queryWidth() {
        return (long) heads * headDim;
      }

      @Override
      public long keyWidth() {
        return (long) kvHeads * headDim;
      }

      @Override
      public CacheConfig cache() {
        return new CacheConfig(kvHeads, headDim, headDim);
      }
    }

    /// How queries and keys are normed before they are turned.
    enum HeadNorm {
      /// Not at all.
      NONE,
      /// Head by head, with one weight `[D]` for all heads, as in Qwen3.
      EACH,
      /// All heads of a token together, with weights `[H D]` and `[K D]`, as in OLMo-2.
      ALL
    }

    /// How the products of queries and keys become scores.
    ///
    /// @param scale multiplies them
    /// @param cap c: scaled products s become c tanh(s / c) ([Gemma
    ///   2](https://arxiv.org/abs/2408.00118), section 2); 0 for none
    record Scores(double scale, double cap) {
      /// Divides by the root of a head's width.
      public static Scores plain(int headDim) {
        return new Scores(1 / Math.sqrt(headDim), 0);
      }
    }

    /// Multi-head latent attention: keys and values of all heads are made from one narrow latent
    /// ([DeepSeek-V2](https://arxiv.org/abs/2405.04434), section 2.1).
    ///
    /// @param heads H
    /// @param queryRank the width of the queries' own latent; 0 where queries come from the stream
    /// @param keyValueRank the width of the latent of keys and values
    /// @param plainDim the dimensions of a head that positions leave alone
    /// @param rotaryDim the dimensions of a head that they turn; their key is shared by all heads
    /// @param valueDim the width of a value
    /// @param bias whether the projections from and to the stream add biases
    record Latent(
        int heads,
        int queryRank,
        int keyValueRank,
        int plainDim,
        int rotaryDim,
        int valueDim,
        boolean bias)
        implements AttentionConfig {
      /// Returns the width of a query head: what is turned and what is not.
      public int headDim() {
        return plainDim + rotaryDim;
      }

      @Override
      public long queryWidth() {
        return (long) heads * headDim();
      }

      @Override
      public long keyWidth() {
        return (long) heads * headDim();
      }

      @Override
      public CacheConfig cache() {
        return new CacheConfig(1, keyValueRank + rotaryDim, 0);
      }
    }
  }

  /// The contents of a key-value cache per token and layer.
  ///
  /// @param heads K, the heads that are stored
  /// @param keyDim the width of a stored key
  /// @param valueDim the width of a stored value; 0 where values are a part of the keys
  public record CacheConfig(int heads, int keyDim, int valueDim) {}

  /// A gated block: down(f(gate x) · up x) ([Shazeer, 2020](https://arxiv.org/abs/2002.05202)).
  ///
  /// @param intermediateSize the width between up and down
  /// @param bias whether its projections add biases
  /// @param experts what takes its place in later layers; null where nothing does
  /// @param activation f
  /// @param fused whether checkpoints hold gate and up as one, as Phi-3's do
  public record FeedForwardConfig(
      int intermediateSize,
      boolean bias,
      @Nullable ExpertsConfig experts,
      Activation activation,
      boolean fused) {
    /// Describes blocks with f = silu, whose projections are stored one by one.
    public FeedForwardConfig(int intermediateSize, boolean bias, @Nullable ExpertsConfig experts) {
      this(intermediateSize, bias, experts, Activation.SILU, false);
    }

    /// Returns the experts of a layer; null where it has one dense block.
    public @Nullable ExpertsConfig expertsOf(int layer) {
      return experts != null && experts.layers().has(layer) ? experts : null;
    }
  }

  /// The function of the gate.
  public enum Activation {
    /// x · sigmoid(x).
    SILU,
    /// x · Φ(x), with Φ approximated by tanh ([Hendrycks and Gimpel,
    /// 2016](https://arxiv.org/abs/1606.08415)).
    GELU_TANH
  }

  /// A mixture of experts: as in [DeepSeek-V3](https://arxiv.org/abs/2412.19437), section 2.1.2, or
  /// as in [Qwen2](https://arxiv.org/abs/2407.10671), section 2.2.2.
  ///
  /// @param layers the layers that have it
  /// @param intermediateSize the width of one expert
  /// @param routed E, the experts that tokens are sent to
  /// @param perToken how many of them a token is sent to
  /// @param shared the block that every token goes through besides; null without
  /// @param scoring how the affinities of a token to the experts are made
  /// @param groups into how many groups the routed experts are split
  /// @param groupsPerToken how many groups a token's experts may come from
  /// @param normalised whether the weights of a token's experts sum to `scale`
  /// @param scale multiplies the weights
  public record ExpertsConfig(
      SparseLayers layers,
      int intermediateSize,
      int routed,
      int perToken,
      @Nullable SharedExpert shared,
      Scoring scoring,
      int groups,
      int groupsPerToken,
      boolean normalised,
      double scale) {}

  /// How a router makes affinities of its outputs.
  public enum Scoring {
    /// One by one, and a bias that is not trained by its gradient decides with them (DeepSeek-V3).
    SIGMOID,
    /// Over all experts; no bias (Qwen).
    SOFTMAX
  }

  /// The layers that have experts; the others have one dense block each.
  ///
  /// @param first those before it have none
  /// @param step every so many-th has them, counted from 1
  /// @param dense these have none in any case
  public record SparseLayers(int first, int step, Set<Integer> dense) {
    /// Copies the set.
    public SparseLayers {
      dense = Set.copyOf(dense);
    }

    /// Returns whether a layer has experts.
    ///
    /// @param layer its number, from 0
    public boolean has(int layer) {
      return layer >= first && (layer + 1) % step == 0 && !dense.contains(layer);
    }
  }

  /// A block that every token goes through beside its experts.
  ///
  /// @param intermediateSize its width
  /// @param gated whether a gate of its own scales what it adds, token by token
  public record SharedExpert(int intermediateSize, boolean gated) {}

  /// Rotary position embedding ([Su et al., 2021](https://arxiv.org/abs/2104.09864)).
  ///
  /// @param theta the base of the wavelengths
  /// @param scaling how they are stretched to reach further than the model was trained
  /// @param interleaved whether pair i is (x_2i, x_2i+1), else (x_i, x_{i + D/2})
  /// @param part the share of a head's dimensions that turns, the first ones
  public record RopeConfig(double theta, RopeScaling scaling, boolean interleaved, double part) {}

  /// Ways to stretch rotary wavelengths.
  public sealed interface RopeScaling {
    /// Leaves them as they are (`default`).
    record None() implements RopeScaling {}

    /// Multiplies all of them by a factor (`linear`).
    ///
    /// @param factor the factor, above 1 to reach further
    record Linear(double factor) implements RopeScaling {}

    /// Multiplies the long ones by a factor, leaves the short ones, and blends in between
    /// (`llama3`).
    ///
    /// @param factor for wavelengths longer than `originalPositions` / `lowFrequency`
    /// @param lowFrequency turns per original context below which a wavelength counts as long
    /// @param highFrequency turns per original context above which it counts as short
    /// @param originalPositions the context that the model was first trained for
    record Llama3(double factor, double lowFrequency, double highFrequency, int originalPositions)
        implements RopeScaling {}

    /// As llama3, blending by the number of the pair, and sharpens attention a little (`yarn`,
    /// [Peng et al., 2023](https://arxiv.org/abs/2309.00071)).
    ///
    /// @param factor for the long wavelengths
    /// @param betaFast turns per original context above which a wavelength is left alone
    /// @param betaSlow turns per original context below which it is multiplied
    /// @param originalPositions the context that the model was first trained for
    /// @param magnitude multiplies turned queries and keys
    /// @param latentMagnitude multiplies the scores of latent attention, squared; 1 for nothing
    /// @param truncate whether the bounds of the blend are rounded to whole pairs
    record Yarn(
        double factor,
        double betaFast,
        double betaSlow,
        int originalPositions,
        double magnitude,
        double latentMagnitude,
        boolean truncate)
        implements RopeScaling {}

    /// Multiplies each wavelength by a factor of its own: sequences up to the original context by
    /// one list, longer ones by another ([Ding et al., 2024](https://arxiv.org/abs/2402.13753)).
    ///
    /// @param near the factors of sequences up to `originalPositions`, one per pair
    /// @param far those of longer sequences
    /// @param originalPositions the context that the model was first trained for
    /// @param magnitude multiplies turned queries and keys
    record LongRope(List<Double> near, List<Double> far, int originalPositions, double magnitude)
        implements RopeScaling {
      /// Copies the lists.
      public LongRope {
        near = List.copyOf(near);
        far = List.copyOf(far);
      }
    }
  }

  /// The ids of special tokens.
  ///
  /// @param bos begins a text; null where there is none
  /// @param eos any of these ends a text; may be empty
  /// @param pad fills batches of other tools; Tesuji never looks at it
  public record Specials(@Nullable Integer bos, List<Integer> eos, @Nullable Integer pad) {
    /// Copies the list.
    public Specials {
      eos = List.copyOf(eos);
    }
  }
}
