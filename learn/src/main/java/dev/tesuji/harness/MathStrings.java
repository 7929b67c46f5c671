package dev.tesuji.harness;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Answers of the MATH data set as texts: found, brought into one form, compared. The form is that
/// of [Hendrycks et al., 2021](https://arxiv.org/abs/2103.03874), which the harness's
/// `hendrycks_math` tasks use: it knows spelling, not mathematics.
final class MathStrings {
  private static final String BOXED = "\\boxed";
  private static final String BOXED_SPACE = "\\boxed ";
  private static final String FBOX = "\\fbox";
  private static final Pattern FRACTION =
      Pattern.compile("(-?(?:0|[1-9][0-9]*))/(-?(?:0|[1-9][0-9]*))");

  private MathStrings() {}

  /// Returns what stands in the last box of a text; empty text where there is none.
  static String boxed(String text) {
    if (text.contains(BOXED_SPACE)) {
      String rest = text.substring(text.lastIndexOf(BOXED_SPACE) + BOXED_SPACE.length());
      return rest.split("\\$", 2)[0];
    }
    int start = text.lastIndexOf(BOXED);
    start = start < 0 ? text.lastIndexOf(FBOX) : start;
    int open = 0;
    for (int i = Math.max(0, start); start >= 0 && i < text.length(); i++) {
      char c = text.charAt(i);
      open += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (c == '}' && open == 0) {
        return text.substring(text.indexOf('{', start) + 1, i);
      }
    }
    return "";
  }

  /// Finds the answer in what a model wrote: what stands between the first dollar sign and the
  /// last, else all of it.
  static String answer(String written) {
    int first = written.indexOf('$');
    int last = written.lastIndexOf('$');
    return first < last ? written.substring(first + 1, last) : written;
  }

  /// Returns whether two answers have the same form.
  static boolean same(String one, String two) {
    String first = form(one);
    String second = form(two);
    return (first == null || second == null) ? one.equals(two) : first.equals(second);
  }

  /// Brings an answer into its form; null where the published code gives up on it.
  private static @Nullable String form(String answer) {
    String s = answer.replace("\n", "").replace("\\!", "").replace("\\\\", "\\");
    s = s.replace("tfrac", "frac").replace("dfrac", "frac");
    s = s.replace("\\left", "").replace("\\right", "");
    s = s.replace("^{\\circ}", "").replace("^\\circ", "").replace("\\$", "");
    String[] units = s.split("\\\\text\\{ ", -1);
    if (units.length > 2) {
      return null;
    }
    s = units[0].replace("\\%", "").replace(" .", " 0.").replace("{.", "{0.");
    if (s.isEmpty()) {
      return s;
    }
    s = s.startsWith(".") ? "0" + s : s;
    String[] sides = s.split("=", -1);
    if (sides.length == 2 && sides[0].length() <= 2) {
      s = sides[1];
    }
    s = roots(s);
    s = s == null ? null : fractions(s.replace(" ", ""));
    if (s == null) {
      return null;
    }
    s = s.equals("0.5") ? "\\frac{1}{2}" : s;
    return slash(s);
  }

  /// Puts what follows a root into braces.
  private static @Nullable String roots(String s) {
    String[] parts = s.split("\\\\sqrt", -1);
    StringBuilder out = new StringBuilder(parts[0]);
    for (int i = 1; i < parts.length; i++) {
      String part = parts[i];
      if (part.isEmpty()) {
        return null;
      }
      out.append("\\sqrt");
      out.append(part.startsWith("{") ? part : "{" + part.charAt(0) + "}" + part.substring(1));
    }
    return out.toString();
  }

  /// Puts both parts of a fraction into braces.
  private static @Nullable String fractions(String s) {
    String[] parts = s.split("\\\\frac", -1);
    StringBuilder out = new StringBuilder(parts[0]);
    for (int i = 1; i < parts.length; i++) {
      String part = parts[i];
      if (part.isEmpty()) {
        return null;
      }
      out.append("\\frac");
      if (part.startsWith("{")) {
        out.append(part);
        continue;
      }
      if (part.length() < 2) {
        return s;
      }
      out.append('{').append(part.charAt(0)).append('}');
      out.append(part.charAt(1) == '{' ? "{" : "{" + part.charAt(1) + "}");
      out.append(part.substring(2));
    }
    return out.toString();
  }

  /// Writes a quotient of two whole numbers as a fraction. The published code fails on any other
  /// single slash, and then compares what it was given.
  private static @Nullable String slash(String s) {
    if (s.chars().filter(c -> c == '/').count() != 1) {
      return s;
    }
    Matcher whole = FRACTION.matcher(s);
    if (whole.matches()) {
      return "\\frac{" + whole.group(1) + "}{" + whole.group(2) + "}";
    }
    return s.matches("\\s*[-+]?[0-9_]+\\s*/\\s*[-+]?[0-9_]+\\s*") ? s : null;
  }
}
