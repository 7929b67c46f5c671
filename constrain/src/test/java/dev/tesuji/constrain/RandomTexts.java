package dev.tesuji.constrain;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Draws texts as random weights would: each allowed token is as likely as any other, and so is the
/// end where it is allowed.
final class RandomTexts {
  private RandomTexts() {}

  /// Draws a text, or null where it has not ended after `limit` tokens.
  static @Nullable String draw(Grammar grammar, TokenTrie trie, RandomGenerator random, int limit) {
    Constraint constraint = grammar.start(trie);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int i = 0; i < limit; i++) {
      if (constraint.mustEnd()) {
        return text.toString(StandardCharsets.UTF_8);
      }
      long[] allowed = constraint.allowed();
      int count = 0;
      for (long word : allowed) {
        count += Long.bitCount(word);
      }
      int ends = constraint.canEnd() ? 1 : 0;
      if (count + ends == 0) {
        throw new AssertionError("nothing can come after " + text);
      }
      int pick = random.nextInt(count + ends);
      if (pick == count) {
        return text.toString(StandardCharsets.UTF_8);
      }
      int token = nth(allowed, pick);
      text.writeBytes(trie.bytes(token));
      constraint.accept(token);
    }
    return null;
  }

  /// Returns one of the tokens of a mask.
  static int any(long[] words, RandomGenerator random) {
    int count = 0;
    for (long word : words) {
      count += Long.bitCount(word);
    }
    return nth(words, random.nextInt(count));
  }

  private static int nth(long[] words, int n) {
    int left = n;
    for (int w = 0; w < words.length; w++) {
      int here = Long.bitCount(words[w]);
      if (left < here) {
        long word = words[w];
        for (int i = 0; i < left; i++) {
          word &= word - 1;
        }
        return w * 64 + Long.numberOfTrailingZeros(word);
      }
      left -= here;
    }
    throw new AssertionError();
  }
}
