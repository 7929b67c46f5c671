package dev.tesuji.programming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.answer.Verdict;
import dev.tesuji.code.Submission;
import dev.tesuji.env.Problem;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// Canonical solutions pass and broken variants of them fail: of lines of our own in the formats of
/// HumanEval and MBPP, and of the whole sets where `-Dtesuji.humaneval=FILE` and
/// `-Dtesuji.mbpp=FILE` say where they are.
class CanonicalSolutionsTest {
  private static final Pattern FUNCTION = Pattern.compile("(?m)^def +(\\w+)");

  private static Path own(String name) throws URISyntaxException {
    return Path.of(
        Objects.requireNonNull(CanonicalSolutionsTest.class.getResource("/programming/" + name))
            .toURI());
  }

  private static Path given(String property) {
    String file = System.getProperty(property);
    Assumptions.assumeTrue(file != null, "SKIPPED: no -D" + property + "=FILE");
    return Path.of(Objects.requireNonNull(file));
  }

  /// Returns programs that look like a solution and are not one: that do not compile, whose
  /// functions return something else, that end early.
  private static List<String> broken(String solution) {
    StringBuilder other = new StringBuilder(solution);
    Matcher function = FUNCTION.matcher(solution);
    while (function.find()) {
      other.append("\n").append(function.group(1)).append(" = lambda *_, **__: {'wrong'}");
    }
    return List.of(solution + "\n)", other.toString(), "import os\nos._exit(0)");
  }

  private static void holds(CodeFormat format, Path file) throws Exception {
    CodeTask task = CodeTasks.of(format, file, new Submission.Limits(30, 512));
    int lanes = Runtime.getRuntime().availableProcessors();
    try (ExecutorService threads = Executors.newFixedThreadPool(lanes)) {
      List<Callable<String>> all =
          task.heldOut(Integer.MAX_VALUE).stream()
              .<Callable<String>>map(problem -> () -> trouble(task, problem))
              .toList();
      assertThat(all).isNotEmpty();
      for (Future<String> trouble : threads.invokeAll(all)) {
        assertThat(trouble.get()).isEmpty();
      }
    }
  }

  private static String trouble(CodeTask task, Problem problem) {
    String solution = CodeTests.read(problem.answer()).solution();
    if (task.grade(problem, task.goldResponse(problem)) != Verdict.CORRECT) {
      return problem.source() + ": its solution does not pass: " + run(task, problem, solution);
    }
    for (String variant : broken(solution)) {
      if (task.grade(problem, "```\n" + variant + "\n```") != Verdict.WRONG) {
        return problem.source() + ": a broken program is not wrong:\n" + variant;
      }
    }
    return "";
  }

  private static String run(CodeTask task, Problem problem, String solution) {
    return task.run(problem, "```\n" + solution + "\n```").toString();
  }

  @Test
  void linesOfOurOwnInTheFormatOfHumanEval() throws Exception {
    holds(CodeFormat.HUMANEVAL, own("humaneval.jsonl"));
  }

  @Test
  void linesOfOurOwnInTheFormatOfMbpp() throws Exception {
    holds(CodeFormat.MBPP, own("mbpp.jsonl"));
  }

  @Test
  void allOfHumanEval() throws Exception {
    holds(CodeFormat.HUMANEVAL, given("tesuji.humaneval"));
  }

  @Test
  void allOfMbpp() throws Exception {
    holds(CodeFormat.MBPP, given("tesuji.mbpp"));
  }
}
