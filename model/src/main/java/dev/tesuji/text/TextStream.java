package dev.tesuji.text;

import java.util.Arrays;
import java.util.function.Function;

/// Decodes a text that arrives token by token, and never gives out half a character.
///
/// A token may hold some of a character's bytes, and its text may depend on the token before it (a
/// leading space, say). So each step decodes the tokens since the last safe point twice, without
/// and with the new one, and gives out the difference once the text ends in a whole character.
public final class TextStream {
  private static final String BROKEN = "\uFFFD";

  private final Function<int[], String> decoder;
  private int[] ids = new int[0];
  private int given; // ids[0, given) are in the text that was given out
  private String prefix = "";

  TextStream(Function<int[], String> decoder) {
    this.decoder = decoder;
  }

  /// Takes the next token and returns the text that is now certain: nothing while a character is
  /// incomplete.
  public String add(int id) {
    ids = Arrays.copyOf(ids, ids.length + 1);
    ids[ids.length - 1] = id;
    String text = decoder.apply(ids);
    if (text.length() <= prefix.length() || text.endsWith(BROKEN)) {
      return "";
    }
    if (!text.startsWith(prefix)) {
      throw new IllegalStateException(
          "the tokenizer decodes '"
              + prefix
              + "' differently with a token after it: '"
              + text
              + "'");
    }
    String fresh = text.substring(prefix.length());
    ids = Arrays.copyOfRange(ids, given, ids.length);
    prefix = decoder.apply(ids);
    given = ids.length;
    return fresh;
  }
}
