package dev.tesuji.math;

import dev.tesuji.math.Token.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The units that are known, and how they are read: measures with their powers and quotients, and
/// things that are counted.
///
/// The list is one of what is allowed. A word that is not in it may negate the number before it,
/// multiply it or take it back, so that it is no unit of an answer; in a gold answer it is one.
final class Units {
  private static final int LONGEST = 8; // tokens

  /// Spellings of measures, by the first of them.
  private static final Map<String, String> MEASURES = new HashMap<>();

  /// Measures of one letter, which are variables unless it is plain that they are not.
  private static final Map<String, String> LETTERS = new HashMap<>();

  /// Things that are counted, in the singular.
  private static final Set<String> THINGS = new HashSet<>();

  /// Words after a unit that change nothing.
  private static final Set<String> TRAILING =
      Set.of(
          "old",
          "each",
          "total",
          "altogether",
          "long",
          "tall",
          "wide",
          "high",
          "deep",
          "away",
          "left");

  /// Words that make of a number something else: never a unit, not of a gold answer either.
  private static final Set<String> OTHERWISE = new HashSet<>();

  static {
    for (String line : UnitWords.MEASURES.lines().toList()) {
      String[] words = line.split(" ", -1);
      for (String word : words) {
        (word.length() == 1 ? LETTERS : MEASURES).put(word, words[0]);
      }
    }
    for (String word : UnitWords.THINGS.split("\\s+", -1)) {
      THINGS.add(singular(word));
    }
    OTHERWISE.addAll(List.of(UnitWords.OTHERWISE.split("\\s+", -1)));
  }

  private Units() {}

  /// Returns whether letters are a measure, so that they are not a product of variables.
  static boolean isMeasure(String letters) {
    return letters.equals("sq")
        || letters.equals("cu")
        || (letters.length() > 1 && measure(letters) != null);
  }

  /// Returns whether a letter stands for a measure in text or between a number and a slash.
  static boolean isLetter(String letter) {
    return LETTERS.containsKey(letter);
  }

  /// Returns whether a word makes something else of a number or name beside it.
  static boolean isOtherwise(String word) {
    return OTHERWISE.contains(word.toLowerCase(Locale.ROOT));
  }

  private static @Nullable String measure(String word) {
    String exact = MEASURES.get(word);
    return exact != null ? exact : MEASURES.get(word.toLowerCase(Locale.ROOT));
  }

  private static String singular(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    if (lower.endsWith("ies") && lower.length() > 4) {
      return lower.substring(0, lower.length() - 3) + "y";
    }
    if (lower.endsWith("ches") || lower.endsWith("shes") || lower.endsWith("xes")) {
      return lower.substring(0, lower.length() - 2);
    }
    return lower.endsWith("s") && !lower.endsWith("ss") && lower.length() > 2
        ? lower.substring(0, lower.length() - 1)
        : lower;
  }

  /// Reads the unit that these tokens are; empty where they cannot be one.
  static Optional<Unit> read(List<Token> tokens) {
    if (tokens.isEmpty()) {
      return Optional.of(Unit.NONE);
    }
    if (tokens.size() > LONGEST || !tokens.stream().allMatch(Units::mayBePart)) {
      return Optional.empty();
    }
    Reader reader = new Reader();
    return reader.read(tokens) ? Optional.of(reader.unit()) : Optional.empty();
  }

  private static boolean mayBePart(Token t) {
    return switch (t.kind()) {
      case WORD -> !OTHERWISE.contains(t.text().toLowerCase(Locale.ROOT));
      case NUMBER -> t.text().length() == 1;
      case NAME -> LETTERS.containsKey(t.text());
      case SIGN -> Set.of("^", "/", "*", "{", "}", "-", "%").contains(t.text());
      default -> false;
    };
  }

  /// The unit as far as it has been read.
  private static final class Reader {
    private final Map<String, Integer> powers = new TreeMap<>();
    private final List<String> words = new ArrayList<>();
    private boolean known = true;
    private int sign = 1;
    private int prefix = 1; // the power that "square" gives to what follows it
    private String last = "";
    private int lastSign = 1;

    boolean read(List<Token> tokens) {
      for (int i = 0; i < tokens.size(); i++) {
        Token t = tokens.get(i);
        if (t.is("^")) {
          i = power(tokens, i + 1);
          if (i < 0) {
            return false;
          }
        } else if (t.is("/")) {
          sign = -1;
        } else if (t.is("%")) {
          multiply("percent");
        } else if (t.is(Kind.WORD) || t.is(Kind.NAME)) {
          word(t.text(), i == tokens.size() - 1);
        } else if (!t.is("*") || last.isEmpty()) {
          return false; // a number or sign that is no power
        }
      }
      return prefix == 1 || powers.isEmpty();
    }

    /// Reads the power of the unit before it and returns where it ends; -1 where it is none.
    private int power(List<Token> tokens, int start) {
      int i = start;
      boolean braced = i < tokens.size() && tokens.get(i).is("{");
      i += braced ? 1 : 0;
      boolean minus = i < tokens.size() && tokens.get(i).is("-");
      i += minus ? 1 : 0;
      if (last.isEmpty() || i >= tokens.size() || !tokens.get(i).is(Kind.NUMBER)) {
        return -1;
      }
      int power = Integer.parseInt(tokens.get(i).text());
      powers.merge(last, lastSign * ((minus ? -power : power) - 1), Integer::sum);
      if (braced && (i + 1 >= tokens.size() || !tokens.get(i + 1).is("}"))) {
        return -1;
      }
      return braced ? i + 1 : i;
    }

    private void word(String text, boolean atEnd) {
      String lower = text.toLowerCase(Locale.ROOT);
      words.add(singular(text));
      switch (lower) {
        case "per" -> sign = -1;
        case "square", "sq" -> prefix = 2;
        case "cubic", "cu" -> prefix = 3;
        case "squared", "cubed" -> raise(lower.equals("squared") ? 2 : 3);
        case "of" -> known &= !powers.isEmpty() && !atEnd;
        default -> named(text, lower);
      }
    }

    private void named(String text, String lower) {
      String measure = text.length() == 1 ? LETTERS.get(text) : measure(text);
      if (lower.equals("cent") && sign < 0 && powers.isEmpty()) {
        sign = 1;
        multiply("percent"); // per cent
      } else if (measure != null) {
        if (measure.equals("mph") || measure.equals("kph")) {
          multiply(measure.equals("mph") ? "mile" : "km");
          sign = -sign;
          multiply("hour");
        } else {
          multiply(measure);
        }
      } else if (THINGS.contains(singular(lower))) {
        multiply(singular(lower));
      } else {
        known &= TRAILING.contains(lower) && !powers.isEmpty();
      }
    }

    private void multiply(String base) {
      powers.merge(base, sign * prefix, Integer::sum);
      last = base;
      lastSign = sign;
      sign = 1;
      prefix = 1;
    }

    private void raise(int power) {
      if (last.isEmpty()) {
        known = false;
      } else {
        powers.merge(last, lastSign * (power - 1), Integer::sum);
      }
    }

    Unit unit() {
      if (!known || powers.isEmpty()) {
        return new Unit(String.join(" ", words), known && powers.isEmpty() && words.isEmpty());
      }
      if (powers.containsKey("celsius") || powers.containsKey("fahrenheit")) {
        powers.remove("degree");
      }
      StringBuilder name = new StringBuilder();
      powers.forEach((base, power) -> {
        if (power != 0) {
          name.append(name.isEmpty() ? "" : " ").append(base);
          name.append(power == 1 ? "" : "^" + power);
        }
      });
      return new Unit(name.toString(), true);
    }
  }
}
