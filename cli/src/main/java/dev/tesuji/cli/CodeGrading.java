package dev.tesuji.cli;

import dev.tesuji.check.BadInput;
import dev.tesuji.code.CodeGrader;
import dev.tesuji.code.CodeResult;
import dev.tesuji.code.CodeVerdict;
import dev.tesuji.code.Comparison;
import dev.tesuji.code.Language;
import dev.tesuji.code.Submission;
import dev.tesuji.code.Tests;
import dev.tesuji.json.JsonLines;
import dev.tesuji.sandbox.Sandbox;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Grades programs, a line of JSON each.
final class CodeGrading {
  private CodeGrading() {}

  /// Returns the lines with their verdicts, in their order.
  ///
  /// @param unsafe whether programs may run without a sandbox
  static List<ObjectNode> grade(List<JsonLines.Row> rows, boolean unsafe) {
    List<Submission> submissions = rows.stream().map(CodeGrading::submission).toList();
    try (CodeGrader grader = new CodeGrader(Sandbox.open(unsafe));
        ExecutorService threads = Executors.newFixedThreadPool(grader.sandbox().lanes())) {
      List<Future<CodeResult>> results =
          submissions.stream().map(s -> threads.submit(() -> grader.grade(s))).toList();
      List<ObjectNode> lines = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        lines.add(line(rows.get(i).fields().deepCopy(), results.get(i).get()));
      }
      return lines;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BadInput("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /// Returns whether a line that was graded passed.
  static boolean passed(ObjectNode line) {
    return line.path("verdict").asString("").equals(CodeVerdict.PASSED.toString());
  }

  private static ObjectNode line(ObjectNode line, CodeResult result) {
    return line.put("verdict", result.verdict().toString())
        .put("passed", result.passed())
        .put("total", result.total())
        .put("milliseconds", Math.round(result.milliseconds() * 1e3) / 1e3)
        .put("stderr", result.stderr());
  }

  private static Submission submission(JsonLines.Row row) {
    String name = row.requireText("language");
    Language language = Language.named(name);
    if (language == null) {
      throw row.bad("field 'language' must be python, javascript, java or cpp, got '" + name + "'");
    }
    String program = row.requireText("program");
    JsonNode fields = row.fields();
    try {
      Submission.Limits absent = Submission.Limits.DEFAULT;
      Submission.Limits limits =
          new Submission.Limits(
              number(row, "seconds", absent.seconds()),
              (int) number(row, "megabytes", absent.megabytes()));
      if (fields.has("asserts") == (fields.has("inputs") || fields.has("outputs"))) {
        throw row.bad("must have either 'inputs' and 'outputs', or 'asserts'");
      }
      Tests tests =
          fields.has("asserts")
              ? new Tests.Asserts(texts(row, "asserts"), row.text("entry_point"))
              : new Tests.InputOutput(
                  texts(row, "inputs"), texts(row, "outputs"), Comparison.LINES);
      return new Submission(language, program, tests, limits);
    } catch (IllegalArgumentException e) {
      throw row.bad("field " + e.getMessage());
    }
  }

  private static double number(JsonLines.Row row, String field, double absent) {
    JsonNode value = row.fields().path(field);
    if (value.isMissingNode() || value.isNull()) {
      return absent;
    }
    if (!value.isNumber()) {
      throw row.bad("field '" + field + "' must be a number, got " + BadInput.brief(value));
    }
    return value.doubleValue();
  }

  private static List<String> texts(JsonLines.Row row, String field) {
    JsonNode value = row.fields().path(field);
    List<String> texts = new ArrayList<>();
    for (JsonNode text : value) {
      if (!text.isString()) {
        throw row.bad("field '" + field + "' must hold texts, got " + BadInput.brief(text));
      }
      texts.add(text.stringValue());
    }
    if (!value.isArray()) {
      throw row.bad("field '" + field + "' must be a list of texts, got " + BadInput.brief(value));
    }
    return texts;
  }
}
