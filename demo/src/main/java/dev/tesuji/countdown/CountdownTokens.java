package dev.tesuji.countdown;

import dev.tesuji.text.Alphabet;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The tokens of the built-in countdown: one per tag, sign, word, and number up to
/// [Countdown#MOST].
final class CountdownTokens {
  private static final String PIECE = " ?\\p{L}+|[0-9]+|[\\s\\S]";
  private static final String SIGNS = "+-*/=,;:?()\n ";
  private static final List<String> WORDS = List.of("wait", "check", " yes", " no");

  /// How many tokens there are, with those that are not used: a width that is quick to multiply.
  static final int SIZE = 128;

  private CountdownTokens() {}

  /// Returns the `tokenizer.json`.
  static ObjectNode tokenizer() {
    List<String> tokens = new ArrayList<>();
    for (int number = 0; number <= Countdown.MOST; number++) {
      tokens.add(Integer.toString(number));
    }
    SIGNS.chars().forEach(c -> tokens.add(Character.toString(c)));
    tokens.addAll(WORDS);
    return Alphabet.tokenizer(tokens, PIECE, SIZE);
  }
}
