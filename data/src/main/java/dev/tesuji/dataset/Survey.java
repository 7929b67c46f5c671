package dev.tesuji.dataset;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Counts what [DataInspection] shows, row by row. Of each row it keeps a hash of 16 bytes and the
/// lengths of its texts.
final class Survey {
  /// The first 16 bytes of a row's SHA-256.
  private record Hash(long first, long second) {}

  private static final class Tally {
    final Set<String> types = new TreeSet<>();
    final IntStream.Builder lengths = IntStream.builder();
    long values;
  }

  private final Map<String, Tally> columns = new LinkedHashMap<>();
  private final Set<Hash> seen = new HashSet<>();
  private final MessageDigest digest = sha256();
  private long rows;
  private long misfits;
  private boolean conversational;
  private @Nullable Shape shape;
  private @Nullable Row first;
  private @Nullable String firstMisfit;

  void add(Row row) {
    rows++;
    if (first == null) {
      first = row;
      Optional<Shape> found = Shape.find(row, Columns.DEFAULT);
      shape = found.orElse(null);
    }
    fit(row);
    seen.add(hash(row.fields()));
    for (Map.Entry<String, JsonNode> e : row.fields().properties()) {
      Tally tally = columns.computeIfAbsent(e.getKey(), _ -> new Tally());
      if (!e.getValue().isNull()) {
        tally.values++;
        tally.types.add(type(e.getValue()));
        characters(e.getValue()).ifPresent(tally.lengths::add);
      }
    }
  }

  private void fit(Row row) {
    if (shape == null) {
      return;
    }
    try {
      Example example = shape.read(row, Columns.DEFAULT);
      conversational |= rows == 1 && example.isConversational();
    } catch (BadInput e) {
      misfits++;
      firstMisfit = firstMisfit == null ? e.getMessage() : firstMisfit;
    }
  }

  DataInspection sum(int files) {
    if (first == null) {
      throw new IllegalStateException("a data set has at least one row");
    }
    List<DataInspection.Column> sums = new ArrayList<>();
    columns.forEach((name, tally) ->
        sums.add(
            new DataInspection.Column(
                name, tally.types, 1 - (double) tally.values / rows, lengths(tally))));
    return new DataInspection(
        shape, conversational, files, rows, rows - seen.size(), misfits, firstMisfit, sums, first);
  }

  private static DataInspection.@Nullable Lengths lengths(Tally tally) {
    int[] sorted = tally.lengths.build().sorted().toArray();
    return sorted.length == 0
        ? null
        : new DataInspection.Lengths(
            sorted[0], sorted[(sorted.length - 1) / 2], sorted[sorted.length - 1]);
  }

  private static String type(JsonNode value) {
    if (value.isArray()) {
      boolean messages = !value.isEmpty();
      for (JsonNode item : value) {
        messages &= item.has("role") && item.has("content");
      }
      return messages ? "messages" : "list";
    }
    return value.isString()
        ? "text"
        : value.isNumber() ? "number" : value.isBoolean() ? "true or false" : "object";
  }

  /// Counts the characters of a text, of the texts of a list, or of a message; nothing of values
  /// that have none.
  private static OptionalInt characters(JsonNode value) {
    if (value.isString()) {
      String text = value.stringValue();
      return OptionalInt.of(text.codePointCount(0, text.length()));
    }
    if (value.isObject() && value.has("content")) {
      return characters(value.get("content"));
    }
    if (!value.isArray()) {
      return OptionalInt.empty();
    }
    boolean any = false;
    int sum = 0;
    for (JsonNode item : value) {
      OptionalInt part = characters(item);
      any |= part.isPresent();
      sum += part.orElse(0);
    }
    return any ? OptionalInt.of(sum) : OptionalInt.empty();
  }

  private Hash hash(ObjectNode fields) {
    ByteBuffer bytes =
        ByteBuffer.wrap(digest.digest(Json.line(fields).getBytes(StandardCharsets.UTF_8)));
    return new Hash(bytes.getLong(), bytes.getLong());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
