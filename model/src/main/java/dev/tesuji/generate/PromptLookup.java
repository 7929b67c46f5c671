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

  /// More tokens alike than so many make a place no better.
  static final int LONGEST = 8;

  private static final int SHORTEST = 2; // tokens that must have come before

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

  /// A place where the last tokens of a text came before.
  ///
  /// @param after where they end there
  /// @param alike how many they are, up to eight; 0 where there is no such place
  record Match(int after, int alike) {
    static final Match NONE = new Match(0, 0);
  }

  /// Returns a number of tokens alike, up to eight.
  static int capped(int alike) {
    return Math.min(alike, LONGEST);
  }

  /// Finds the place where the most of a text's last tokens came before, two of them at least; of
  /// places that are equally good the last one.
  ///
  /// @param text whose first `length` tokens are known
  static Match find(int[] text, int length) {
    Match best = Match.NONE;
    for (int end = length - 1; end >= SHORTEST && best.alike < LONGEST; end--) {
      int alike = alike(text, end, length);
      if (alike >= SHORTEST && alike > best.alike) {
        best = new Match(end, alike);
      }
    }
    return best;
  }

  /// Returns how many tokens before two places are the same, up to eight.
  private static int alike(int[] text, int end, int other) {
    int n = 0;
    while (n < LONGEST && n < end && text[end - 1 - n] == text[other - 1 - n]) {
      n++;
    }
    return n;
  }

  /// Returns the tokens that followed at a place. They may run into themselves, so that a text of
  /// one word goes on with that word.
  static int[] follow(int[] text, int length, Match match, int count) {
    int[] proposed = new int[count];
    for (int i = 0; i < count; i++) {
      int from = match.after + i;
      proposed[i] = from < length ? text[from] : proposed[from - length];
    }
    return proposed;
  }
}
