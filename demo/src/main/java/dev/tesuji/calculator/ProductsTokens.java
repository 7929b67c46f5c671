package dev.tesuji.calculator;

import dev.tesuji.text.Alphabet;
import dev.tesuji.weights.TokenSet;
import dev.tesuji.yaml.Named;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// The tokens of a small model that calls the calculator: digits, signs, and one token for each
/// piece of a call that is always the same.
@Named("calculator")
public record ProductsTokens() implements TokenSet {
  static final String BEGIN =
      "<tool_call>{\"name\": \"calculator\", \"arguments\": {\"expression\": \"";
  static final String END = "\"}}</tool_call>";

  private static final List<String> PIECES =
      List.of(BEGIN, END, "<tool_response>", "</tool_response>", "error: ");
  private static final String LETTERS =
      "0123456789+-*/=?().\n ',:[]abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_{}\"<>";
  private static final int MULTIPLE = 64;

  private static List<String> tokens() {
    List<String> tokens = new ArrayList<>(PIECES);
    LETTERS.chars().forEach(c -> tokens.add(Character.toString(c)));
    return tokens;
  }

  @Override
  public int size() {
    int used = Alphabet.FIXED + tokens().size();
    return (used + MULTIPLE - 1) / MULTIPLE * MULTIPLE;
  }

  @Override
  public ObjectNode tokenizer() {
    String pattern =
        Stream.concat(PIECES.stream().map(ProductsTokens::escaped), Stream.of("[\\s\\S]"))
            .collect(Collectors.joining("|"));
    return Alphabet.tokenizer(tokens(), pattern, size());
  }

  /// Escapes what is a sign of regular expressions, for libraries that do not know `\Q`.
  private static String escaped(String piece) {
    return Pattern.compile("[{}\\\\^$|?*+()\\[\\].]").matcher(piece).replaceAll("\\\\$0");
  }
}
