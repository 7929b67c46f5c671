package dev.tesuji.policy;

import dev.tesuji.compute.TokenBatch;
import dev.tesuji.compute.choice.TokenMaths;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.tokenized.TokenSequence;
import java.util.List;

/// The tokens of a batch that predict scored tokens.
///
/// @param numbers their places in the batch; one that several sequences share may be there several
///   times
/// @param batch the batch
public record ScoredRows(int[] numbers, TokenBatch batch) {
  /// Finds them.
  public static ScoredRows of(List<TokenSequence> sequences, TokenBatch batch) {
    return new ScoredRows(TokenSequence.scoredRows(sequences, batch), batch);
  }

  /// Takes their rows of `[N, C]` as `[n, C]`.
  public Tensor gather(Tensor all) {
    return TokenMaths.on(all.device()).gather(all, numbers);
  }

  /// Adds up what goes to each token, `[n, C]`, as `[N, C]`.
  Tensor spread(Tensor rows) {
    return TokenMaths.on(rows.device()).spread(rows, numbers, batch.tokens());
  }
}
