package dev.tesuji.programming;

import dev.tesuji.check.BadInput;
import dev.tesuji.code.Comparison;
import dev.tesuji.code.Submission;
import dev.tesuji.code.Tests;
import dev.tesuji.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The tests of a programming problem, as they stand in its gold answer: one line of JSON.
///
/// @param tests what a program must do
/// @param limits what each test may take
/// @param begun what a program begins with where it does not define the entry point itself: the
///   prompt of HumanEval, whose completions are bodies of functions
/// @param solution a program that passes; empty where none is known
public record CodeTests(Tests tests, Submission.Limits limits, String begun, String solution) {
  /// Writes them.
  public String toJson() {
    ObjectNode out = Json.MAPPER.createObjectNode();
    switch (tests) {
      case Tests.InputOutput t -> {
        t.inputs().forEach(out.putArray("inputs")::add);
        t.outputs().forEach(out.putArray("outputs")::add);
        out.put("numbers", t.comparison() == Comparison.NUMBERS);
        if (t.checker() != null) {
          out.put("checker", t.checker());
        }
      }
      case Tests.Asserts t -> {
        t.statements().forEach(out.putArray("asserts")::add);
        if (t.entryPoint() != null) {
          out.put("entry_point", t.entryPoint());
        }
      }
    }
    out.put("seconds", limits.seconds()).put("megabytes", limits.megabytes());
    return Json.line(out.put("begun", begun).put("solution", solution));
  }

  /// Reads them.
  ///
  /// @throws BadInput when the text is something else
  public static CodeTests read(String text) {
    try {
      JsonNode json = Json.MAPPER.readTree(text);
      Submission.Limits limits =
          new Submission.Limits(
              json.path("seconds").asDouble(Submission.Limits.DEFAULT.seconds()),
              json.path("megabytes").asInt(Submission.Limits.DEFAULT.megabytes()));
      return new CodeTests(
          tests(json), limits, json.path("begun").asString(""), json.path("solution").asString(""));
    } catch (JacksonException | IllegalArgumentException e) {
      throw new BadInput(
          "the gold answer of a programming problem must be its tests, got " + BadInput.brief(text),
          e);
    }
  }

  private static Tests tests(JsonNode json) {
    if (json.has("asserts")) {
      return new Tests.Asserts(texts(json.path("asserts")), text(json, "entry_point"));
    }
    Comparison comparison =
        json.path("numbers").asBoolean(false) ? Comparison.NUMBERS : Comparison.LINES;
    return new Tests.InputOutput(
        texts(json.path("inputs")), texts(json.path("outputs")), comparison, text(json, "checker"));
  }

  private static @Nullable String text(JsonNode json, String name) {
    return json.path(name).isString() ? json.path(name).stringValue() : null;
  }

  /// Returns the texts of a list; what is no text is written as JSON.
  static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(node -> texts.add(node.isString() ? node.stringValue() : Json.line(node)));
    return texts;
  }
}
