package dev.tesuji.pebble;

import dev.tesuji.text.Alphabet;
import dev.tesuji.weights.TokenSet;
import dev.tesuji.yaml.Named;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The tokens of exercises and programs: one per word, sign, letter, and number up to 31.
@Named("pebble")
public record PebbleTokens() implements TokenSet {
  private static final String PIECE = " ?\\p{L}+|[0-9]+|[\\s\\S]";
  private static final int LARGEST = 31;
  private static final String SIGNS = "+-*/%=<>{}();:,.?\n ";
  private static final List<String> WORDS =
      List.of(
          "from", " a", " b", " add", "add", " take", " times", " rest", " by", " itself", " at",
          " most", " least", " if", " odd", " sum", " up", " after", "give", "if", "while", " x",
          " n");
  private static final int SIZE = 128;

  @Override
  public int size() {
    return SIZE;
  }

  @Override
  public ObjectNode tokenizer() {
    List<String> tokens = new ArrayList<>();
    for (int number = 0; number <= LARGEST; number++) {
      tokens.add(Integer.toString(number));
    }
    SIGNS.chars().forEach(c -> tokens.add(Character.toString(c)));
    for (char letter = 'a'; letter <= 'z'; letter++) {
      tokens.add(Character.toString(letter));
    }
    tokens.addAll(WORDS);
    return Alphabet.tokenizer(tokens, PIECE, SIZE);
  }
}
