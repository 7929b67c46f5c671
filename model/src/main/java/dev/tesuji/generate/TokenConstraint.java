package dev.tesuji.generate;

/// Decides, token by token, what one sample may go on with: a grammar, a budget of thinking, a
/// forced text.
///
/// Made and used for one sample. An engine calls it on the thread that drives, so it must be quick.
/// One that throws has its request cancelled.
public interface TokenConstraint {
  /// Marks the tokens that may come next.
  ///
  /// @param allowed a bit for each token of the vocabulary, none set: bit `id % 64` of word `id /
  ///   64`
  /// @return false where any token may come, whatever is marked
  boolean mask(long[] allowed);

  /// Takes the token that was drawn.
  void accept(int token);

  /// Returns whether nothing may follow what was accepted, so that the sample is over.
  default boolean isOver() {
    return false;
  }
}
