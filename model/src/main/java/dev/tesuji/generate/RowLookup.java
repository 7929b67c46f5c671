package dev.tesuji.generate;

import dev.tesuji.compute.RowTokens;
import dev.tesuji.generate.PromptLookup.Match;
import java.util.Arrays;

/// The tokens that are proposed for one row, and how well earlier ones did.
///
/// A proposed token is met where it is drawn. Where n tokens before it are as they were when it
/// came before, all proposed ones among them, that has a chance a_n, which is learned from each
/// that was tried. Let c be what a token that is read beside others costs ([TokenPrice]). A token
/// is worth reading while a_n a_(n+1) ... > c, up to its own.
final class RowLookup {
  private static final double NEW = 0.1; // the weight in a_n of the token that was tried last
  private static final double MARGIN = 1.25; // on c, which is measured
  private static final int TRIAL = 32; // times that nothing was worth it, until two are tried
  private static final int TRIED = 2;

  private static final int[] NOTHING = {};

  private int[] text = NOTHING;
  private int known; // tokens of it
  private int[] proposed = NOTHING;
  private int alike; // n of the first of them
  private int first; // the place of the row's first token in the pass
  private int met;
  private final double[] chances = new double[PromptLookup.LONGEST + 1]; // a_n by n
  private boolean own; // whether these are the row's own
  private int idle; // times that nothing was worth it

  /// Looks up what may follow a row's tokens, as far as it is worth reading.
  ///
  /// @param price c; infinite to propose nothing
  /// @param usual a_n of other rows, as long as this one has none of its own
  /// @param most tokens
  /// @return how many are proposed
  int propose(Row row, double price, double[] usual, int most) {
    met = 0;
    proposed = NOTHING;
    if (most <= 0 || Double.isInfinite(price)) {
      return 0;
    }
    read(row);
    Match match = PromptLookup.find(text, known);
    alike = match.alike();
    int count = alike == 0 ? 0 : worth(alike, price, usual, most);
    if (count > 0) {
      proposed = PromptLookup.follow(text, known, match, count);
    }
    return count;
  }

  /// Returns how many tokens are worth reading.
  ///
  /// @param same n of the first of them
  int worth(int same, double price, double[] usual, int most) {
    if (!own) {
      System.arraycopy(usual, 0, chances, 0, usual.length);
      own = true;
    }
    double least = MARGIN * price;
    double all = chances[PromptLookup.capped(same)];
    int count = 0;
    while (count < most && all > least) {
      count++;
      all *= chances[PromptLookup.capped(same + count)];
    }
    if (count == 0 && least < 1) { // its text may have changed
      idle++;
      return idle % TRIAL == 0 ? Math.min(TRIED, most) : 0;
    }
    return count;
  }

  private void read(Row row) {
    int[] prompt = row.prompt();
    int length = prompt.length + row.length;
    if (text.length < length) {
      text = Arrays.copyOf(text, length + length / 2);
    }
    if (known == 0) {
      System.arraycopy(prompt, 0, text, 0, prompt.length);
      known = prompt.length;
    }
    System.arraycopy(row.tokens, known - prompt.length, text, known, length - known);
    known = length;
  }

  /// Writes a row's newest token and those proposed into a pass.
  ///
  /// @param number of the row
  /// @param at the place of its first token
  /// @return how many these are
  int write(Row row, int number, int at, RowTokens pass) {
    first = at;
    for (int i = 0; i <= proposed.length; i++) {
      pass.rows()[at + i] = number;
      pass.ids()[at + i] = i == 0 ? row.last() : proposed[i - 1];
      pass.positions()[at + i] = row.position() + i;
    }
    return 1 + proposed.length;
  }

  /// Returns the place in the pass of the token after which the row's next one is drawn.
  int at() {
    return first + met;
  }

  /// Returns whether a token was proposed for what was drawn last.
  boolean tries() {
    return met < proposed.length;
  }

  /// Compares that token with the one that was drawn.
  ///
  /// @param usual a_n of all rows, which learns from it too
  /// @return whether it is the same, so that the next can be drawn from this pass too
  boolean meets(int drawn, double[] usual) {
    boolean same = proposed[met] == drawn;
    int n = PromptLookup.capped(alike + met);
    double now = same ? 1 : 0;
    chances[n] += NEW * (now - chances[n]);
    usual[n] += TokenProposals.NEW * (now - usual[n]);
    met += same ? 1 : 0;
    return same;
  }
}
