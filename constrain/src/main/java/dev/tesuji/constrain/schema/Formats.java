package dev.tesuji.constrain.schema;

import dev.tesuji.constrain.automaton.Dfa;
import dev.tesuji.constrain.automaton.Encoding;
import dev.tesuji.constrain.automaton.Regex;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The formats of texts, as regular expressions for whole texts. Each accepts a part of what its
/// standard does: what everybody reads (offsets of at most 14 hours, hosts of at most 4 labels, no
/// leap seconds).
final class Formats {
  private static final Map<String, String> EXPRESSIONS = new LinkedHashMap<>();

  private static final Set<String> SILENT = Set.of("password", "int32", "int64", "float", "double");

  private static final Map<String, Dfa> KNOWN = new ConcurrentHashMap<>();

  private static final int STATES = 20_000;

  static {
    String date =
        "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
            + "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
            + "|02-(?:0[1-9]|1[0-9]|2[0-8]))"
            + "|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])"
            + "|(?:[02468][048]|[13579][26])00)-02-29)";
    String time =
        "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,9})?"
            + "(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)";
    String label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    String host = "(?:" + label + "\\.){0,2}[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    String byteValue = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    String ipv4 = byteValue + "(?:\\." + byteValue + "){3}";
    String path = "(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})";
    String behind = "(?:\\?(?:" + path + "|[/?])*)?(?:#(?:" + path + "|[/?])*)?";
    EXPRESSIONS.put("date", date);
    EXPRESSIONS.put("time", time);
    EXPRESSIONS.put("date-time", date + "T" + time);
    EXPRESSIONS.put("duration", duration());
    EXPRESSIONS.put(
        "email",
        "[A-Za-z0-9_+-]{1,20}(?:\\.[A-Za-z0-9_+-]{1,20}){0,2}@"
            + "(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?\\.){1,3}[A-Za-z]{2,10}");
    EXPRESSIONS.put("hostname", host);
    EXPRESSIONS.put("ipv4", ipv4);
    EXPRESSIONS.put("ipv6", ipv6());
    EXPRESSIONS.put(
        "uri",
        "[A-Za-z][A-Za-z0-9+-]*://(?:"
            + host
            + "|"
            + ipv4
            + ")(?::[1-9][0-9]{0,3})?(?:/"
            + path
            + "*)*"
            + behind);
    String first = "(?:[A-Za-z0-9._~!$&'()*+,;=@-]|%[0-9A-Fa-f]{2})"; // a colon would end a scheme
    EXPRESSIONS.put(
        "uri-reference", "(?:/|(?:/" + path + "+|" + first + "+)(?:/" + path + "+)*/?)?" + behind);
    EXPRESSIONS.put("json-pointer", "(?:/(?:[^~/]|~[01])*)*");
    EXPRESSIONS.put(
        "byte", "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"); // base64
    EXPRESSIONS.put(
        "uuid", "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
  }

  private Formats() {}

  private static String duration() {
    String n = "[0-9]{1,9}";
    String time =
        "T(?:" + n + "H(?:" + n + "M(?:" + n + "S)?)?|" + n + "M(?:" + n + "S)?|" + n + "S)";
    String date =
        "(?:" + n + "Y(?:" + n + "M(?:" + n + "D)?)?|" + n + "M(?:" + n + "D)?|" + n + "D)";
    return "P(?:"
        + date
        + "(?:"
        + time
        + ")?|"
        + time
        + "|[0-9]{1,8}W)"; // Java takes weeks for seven days each
  }

  private static String ipv6() {
    String h = "[0-9a-fA-F]{1,4}";
    StringBuilder all = new StringBuilder("(?:" + h + ":){7}" + h);
    for (int before = 0; before <= 6; before++) { // one run of zeros, left out
      int after = 6 - before;
      String left = before == 0 ? "" : h + "(?::" + h + "){0," + (before - 1) + "}";
      String right = after == 0 ? "" : "(?:" + h + "(?::" + h + "){0," + (after - 1) + "})?";
      String start = before == 0 ? "" : "(?:" + left + ")";
      all.append('|').append(start).append("::").append(right);
    }
    return all.toString();
  }

  /// Returns how many bits a whole number of a format has; 0 where it does not say.
  static int bits(String name) {
    return switch (name) {
      case "int32" -> Integer.SIZE;
      case "int64" -> Long.SIZE;
      default -> 0;
    };
  }

  /// Returns whether a format, of OpenAPI, says nothing about texts.
  static boolean isSilent(String name) {
    return SILENT.contains(name);
  }

  /// Returns the names of the formats.
  static Set<String> names() {
    return EXPRESSIONS.keySet();
  }

  /// Returns the automaton of a format that is known, inside a text of JSON.
  static Dfa automaton(String name) {
    return KNOWN.computeIfAbsent(
        name,
        n ->
            Regex.parse(EXPRESSIONS.getOrDefault(n, ""), n)
                .automaton(Encoding.JSON, STATES, "format " + n));
  }
}
