package dev.tesuji.nn;

/// How the residual stream is normed and scaled on its way from the embeddings to the logits.
///
/// Where all scales are 1, nothing is capped and norms stand before the blocks, the decoder is that
/// of Llama.
///
/// @param normEpsilon added to the mean square in every norm
/// @param norms where the norms of a layer stand
/// @param normsFromOne whether a norm multiplies by 1 + w instead of w
/// @param embedding multiplies the embeddings
/// @param residual multiplies what a block adds to the stream
/// @param logits multiplies the logits
/// @param logitCap c: logits z become c tanh(z / c); 0 for none
public record StreamConfig(
    double normEpsilon,
    Norms norms,
    boolean normsFromOne,
    EmbeddingScale embedding,
    double residual,
    double logits,
    double logitCap) {
  /// Where the norms of a layer stand.
  public enum Norms {
    /// Before attention and before the feed-forward block, as in Llama.
    BEFORE,
    /// Behind both, before what they give is added to the stream, as in OLMo-2.
    AFTER,
    /// Before and behind both, as in Gemma 2.
    AROUND
  }

  /// The factor of the embeddings.
  ///
  /// @param factor 1 for nothing
  /// @param typed whether it is rounded to the type of the weights first, as in Gemma
  public record EmbeddingScale(double factor, boolean typed) {
    /// Leaves the embeddings as they are.
    public static final EmbeddingScale NONE = new EmbeddingScale(1, false);
  }

  /// Returns that of Llama.
  public static StreamConfig plain(double normEpsilon) {
    return new StreamConfig(normEpsilon, Norms.BEFORE, false, EmbeddingScale.NONE, 1, 1, 0);
  }

  /// Returns the same with norms elsewhere.
  StreamConfig with(Norms other) {
    return new StreamConfig(
        normEpsilon, other, normsFromOne, embedding, residual, logits, logitCap);
  }

  /// Returns whether it is that of Llama.
  public boolean isPlain() {
    return equals(plain(normEpsilon));
  }
}
