package dev.tesuji.jinja;

import dev.tesuji.jinja.Value.Whole;
import java.math.BigInteger;

/// Reads the numbers that a source writes out.
final class Literals {
  private Literals() {}

  /// Reads `12`, `1_000`, `0x1f`, `0o17` or `0b11`.
  ///
  /// @throws Trouble when it is no number, or a very long one
  static Whole integer(Token token) {
    String digits = token.text().replace("_", "");
    int radix =
        switch (digits.length() > 1 ? Character.toLowerCase(digits.charAt(1)) : '0') {
          case 'x' -> 16;
          case 'o' -> 8;
          case 'b' -> 2;
          default -> 10;
        };
    if (digits.length() > Numbers.DIGITS) {
      throw new Trouble(token.line(), "an integer has more than " + Numbers.DIGITS + " digits");
    }
    try {
      return new Whole(new BigInteger(radix == 10 ? digits : digits.substring(2), radix));
    } catch (NumberFormatException e) {
      throw new Trouble(token.line(), "'" + token.text() + "' is no number");
    }
  }

  /// Reads `1.5`, `1e-3` or `1_0.5`.
  static Value.Real real(Token token) {
    return new Value.Real(Double.parseDouble(token.text().replace("_", "")));
  }
}
