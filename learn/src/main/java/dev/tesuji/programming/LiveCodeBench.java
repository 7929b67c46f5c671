package dev.tesuji.programming;

import dev.tesuji.code.Comparison;
import dev.tesuji.code.Submission;
import dev.tesuji.code.Tests;
import dev.tesuji.dataset.Row;
import dev.tesuji.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.InflaterInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// Problems of LiveCodeBench. Their private tests are a list in JSON, or that list pickled, packed
/// by zlib and written in base64.
final class LiveCodeBench {
  private static final int LARGEST = 1 << 28; // bytes of tests, unpacked

  private LiveCodeBench() {}

  static CodeFormat.Asked read(Row row, Submission.Limits limits) {
    List<JsonNode> tests = new ArrayList<>();
    CodeFormat.json(row, "public_test_cases").forEach(tests::add);
    JsonNode hidden = row.get("private_test_cases");
    if (hidden != null) {
      (hidden.isString() ? list(hidden.stringValue()) : hidden).forEach(tests::add);
    }
    JsonNode about = row.get("metadata") == null ? null : CodeFormat.json(row, "metadata");
    String function = about == null ? "" : about.path("func_name").asString("");
    boolean calls =
        tests.stream().anyMatch(t -> t.path("testtype").asString("").equals("functional"));
    String starter = row.text("starter_code");
    String text = row.requireText("question_content");
    return new CodeFormat.Asked(
        starter == null || starter.isBlank() ? text : text + "\n\nBegin with:\n" + starter,
        new CodeTests(calls ? calls(function, tests) : runs(tests), limits, "", ""));
  }

  private static Tests runs(List<JsonNode> tests) {
    return new Tests.InputOutput(
        tests.stream().map(t -> t.path("input").asString("")).toList(),
        tests.stream().map(t -> t.path("output").asString("")).toList(),
        Comparison.NUMBERS);
  }

  /// An input has an argument in JSON on each line.
  private static Tests calls(String function, List<JsonNode> tests) {
    if (!function.matches("\\w+")) {
      throw new IllegalArgumentException("metadata must have func_name, got '" + function + "'");
    }
    ArrayNode inputs = Json.MAPPER.createArrayNode();
    ArrayNode outputs = Json.MAPPER.createArrayNode();
    for (JsonNode test : tests) {
      ArrayNode arguments = inputs.addArray();
      test.path("input")
          .asString("")
          .lines()
          .filter(line -> !line.isBlank())
          .forEach(line -> arguments.add(Json.MAPPER.readTree(line)));
      outputs.add(Json.MAPPER.readTree(test.path("output").asString("null")));
    }
    return CodeFormat.calls(function, inputs, outputs);
  }

  private static JsonNode list(String text) {
    try {
      return Json.MAPPER.readTree(text);
    } catch (JacksonException _) {
      return Json.MAPPER.readTree(unpacked(text));
    }
  }

  private static String unpacked(String text) {
    byte[] packed = Base64.getDecoder().decode(text.strip());
    try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(packed))) {
      byte[] bytes = in.readNBytes(LARGEST);
      if (bytes.length == LARGEST) {
        throw new IllegalArgumentException("its private tests are too large");
      }
      return pickled(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    } catch (IOException e) {
      throw new IllegalArgumentException("its private tests are no zlib data", e);
    }
  }

  /// Returns the one text that a pickle holds; nothing of a pickle is ever run.
  private static String pickled(ByteBuffer in) {
    while (in.hasRemaining()) {
      int code = in.get() & 0xff;
      switch (code) {
        case 0x80 -> in.get(); // PROTO
        case 0x95 -> in.getLong(); // FRAME
        case 'X' -> {
          return text(in, in.getInt()); // BINUNICODE
        }
        case 0x8c -> {
          return text(in, in.get() & 0xff); // SHORT_BINUNICODE
        }
        case 0x8d -> {
          return text(in, in.getLong()); // BINUNICODE8
        }
        default ->
            throw new IllegalArgumentException(
                "its private tests must be a pickled text, got code " + code);
      }
    }
    throw new IllegalArgumentException("its private tests must be a pickled text, got none");
  }

  private static String text(ByteBuffer in, long length) {
    if (length < 0 || length > in.remaining()) {
      throw new IllegalArgumentException("its private tests are cut off");
    }
    byte[] bytes = new byte[(int) length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
