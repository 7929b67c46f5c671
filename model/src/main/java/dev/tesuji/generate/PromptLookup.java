package dev.tesuji.generate;

import dev.tesuji.check.Require;

/// Prompt lookup: proposes what follows in a text by what followed in it before, as in [Saxena's
/// prompt lookup decoding](https://github.com/apoorvumang/prompt-lookup-decoding). Pure functions
/// of the text.
///
/// Code that is edited, a document that is quoted and a sum that is copied from one line to the
/// next repeat themselves for long stretches.
public final class PromptLookup {
  /// The most tokens that can be proposed at a time.
  public static final int MOST = 15;

  private static final int SHORTEST = 2; // tokens that must have come before
  private static final int LONGEST = 8; // more of them make a place no better

  private static final int[] NOTHING = {};

  private PromptLookup() {}

  /// Checks how many tokens are to be proposed at a time.
  ///
  /// @throws IllegalArgumentException when so many cannot be
  public static void require(String name, int tokens) {
    Require.that(
        tokens >= 0 && tokens <= MOST, name, "from 0 (proposes nothing) to " + MOST, tokens);
  }

  /// How many tokens were proposed, and how many of them were drawn then.
  public record Counts(long proposed, long accepted) {
    /// Nothing was proposed.
    public static final Counts NONE = new Counts(0, 0);

    /// Returns the sum.
    public Counts plus(Counts other) {
      return new Counts(proposed + other.proposed, accepted + other.accepted);
    }
  }

  /// Proposes tokens.
  ///
  /// They are those that followed where the text's last tokens came before: the most of them, up to
  /// eight, and of places that are equally good the last one. What follows there may run into what
  /// is proposed itself, so that a text of one word goes on with that word.
  ///
  /// @param text whose first `length` tokens are known
  /// @param count how many to propose
  /// @return so many tokens, or none where the last two never came before
  static int[] propose(int[] text, int length, int count) {
    int most = SHORTEST - 1;
    int after = 0;
    for (int end = length - 1; end >= SHORTEST && most < LONGEST; end--) {
      int alike = alike(text, end, length);
      if (alike > most) {
        most = alike;
        after = end;
      }
    }
    if (after == 0) {
      return NOTHING;
    }
    int[] proposed = new int[count];
    for (int i = 0; i < count; i++) {
      int from = after + i;
      proposed[i] = from < length ? text[from] : proposed[from - length];
    }
    return proposed;
  }

  /// Returns how many tokens before two places are the same, up to eight.
  private static int alike(int[] text, int end, int other) {
    int n = 0;
    while (n < LONGEST && n < end && text[end - 1 - n] == text[other - 1 - n]) {
      n++;
    }
    return n;
  }
}
