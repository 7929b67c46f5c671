package dev.tesuji.jinja;

import dev.tesuji.jinja.Value.Text;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The escaping of text for HTML, as markupsafe does it, and the mode in which it happens on its
/// own.
final class Markup {
  /// A range of a template in which what is written is escaped, as `{% autoescape true %}` begins
  /// it.
  static final class Mode {
    boolean on;
  }

  private static final Pattern ENTITY =
      Pattern.compile("&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});");

  /// The names that text in chat templates may have; others stay as they are.
  private static final Map<String, String> NAMED = named();

  private Markup() {}

  private static Map<String, String> named() {
    Map<String, String> names = new HashMap<>();
    String pairs =
        "amp & lt < gt > quot \" apos ' nbsp \u00a0 copy \u00a9 reg \u00ae deg \u00b0 middot \u00b7"
            + " times \u00d7 ndash \u2013 mdash \u2014 lsquo \u2018 rsquo \u2019 ldquo \u201c"
            + " rdquo \u201d bull \u2022 hellip \u2026 larr \u2190 rarr \u2192 le \u2264 ge \u2265"
            + " ne \u2260";
    String[] words = pairs.split(" ", -1);
    for (int i = 0; i < words.length; i += 2) {
      names.put(words[i], words[i + 1]);
    }
    return names;
  }

  /// Returns a text with the characters that HTML has a use for written as entities.
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace(">", "&gt;")
        .replace("<", "&lt;")
        .replace("'", "&#39;")
        .replace("\"", "&#34;");
  }

  /// Returns a value as escaped text; text that is escaped already stays as it is.
  static Text escape(Value value, Budget budget) {
    return value instanceof Text t && t.safe()
        ? t
        : new Text(escape(Printing.str(value, budget)), true);
  }

  /// Replaces entities by what they stand for.
  static String unescape(String text) {
    return ENTITY
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(character(found.group(1), found.group())));
  }

  private static String character(String name, String whole) {
    if (name.charAt(0) != '#') {
      return NAMED.getOrDefault(name, whole);
    }
    boolean hex = Character.toLowerCase(name.charAt(1)) == 'x';
    int code = Integer.parseInt(name.substring(hex ? 2 : 1), hex ? 16 : 10);
    boolean valid =
        code > 0 && Character.isValidCodePoint(code) && (code < 0xd800 || code > 0xdfff);
    return valid ? Character.toString(code) : "\ufffd";
  }

  /// Takes comments and tags out, makes each stretch of blanks one space and replaces entities.
  static String stripTags(String text) {
    StringBuilder out = new StringBuilder();
    String plain = without(text, "<!--", "-->");
    out.append(without(plain, "<", ">"));
    List<String> words = Strings.words(out.toString(), -1, false);
    return unescape(String.join(" ", words));
  }

  /// Takes out what stands between two marks, with the marks, up to the first that is not closed.
  private static String without(String text, String open, String close) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    for (int start = text.indexOf(open); start >= 0; start = text.indexOf(open, at)) {
      int end = text.indexOf(close, start);
      if (end < 0) {
        break;
      }
      out.append(text, at, start);
      at = end + close.length();
    }
    return out.append(text.substring(at)).toString();
  }
}
