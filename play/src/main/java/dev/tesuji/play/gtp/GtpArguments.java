package dev.tesuji.play.gtp;

import dev.tesuji.check.BadInput;
import dev.tesuji.play.go.Go;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;

/// The words after a command.
record GtpArguments(List<String> words) {
  private static final double LARGEST = 1e9;
  private static final int LONGEST = 100; // digits that are looked at

  GtpArguments {
    words = List.copyOf(words);
  }

  int size() {
    return words.size();
  }

  /// Returns a word.
  ///
  /// @param what says what it is, for the message where it is missing
  String word(int index, String what) {
    if (index >= words.size()) {
      throw new GtpError("syntax error: " + what + " is missing");
    }
    return words.get(index);
  }

  /// Returns a whole number in a range.
  int integer(int index, String what, int low, int high) {
    String word = word(index, what);
    if (!word.matches("[+-]?[0-9]+")) {
      throw new GtpError(what + " must be a whole number, got '" + BadInput.brief(word) + "'");
    }
    BigInteger value = new BigInteger(word.length() > LONGEST ? word.substring(0, LONGEST) : word);
    if (value.compareTo(BigInteger.valueOf(low)) < 0
        || value.compareTo(BigInteger.valueOf(high)) > 0) {
      throw new GtpError(
          what + " must be from " + low + " to " + high + ", got " + BadInput.brief(word));
    }
    return value.intValue();
  }

  /// Returns a number that is finite.
  double number(int index, String what) {
    String word = word(index, what);
    boolean plain = word.matches("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,3})?");
    double value = plain ? Double.parseDouble(word) : Double.NaN;
    if (!(Math.abs(value) <= LARGEST)) {
      throw new GtpError(what + " must be a number, got '" + BadInput.brief(word) + "'");
    }
    return value;
  }

  /// Returns a colour.
  int color(int index) {
    String word = word(index, "the color");
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "b", "black" -> Go.BLACK;
      case "w", "white" -> Go.WHITE;
      default ->
          throw new GtpError(
              "invalid color: it must be black or white, got '" + BadInput.brief(word) + "'");
    };
  }

  /// Returns whether a word is a colour.
  boolean isColor(int index) {
    return index < size() && words.get(index).matches("(?i)b|w|black|white");
  }

  /// Returns the action of a vertex.
  int vertex(int index, Go go) {
    String word = word(index, "the vertex");
    int action = go.action(word);
    if (action < 0) {
      throw new GtpError(
          "invalid coordinate: it must be a point of the board of "
              + go.width()
              + "x"
              + go.height()
              + " or pass, got '"
              + BadInput.brief(word)
              + "'");
    }
    return action;
  }
}
