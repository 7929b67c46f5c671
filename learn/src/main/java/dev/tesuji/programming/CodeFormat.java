package dev.tesuji.programming;

import dev.tesuji.code.Comparison;
import dev.tesuji.code.Submission;
import dev.tesuji.code.Tests;
import dev.tesuji.dataset.Row;
import dev.tesuji.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// The formats of programming problems in the field's data sets.
public enum CodeFormat {
  /// Told by the columns of each row.
  AUTO,
  /// OpenAI's HumanEval: `prompt`, `test`, `entry_point`, `canonical_solution`.
  HUMANEVAL,
  /// MBPP: `text` or `prompt`, `test_list`, `code`; `test_setup_code` or `test_imports`.
  MBPP,
  /// APPS and TACO: `question`, `input_output` (with `fn_name` for functions), `solutions`.
  APPS,
  /// LiveCodeBench: `question_content`, `public_test_cases`, `private_test_cases`, `metadata`.
  LIVECODEBENCH,
  /// Codeforces by Open-R1: `description`, `official_tests`, `generated_checker`, `time_limit`,
  /// `memory_limit`.
  CODEFORCES,
  /// Tesuji's own: `prompt`, and either `inputs` and `outputs` or `asserts`, as `grade` has them.
  TESTS;

  private static final int BYTES_OF_MEGABYTE = 1 << 20;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// A problem as its row has it.
  ///
  /// @param text what is asked
  /// @param tests its tests
  public record Asked(String text, CodeTests tests) {}

  /// Reads a row.
  ///
  /// @throws dev.tesuji.check.BadInput when it is no problem of the format
  public Asked read(Row row, Submission.Limits limits) {
    try {
      return switch (this == AUTO ? told(row) : this) {
        case HUMANEVAL -> humanEval(row, limits);
        case MBPP -> mbpp(row, limits);
        case APPS -> apps(row, limits);
        case LIVECODEBENCH -> LiveCodeBench.read(row, limits);
        case CODEFORCES -> codeforces(row, limits);
        case AUTO, TESTS -> tests(row, limits);
      };
    } catch (IllegalArgumentException | JacksonException e) {
      throw row.bad("its tests cannot be read: " + e.getMessage());
    }
  }

  private static CodeFormat told(Row row) {
    if (row.get("test") != null && row.get("entry_point") != null) {
      return HUMANEVAL;
    }
    if (row.get("test_list") != null) {
      return MBPP;
    }
    if (row.get("input_output") != null) {
      return APPS;
    }
    if (row.get("public_test_cases") != null) {
      return LIVECODEBENCH;
    }
    return row.get("official_tests") != null ? CODEFORCES : TESTS;
  }

  private static Asked humanEval(Row row, Submission.Limits limits) {
    String prompt = row.requireText("prompt");
    Tests tests =
        new Tests.Asserts(List.of(row.requireText("test")), row.requireText("entry_point"));
    String solution = row.text("canonical_solution");
    return new Asked(
        prompt, new CodeTests(tests, limits, prompt, solution == null ? "" : prompt + solution));
  }

  private static Asked mbpp(Row row, Submission.Limits limits) {
    String text = row.text("text");
    String asked = text == null ? row.requireText("prompt") : text;
    List<String> statements = new ArrayList<>(CodeTests.texts(row.require("test_list")));
    String setUp = row.text("test_setup_code");
    JsonNode imports = row.get("test_imports");
    String before =
        (setUp == null ? "" : setUp + "\n")
            + (imports == null ? "" : String.join("\n", CodeTests.texts(imports)) + "\n");
    String shown = String.join("\n", statements);
    if (!statements.isEmpty() && !before.isBlank()) {
      statements.set(0, before + statements.getFirst());
    }
    String solution = row.text("code");
    return new Asked(
        asked + "\nYour code should pass these tests:\n" + shown,
        new CodeTests(
            new Tests.Asserts(statements, null), limits, "", solution == null ? "" : solution));
  }

  private static Asked apps(Row row, Submission.Limits limits) {
    JsonNode tests = json(row, "input_output");
    JsonNode name = tests.path("fn_name");
    JsonNode inputs = tests.path("inputs");
    JsonNode outputs = tests.path("outputs");
    Tests read =
        name.isString()
            ? calls(name.stringValue(), inputs, outputs)
            : new Tests.InputOutput(lines(inputs), lines(outputs), Comparison.NUMBERS);
    return new Asked(row.requireText("question"), new CodeTests(read, limits, "", first(row)));
  }

  /// APPS has some inputs and outputs as lists of lines.
  private static List<String> lines(JsonNode texts) {
    List<String> all = new ArrayList<>();
    texts.forEach(t -> all.add(t.isArray() ? String.join("\n", CodeTests.texts(t)) : t.asString()));
    return all;
  }

  private static String first(Row row) {
    JsonNode solutions = row.get("solutions");
    if (solutions == null) {
      return "";
    }
    JsonNode list =
        solutions.isString() && !solutions.stringValue().isBlank()
            ? Json.MAPPER.readTree(solutions.stringValue())
            : solutions;
    return list.path(0).asString("");
  }

  /// Makes statements that call a function, or a method of a class `Solution`, with arguments in
  /// JSON. An expected value may stand in a list of one, and a tuple counts as a list, as the set's
  /// own grader has it.
  static Tests calls(String function, JsonNode inputs, JsonNode outputs) {
    List<String> statements = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      statements.add(
          "import json as _json\n"
              + "_f = "
              + function
              + " if '"
              + function
              + "' in globals() else Solution()."
              + function
              + "\n_plain = lambda v: [_plain(x) for x in v] if isinstance(v, (list, tuple)) else v\n"
              + "_got = _plain(_f(*_json.loads("
              + quoted(Json.line(inputs.get(i)))
              + ")))\n_want = _json.loads("
              + quoted(Json.line(outputs.path(i)))
              + ")\nassert _got == _want or [_got] == _want, 'got %r' % (_got,)");
    }
    return new Tests.Asserts(statements, null);
  }

  /// Returns a text as Python and JSON both write it.
  private static String quoted(String text) {
    return Json.MAPPER.writeValueAsString(text);
  }

  private static Asked codeforces(Row row, Submission.Limits limits) {
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    for (JsonNode test : row.require("official_tests")) {
      inputs.add(test.path("input").asString(""));
      outputs.add(test.path("output").asString(""));
    }
    JsonNode seconds = row.get("time_limit");
    JsonNode memory = row.get("memory_limit");
    Submission.Limits own =
        new Submission.Limits(
            seconds == null ? limits.seconds() : seconds.asDouble(),
            memory == null ? limits.megabytes() : megabytes(memory.asDouble()));
    StringBuilder text = new StringBuilder(row.requireText("description"));
    for (String part : List.of("input_format", "output_format", "note")) {
      String more = row.text(part);
      text.append(more == null || more.isBlank() ? "" : "\n\n" + more);
    }
    Tests tests =
        new Tests.InputOutput(inputs, outputs, Comparison.NUMBERS, row.text("generated_checker"));
    return new Asked(text.toString(), new CodeTests(tests, own, "", ""));
  }

  private static int megabytes(double given) {
    return (int) (given > BYTES_OF_MEGABYTE ? given / BYTES_OF_MEGABYTE : given);
  }

  private static Asked tests(Row row, Submission.Limits limits) {
    @Nullable JsonNode asserts = row.get("asserts");
    Tests tests =
        asserts != null
            ? new Tests.Asserts(CodeTests.texts(asserts), row.text("entry_point"))
            : new Tests.InputOutput(
                CodeTests.texts(row.require("inputs")),
                CodeTests.texts(row.require("outputs")),
                Comparison.LINES);
    String solution = row.text("solution");
    return new Asked(
        row.requireText("prompt"),
        new CodeTests(tests, limits, "", solution == null ? "" : solution));
  }

  /// Returns a column that is JSON, or JSON in a text.
  static JsonNode json(Row row, String column) {
    JsonNode given = row.require(column);
    return given.isString() ? Json.MAPPER.readTree(given.stringValue()) : given;
  }
}
