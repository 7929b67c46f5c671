package dev.tesuji.math;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.answer.Verdict;
import dev.tesuji.env.FileTask;
import dev.tesuji.env.Problem;
import dev.tesuji.env.PromptTemplate;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.JsonLines;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class MathFixtureTest {
  private static final MathAnswers ANSWERS = MathAnswers.INSTANCE;
  private static final FileTask.Layout GSM8K =
      new FileTask.Layout(FileTask.Columns.GSM8K, PromptTemplate.PLAIN, ANSWERS);

  private record Case(JsonLines.Row row, Verdict verdict, double seconds) {
    static Case grade(JsonLines.Row row) {
      long start = System.nanoTime();
      String gold = answer(row, "gold", "gold_form");
      Verdict verdict = ANSWERS.grade(gold, answer(row, "prediction", "form"));
      return new Case(row, verdict, (System.nanoTime() - start) / 1e9);
    }

    private static String answer(JsonLines.Row row, String field, String form) {
      String text = row.requireText(field);
      return row.requireText(form).equals("response") ? ANSWERS.extract(text) : text;
    }

    boolean isPrescribed(String level) {
      return row.requireText("level").equals(level) && row.get("expected") != null;
    }

    boolean holds() {
      return verdict == (row.require("expected").booleanValue() ? Verdict.CORRECT : Verdict.WRONG);
    }
  }

  private static List<Case> cases() {
    return JsonLines.readAll(Fixtures.require("math/cases.jsonl")).stream()
        .map(Case::grade)
        .toList();
  }

  @Test
  void everyCoreCaseHoldsAndNearlyEveryExtendedOne() {
    List<Case> cases = cases();
    List<Case> core = cases.stream().filter(c -> c.isPrescribed("core")).toList();
    assertThat(core).hasSizeGreaterThan(300).allSatisfy(c -> assertThat(c.holds()).isTrue());
    List<Case> extended = cases.stream().filter(c -> c.isPrescribed("extended")).toList();
    long held = extended.stream().filter(Case::holds).count();
    assertThat(extended).hasSizeGreaterThan(100);
    assertThat((double) held / extended.size()).isGreaterThanOrEqualTo(0.97);
  }

  @Test
  void hostileAnswersAreGradedInTime() {
    ANSWERS.prepare();
    for (Case c : cases()) {
      JsonNode limit = c.row().get("max_seconds");
      if (limit != null) {
        assertThat(c.seconds()).as(c.row().toString()).isLessThan(limit.doubleValue());
      }
    }
  }

  /// Where graders reasonably differ: whoever is asked, and in which order, the answer is the same.
  @Test
  void conventionsAreKept() {
    List<Case> conventions =
        cases().stream().filter(c -> c.row().requireText("level").equals("convention")).toList();
    assertThat(conventions).isNotEmpty();
    for (Case c : conventions) {
      assertThat(c.verdict()).as(c.row().toString()).isIn(Verdict.CORRECT, Verdict.WRONG);
      assertThat(Case.grade(c.row()).verdict()).as(c.row().toString()).isEqualTo(c.verdict());
      String gold = Case.answer(c.row(), "gold", "gold_form");
      String prediction = Case.answer(c.row(), "prediction", "form");
      assertThat(ANSWERS.grade(prediction, gold)).as(c.row().toString()).isEqualTo(c.verdict());
    }
  }

  private static FileTask gsm8k() {
    Path train = Fixtures.require("data/gsm8k/train.jsonl");
    return FileTask.read("math", train, Fixtures.require("data/gsm8k/test.jsonl"), GSM8K);
  }

  private static List<Problem> all(FileTask task) {
    List<Problem> all = new ArrayList<>(task.heldOut(2000));
    for (long i = 0; i < task.size(); i++) {
      all.add(task.problem(i));
    }
    return all;
  }

  /// In CPU time, so that a busy machine fails nobody.
  @Test
  void plainNumbersAreGradedQuickly() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    FileTask task = gsm8k();
    List<Problem> problems = all(task);
    List<String> responses =
        problems.stream().map(p -> "<think>so</think><answer>" + p.answer() + "</answer>").toList();
    double[] milliseconds = new double[problems.size()];
    long start = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < milliseconds.length; i++) {
      long before = threads.getCurrentThreadCpuTime();
      assertThat(task.grade(problems.get(i), responses.get(i))).isEqualTo(Verdict.CORRECT);
      milliseconds[i] = (threads.getCurrentThreadCpuTime() - before) / 1e6;
    }
    double seconds = (threads.getCurrentThreadCpuTime() - start) / 1e9;
    Arrays.sort(milliseconds);
    assertThat(milliseconds[milliseconds.length / 2]).isLessThan(0.2);
    assertThat(2 * problems.size() / seconds).as("per second on two cores").isGreaterThan(20_000);
  }

  @Test
  void gsm8kAnswersEqualThemselvesAndNotTheirDifferentNeighbours() {
    FileTask task = gsm8k();
    List<Problem> all = all(task);
    assertThat(all).hasSize(8792);
    for (int i = 0; i < all.size(); i++) {
      String gold = all.get(i).answer();
      String next = all.get((i + 1) % all.size()).answer();
      assertThat(task.grade(all.get(i), "so\n#### " + gold)).as(gold).isEqualTo(Verdict.CORRECT);
      assertThat(task.grade(all.get(i), "<answer>" + next + "</answer>"))
          .as(gold + " and " + next)
          .isEqualTo(gold.equals(next) ? Verdict.CORRECT : Verdict.WRONG);
    }
  }
}
