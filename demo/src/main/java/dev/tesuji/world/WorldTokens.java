package dev.tesuji.world;

import dev.tesuji.text.Alphabet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/// The tokens of the world: one per tag, sign, digit and word. Words and digits have a second token
/// for where a space stands before them, so that every text of the world is got back exactly.
public final class WorldTokens {
  private static final String SIGNS = " \n+-=<>:,.?'";
  private static final String PIECE = " ?\\p{L}+| ?[0-9]|[\\s\\S]";
  private static final Pattern PIECES = Pattern.compile(PIECE);
  private static final int DIGITS = 10;
  private static final int MULTIPLE = 64; // widths of matrices that are quick to multiply

  private WorldTokens() {}

  /// Returns how many tokens there are.
  public static int size() {
    int used = Alphabet.FIXED + tokens().size();
    return (used + MULTIPLE - 1) / MULTIPLE * MULTIPLE;
  }

  /// Returns the `tokenizer.json`.
  public static ObjectNode tokenizer() {
    return Alphabet.tokenizer(tokens(), PIECE, size());
  }

  /// Returns how many tokens a text of the world's words, without tags, has.
  static long count(String text) {
    return PIECES.matcher(text).results().count();
  }

  private static Set<String> tokens() {
    Set<String> plain = new LinkedHashSet<>();
    for (int digit = 0; digit < DIGITS; digit++) {
      plain.add(Integer.toString(digit));
    }
    for (Language language : Language.values()) {
      plain.addAll(Lexicon.of(language));
    }
    Set<String> tokens = new LinkedHashSet<>();
    SIGNS.chars().forEach(c -> tokens.add(Character.toString(c)));
    tokens.addAll(plain);
    plain.forEach(t -> tokens.add(" " + t));
    return tokens;
  }
}
