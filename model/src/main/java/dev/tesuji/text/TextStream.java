package dev.tesuji.text;

import java.util.Arrays;
import java.util.function.Function;
import java.util.function.IntPredicate;

/// Decodes a text that arrives token by token, and never gives out half a character: what it gives
/// out, together with [#finish], is what decoding all tokens at once gives.
///
/// A token may hold some of a character's bytes, and its text may depend on the token before it (a
/// leading space, say). So each step decodes the tokens since the last safe point twice, without
/// and with the new one, and gives out the difference once the text ends in a whole character.
public final class TextStream {
  private static final String BROKEN = "\uFFFD";

  private final Function<int[], String> decoder;
  private final IntPredicate open; // after which tokens more may change the text before them
  private int[] ids = new int[0];
  private int given; // ids[0, given) are in the text that was given out
  private String prefix = "";

  TextStream(Function<int[], String> decoder, IntPredicate open) {
    this.decoder = decoder;
    this.open = open;
  }

  /// Makes one whose text continues that of some tokens, such as the last ones of a prompt.
  TextStream(Function<int[], String> decoder, IntPredicate open, int[] before) {
    this(decoder, open);
    String text = before.length == 0 ? "" : decoder.apply(before);
    if (!text.endsWith(BROKEN)) {
      ids = before.clone();
      given = ids.length;
      prefix = text;
    }
  }

  /// Takes the next token and returns the text that is now certain: nothing while a character is
  /// incomplete.
  public String add(int id) {
    ids = Arrays.copyOf(ids, ids.length + 1);
    ids[ids.length - 1] = id;
    if (open.test(id)) {
      return "";
    }
    String text = decoder.apply(ids);
    if (text.length() <= prefix.length() || text.endsWith(BROKEN) || !text.startsWith(prefix)) {
      return "";
    }
    String fresh = text.substring(prefix.length());
    ids = Arrays.copyOfRange(ids, given, ids.length);
    prefix = decoder.apply(ids);
    given = ids.length;
    return fresh;
  }

  /// Returns the rest of the text: characters that stayed incomplete come as U+FFFD. Nothing can be
  /// added after this.
  public String finish() {
    String text = decoder.apply(ids);
    int common = 0; // where a decoder changes what was given out, only what follows can be given
    while (common < Math.min(text.length(), prefix.length())
        && text.charAt(common) == prefix.charAt(common)) {
      common++;
    }
    ids = new int[0];
    given = 0;
    prefix = "";
    return text.substring(common);
  }
}
