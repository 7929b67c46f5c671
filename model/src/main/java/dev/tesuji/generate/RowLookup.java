package dev.tesuji.generate;

import dev.tesuji.compute.RowTokens;
import java.util.Arrays;

/// The tokens that are proposed for one row, and how well earlier ones did.
///
/// A proposed token is met where it is drawn; where all before it were met, that has a chance a,
/// which is learned from each that was tried. Let c be what a token that is read beside others
/// costs ([TokenPrice]). The j-th proposed token is worth reading while a^j > c.
final class RowLookup {
  private static final double NEW = 0.1; // the weight in a of the token that was tried last
  private static final double MARGIN = 1.25; // on c, which is measured
  private static final int TRIAL = 32; // passes, of which one tries a token that is not worth it

  private static final int[] NOTHING = {};

  private int[] text = NOTHING;
  private int known; // tokens of it
  private int[] proposed = NOTHING;
  private int first; // the place of the row's first token in the pass
  private int met;
  private double chance = Double.NaN; // a
  private int idle; // passes in which nothing was worth it

  /// Returns how many tokens are worth proposing.
  ///
  /// @param price c
  /// @param usual a of other rows, as long as this one has none of its own
  int worth(double price, double usual, int most) {
    chance = Double.isNaN(chance) ? usual : chance;
    double least = MARGIN * price;
    int count = 0;
    for (double all = chance; count < most && all > least; all *= chance) {
      count++;
    }
    if (count == 0 && least < 1) { // its text may have changed
      idle++;
      return idle % TRIAL == 0 ? Math.min(1, most) : 0;
    }
    return count;
  }

  /// Looks up what may follow a row's tokens.
  ///
  /// @param count the most tokens
  /// @return how many are proposed
  int propose(Row row, int count) {
    met = 0;
    proposed = NOTHING;
    if (count > 0) {
      read(row);
      proposed = PromptLookup.propose(text, known, count);
    }
    return proposed.length;
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
  /// @return whether it is the same, so that the next can be drawn from this pass too
  boolean meets(int drawn) {
    boolean same = proposed[met] == drawn;
    chance += NEW * ((same ? 1 : 0) - chance);
    met += same ? 1 : 0;
    return same;
  }
}
