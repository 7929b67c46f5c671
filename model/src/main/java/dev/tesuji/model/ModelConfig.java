package dev.tesuji.model;

import dev.tesuji.tensor.Dtype;
import java.util.List;
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
/// @param normEpsilon added to the mean square in every norm
/// @param tiedEmbeddings whether the output projection is the embedding itself
/// @param maxPositions the longest sequence that the model was made for
/// @param specials the ids of its special tokens
/// @param dtype the type in which the weights are stored
public record ModelConfig(
    String modelType,
    int vocabularySize,
    int hiddenSize,
    int layers,
    AttentionConfig attention,
    FeedForwardConfig feedForward,
    RopeConfig rope,
    double normEpsilon,
    boolean tiedEmbeddings,
    int maxPositions,
    Specials specials,
    Dtype dtype) {

  /// Grouped-query attention: H query heads share K pairs of key and value heads ([Ainslie et al.,
  /// 2023](https://arxiv.org/abs/2305.13245)).
  ///
  /// @param heads H
  /// @param kvHeads K; divides H
  /// @param headDim D, which need not be C / H
  /// @param qkvBias whether the q, k and v projections add a bias
  /// @param outputBias whether the output projection adds a bias
  public record AttentionConfig(
      int heads, int kvHeads, int headDim, boolean qkvBias, boolean outputBias) {}

  /// A gated block: down(silu(gate x) · up x) ([Shazeer, 2020](https://arxiv.org/abs/2002.05202)).
  ///
  /// @param intermediateSize the width between up and down
  /// @param bias whether its projections add biases
  public record FeedForwardConfig(int intermediateSize, boolean bias) {}

  /// Rotary position embedding ([Su et al., 2021](https://arxiv.org/abs/2104.09864)).
  ///
  /// @param theta the base of the wavelengths
  /// @param scaling how they are stretched to reach further than the model was trained
  public record RopeConfig(double theta, RopeScaling scaling) {}

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
