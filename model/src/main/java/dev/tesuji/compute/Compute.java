package dev.tesuji.compute;

import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;
import java.util.List;
import java.util.Set;

/// The arithmetic of one model, on the weights that the model owns.
///
/// Chosen once, when the model is made; nobody above asks what a model is made of or where it
/// computes. All implementations agree to rounding.
public interface Compute {
  /// How many logits exist at once, unless that is too few tokens: 64 MiB in float32.
  int LOGITS_AT_ONCE = 1 << 24;

  /// The fewest tokens whose logits are made at once: each such part reads the whole head, and adds
  /// to the whole of its gradient.
  int FEWEST_ROWS = 256;

  /// Returns for how many tokens logits are made at once.
  static int logitsRows(int vocabularySize) {
    return Math.max(FEWEST_ROWS, LOGITS_AT_ONCE / vocabularySize);
  }

  /// Returns the type that matrix products are computed in, with float32 sums.
  Dtype product();

  /// Returns the type that matrix products are computed in where whole sequences are read, to score
  /// them and to learn from them; [#product] is that of generation where the two differ.
  default Dtype sequenceProduct() {
    return product();
  }

  /// Returns the types that matrix products can be computed in.
  Set<Dtype> productTypes();

  /// Lets matrix products round their factors to one of [#productTypes]; weights, norms, attention
  /// and all sums stay as they are.
  ///
  /// @throws IllegalArgumentException when the type is none of those
  void multiplyIn(Dtype type);

  /// Lays sequences end to end, beginnings that several of them share once where it can read that.
  ///
  /// @param shareable how many tokens at the beginning of each may be shared, fewer than it has
  TokenBatch batch(List<int[]> sequences, int[] shareable);

  /// Reads whole sequences: returns the hidden states `[N, C]` from which [#logits] predicts each
  /// token's successor.
  Tensor hidden(TokenBatch batch);

  /// Reads whole sequences so that a gradient can be taken back through them.
  TrainingPass trainingPass(TokenBatch batch, TrainingPass.Settings settings);

  /// Starts to generate.
  Decoding decoding(DecodingCapacity capacity);

  /// Returns whether rows that are generated together can each have another adapter beside the
  /// weights.
  default boolean takesAdapters() {
    return false;
  }

  /// Returns whether generation can round weights to 8 bits, and what they are multiplied by
  /// ([DecodingCapacity#eightBit]).
  default boolean takesEightBits() {
    return false;
  }

  /// Starts to generate, with adapters of which each row may have one ([PromptKey#adapter]).
  ///
  /// @throws IllegalStateException when there are some and this cannot ([#takesAdapters])
  default Decoding decoding(DecodingCapacity capacity, List<AdapterWeights> adapters) {
    if (!adapters.isEmpty()) {
      throw new IllegalStateException("this model's arithmetic takes no adapters beside it");
    }
    return decoding(capacity);
  }

  /// Predicts: maps hidden states `[N, C]` to float32 logits `[N, V]`.
  Tensor logits(Tensor hidden);

  /// Takes a gradient back through [#logits]: adds the head's share to its gradient, without ever
  /// making a second matrix of its size, and returns the gradient at the hidden states.
  ///
  /// @param gradient of the loss at the logits, float32 `[N, V]`
  /// @param hidden what the logits were made from, `[N, C]`
  Tensor logitsBackward(Tensor gradient, Tensor hidden);

  /// Returns how many tokens to read at once, at most `most`, where a result should not depend on
  /// what else is read with it: 1, which is one sequence, where a sum depends on the number of
  /// rows.
  int scoringTokens(int most);

  /// Returns whether a token's numbers are the same to the last bit whatever else is computed with
  /// it, so that sequences may join others at any moment.
  default boolean isIndependentOfBatch() {
    return scoringTokens(2) > 1;
  }

  /// Answers for the memory that this takes besides the weights.
  ComputeMemory memory();

  /// Returns the arithmetic of the same model while adapters stand beside its projections.
  Compute withAdapters();
}
