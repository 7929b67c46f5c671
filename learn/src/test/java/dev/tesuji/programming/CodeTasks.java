package dev.tesuji.programming;

import dev.tesuji.check.BadInput;
import dev.tesuji.code.Language;
import dev.tesuji.code.Submission;
import dev.tesuji.env.PromptTemplate;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.node.ObjectNode;

/// Tasks of programs in Python, for tests; where no sandbox can hold those, the test is skipped.
public final class CodeTasks {
  private static final Submission.Limits LIMITS = new Submission.Limits(20, 256);

  private CodeTasks() {}

  /// Returns what runs programs.
  public static Programs programs() {
    try {
      Programs programs = Programs.of(false);
      programs.require(Language.PYTHON);
      return programs;
    } catch (BadInput e) {
      return Assumptions.abort("SKIPPED: " + e.getMessage());
    }
  }

  /// Reads the task of a file, all of which is held out.
  public static CodeTask of(CodeFormat format, Path file, Submission.Limits limits) {
    return of(format, file, file, limits);
  }

  /// Reads the task of a file.
  ///
  /// @param heldOut another; null where some of this one is to be held out
  static CodeTask of(
      CodeFormat format, Path file, @Nullable Path heldOut, Submission.Limits limits) {
    return CodeTask.read(
        "code",
        file,
        heldOut,
        new CodeTask.Layout(format, Language.PYTHON, PromptTemplate.PLAIN, limits, "error"),
        programs());
  }

  /// Makes a task of one problem.
  public static CodeTask of(ObjectNode row, Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("problems.jsonl"), Json.line(row) + "\n");
    return of(CodeFormat.AUTO, file, LIMITS);
  }
}
