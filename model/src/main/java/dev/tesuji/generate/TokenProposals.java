package dev.tesuji.generate;

import dev.tesuji.compute.RowTokens;
import java.util.List;

/// Chooses what a pass reads besides each row's newest token: tokens that are likely to be drawn
/// next.
///
/// What is drawn does not depend on it: token t of a sample is drawn with a number of its own, from
/// logits that have the same bits in any pass. Where the token that is drawn is the one that was
/// proposed, the logits after it are there already; where it is not, what was read beyond is
/// forgotten.
final class TokenProposals {
  private static final int WIDEST = 64; // tokens of a pass; that many pay for the weights

  /// The weight in what is usual of the token that was tried last.
  static final double NEW = 0.02;

  private final int most;
  private final TokenPrice price;

  /// The chances of tokens by the number of tokens before them that are alike ([RowLookup]), at
  /// first.
  private final double[] usual = {0, 0, 0.35, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9};

  private PromptLookup.Counts counts = PromptLookup.Counts.NONE;

  /// @param most tokens to propose for a row; 0 for none
  TokenProposals(int most, TokenPrice price) {
    this.most = most;
    this.price = price;
  }

  /// Returns the tokens that are read next: the newest of each row, and what is proposed after it.
  ///
  /// @param positions of the model, which none may go beyond
  RowTokens next(List<Row> rows, int positions) {
    int tokens = rows.size();
    boolean wide = most > 0 && tokens < WIDEST;
    double now = wide ? price.of(tokens) : Double.POSITIVE_INFINITY;
    int each = Math.clamp((WIDEST - tokens) / Math.max(1, tokens), 1, Math.max(1, most));
    for (Row row : rows) {
      int room = Math.min(WIDEST - tokens, row.left(positions) - 1);
      tokens += row.lookup.propose(row, now, usual, Math.min(room, Math.min(most, each)));
    }
    counts = counts.plus(new PromptLookup.Counts(tokens - rows.size(), 0));
    RowTokens pass = new RowTokens(new int[tokens], new int[tokens], new int[tokens]);
    int at = 0;
    for (int r = 0; r < rows.size(); r++) {
      at += rows.get(r).lookup.write(rows.get(r), r, at, pass);
    }
    return pass;
  }

  /// Notes what a pass without prompts took.
  void took(double seconds, RowTokens pass) {
    if (most > 0 && pass.rowCount() < WIDEST) {
      price.took(seconds, pass.rowCount(), pass.count());
    }
  }

  /// Compares what was drawn for a row with what was proposed.
  ///
  /// @return whether another token can be drawn for it from the same pass
  boolean meets(Row row) {
    if (!row.lookup.tries()) {
      return false;
    }
    boolean same = row.lookup.meets(row.last(), usual);
    counts = counts.plus(new PromptLookup.Counts(0, same ? 1 : 0));
    return same && row.runs() && !row.generation.isCancelled();
  }

  /// Returns how many were proposed, and how many of them were drawn.
  PromptLookup.Counts counts() {
    return counts;
  }
}
