package dev.tesuji.studio.web;

import dev.tesuji.check.BadInput;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// The parameters of an address: what follows its question mark.
///
/// @param values by name; of several with one name the last
public record Query(Map<String, String> values) {
  /// Copies the map.
  public Query {
    values = Map.copyOf(values);
  }

  /// Reads what follows the question mark.
  ///
  /// @throws Refusal when it is no query
  public static Query parse(String text) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String part : text.split("&", -1)) {
      if (!part.isEmpty()) {
        int at = part.indexOf('=');
        String name = at < 0 ? part : part.substring(0, at);
        values.put(decode(name), at < 0 ? "" : decode(part.substring(at + 1)));
      }
    }
    return new Query(values);
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Refusal(
          400, "the address must be percent-encoded, got '" + BadInput.brief(text) + "'");
    }
  }

  /// Returns whether a parameter is there and not empty.
  public boolean has(String name) {
    return !text(name).isEmpty();
  }

  /// Returns a parameter; empty where there is none.
  public String text(String name) {
    return values.getOrDefault(name, "");
  }

  /// Returns a parameter that must be there.
  ///
  /// @throws Refusal when it is not
  public String require(String name) {
    if (!has(name)) {
      throw new Refusal(400, "parameter '" + name + "' is missing");
    }
    return text(name);
  }

  /// Returns a whole number.
  ///
  /// @throws Refusal when it is something else, or outside of the range
  public long number(String name, long usual, long least, long most) {
    if (!has(name)) {
      return usual;
    }
    try {
      long number = Long.parseLong(text(name));
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // refused below
    }
    throw new Refusal(
        400,
        "parameter '"
            + name
            + "' must be a whole number from "
            + least
            + " to "
            + most
            + ", got '"
            + BadInput.brief(text(name))
            + "'");
  }

  /// Returns a number.
  ///
  /// @throws Refusal when it is something else
  public double decimal(String name) {
    try {
      return Double.parseDouble(text(name));
    } catch (NumberFormatException e) {
      throw new Refusal(
          400,
          "parameter '" + name + "' must be a number, got '" + BadInput.brief(text(name)) + "'");
    }
  }

  /// Refuses parameters that nothing reads, which are most likely misspelt.
  ///
  /// @throws Refusal naming the first
  public void requireKnown(Set<String> known) {
    for (String name : values.keySet()) {
      if (!known.contains(name)) {
        throw new Refusal(
            400,
            "parameter '"
                + BadInput.brief(name)
                + "' is unknown; there are "
                + String.join(", ", known.stream().sorted().toList()));
      }
    }
  }
}
