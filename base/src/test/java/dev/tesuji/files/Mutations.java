package dev.tesuji.files;

import dev.tesuji.json.Json;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Breaks files the way files break, and worse; the same way for the same seed.
public final class Mutations {
  private static final int DEEP = 20_000;
  private static final String RAW = "@raw@"; // stands for JSON that no tree can hold

  /// What a value is replaced by.
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "1",
          "2",
          "7",
          "-1",
          "-2147483648",
          "2147483647",
          "2147483648",
          "4294967295",
          "4294967296",
          "1000000000",
          "1048577",
          "9223372036854775807",
          "-9223372036854775808",
          "18446744073709551616",
          "1" + "0".repeat(400),
          "0.5",
          "2.0",
          "-0.0",
          "1e-320",
          "1e308",
          "\"\"",
          "\"x\"",
          "\"1\"",
          "\"NaN\"",
          "\"\\u0000\"",
          "\"../../x\"",
          "\"" + "long ".repeat(4_000) + "\"",
          "[]",
          "{}",
          "[null]",
          "[[[]]]",
          "{\"\": {}}",
          "[-1, 1e9, \"a\"]",
          "[[[[[[[[[[[[]]]]]]]]]]]]");

  /// What no parser should take, or only a careless one.
  private static final List<String> OUTRAGES =
      List.of(
          "NaN",
          "-Infinity",
          "1e999",
          "\"\\ud800\"",
          "1" + "0".repeat(2_000),
          "[".repeat(200) + "]".repeat(200),
          "[".repeat(DEEP) + "]".repeat(DEEP),
          "{\"a\":".repeat(DEEP) + "1" + "}".repeat(DEEP),
          "1,1",
          "}");

  private final SplittableRandom random;
  private final List<String> raw = new ArrayList<>();

  /// Starts a sequence of mutations.
  public Mutations(long seed) {
    random = new SplittableRandom(seed);
  }

  /// Returns a whole number from 0 up to but without a bound.
  public int below(int bound) {
    return random.nextInt(bound);
  }

  /// Returns the text of an object that was changed in one to three places.
  public String json(ObjectNode whole) {
    raw.clear();
    ObjectNode broken = whole.deepCopy();
    for (int i = 1 + below(1 + below(3)); i > 0; i--) {
      change(broken);
    }
    String text = Json.line(broken);
    for (int i = 0; i < raw.size(); i++) {
      text = text.replace("\"" + RAW + i + "\"", raw.get(i));
    }
    return text;
  }

  /// Returns a text of JSON that was changed in its tree, or now and then in its bytes.
  public byte[] jsonFile(ObjectNode whole) {
    byte[] text = json(whole).getBytes(StandardCharsets.UTF_8);
    return below(5) == 0 ? bytes(Json.line(whole).getBytes(StandardCharsets.UTF_8)) : text;
  }

  /// Returns bytes with one to three of them, or a range, changed, added, repeated or taken out.
  public byte[] bytes(byte[] whole) {
    byte[] bytes = whole;
    for (int i = 1 + below(3); i > 0; i--) {
      bytes = changeBytes(bytes);
    }
    return bytes;
  }

  private byte[] changeBytes(byte[] whole) {
    if (whole.length == 0) {
      return new byte[] {(byte) below(256)};
    }
    int at = below(whole.length);
    int length = Math.min(whole.length - at, 1 + below(1 + below(64)));
    byte[] changed = whole.clone();
    return switch (below(6)) {
      case 0 -> {
        changed[at] ^= (byte) (1 << below(8));
        yield changed;
      }
      case 1 -> {
        changed[at] = (byte) below(256);
        yield changed;
      }
      case 2 -> {
        Arrays.fill(changed, at, at + length, (byte) (below(2) == 0 ? 0 : 255));
        yield changed;
      }
      case 3 -> Arrays.copyOf(whole, at);
      case 4 ->
          join(Arrays.copyOf(whole, at), Arrays.copyOfRange(whole, at + length, whole.length));
      default ->
          join(Arrays.copyOf(whole, at + length), Arrays.copyOfRange(whole, at, whole.length));
    };
  }

  private static byte[] join(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private void change(ObjectNode root) {
    JsonNode parent = root;
    while (true) {
      List<JsonNode> children = new ArrayList<>(parent.values());
      if (children.isEmpty()) {
        return;
      }
      int i = below(children.size());
      if (!children.get(i).isContainer() || children.get(i).isEmpty() || below(3) == 0) {
        switch (parent) {
          case ObjectNode object -> changeField(object, i);
          case ArrayNode array -> changeElement(array, i);
          default -> throw new AssertionError(parent);
        }
        return;
      }
      parent = children.get(i);
    }
  }

  private void changeField(ObjectNode object, int i) {
    List<String> names = List.copyOf(object.propertyNames());
    String name = names.get(i);
    JsonNode value = object.path(name);
    switch (below(10)) {
      case 0 -> object.remove(name);
      case 1 -> {
        object.remove(name);
        object.set(name + "s", value);
      }
      case 2 -> object.set(name, object.path(names.get(below(names.size()))).deepCopy());
      case 3 -> // the same key once more
          object.put(
              name,
              raw(Json.line(value) + "," + Json.line(object.stringNode(name)) + ":" + pick()));
      case 4 -> object.putArray(name).add(value);
      case 5, 6, 7 -> object.put(name, raw(near(value)));
      default -> object.put(name, raw(pick()));
    }
  }

  private void changeElement(ArrayNode array, int i) {
    JsonNode value = array.path(i);
    switch (below(10)) {
      case 0 -> array.remove(i);
      case 1 -> array.insert(i, value.deepCopy());
      case 2 -> array.set(i, array.path(below(array.size())).deepCopy());
      case 3 -> array.add(raw(pick()));
      case 4, 5, 6 -> array.set(i, raw(near(value)));
      default -> array.set(i, raw(pick()));
    }
  }

  private String pick() {
    List<String> from = below(12) == 0 ? OUTRAGES : VALUES;
    return from.get(below(from.size()));
  }

  /// Returns a value that is only a little wrong.
  private String near(JsonNode value) {
    if (value.isIntegralNumber()) {
      return value.bigIntegerValue().add(BigInteger.valueOf(below(5) - 2)).toString();
    }
    if (value.isNumber()) {
      return Double.toString(value.doubleValue() * (below(2) == 0 ? 1.5 : -1));
    }
    if (value.isBoolean()) {
      return value.booleanValue() ? "false" : "true";
    }
    if (value.isString()) {
      String text = value.stringValue();
      int at = below(text.length() + 1);
      String other = below(2) == 0 ? text.substring(0, at) : text.substring(at) + text;
      return Json.MAPPER.writeValueAsString(other);
    }
    return pick();
  }

  private String raw(String json) {
    raw.add(json);
    return RAW + (raw.size() - 1);
  }
}
