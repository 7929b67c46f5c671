package dev.tesuji.math;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.input.JsonLines;
import dev.tesuji.task.FileTask;
import dev.tesuji.task.Problem;
import dev.tesuji.task.PromptTemplate;
import dev.tesuji.task.Verdict;
import dev.tesuji.tensor.Fixtures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class MathFixtureTest {
  private static final MathAnswers ANSWERS = MathAnswers.INSTANCE;

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

  @Test
  void gsm8kAnswersEqualThemselvesAndNotTheirDifferentNeighbours() {
    Path train = Fixtures.require("data/gsm8k/train.jsonl");
    Path test = Fixtures.require("data/gsm8k/test.jsonl");
    FileTask task =
        FileTask.read(
            "math",
            train,
            test,
            new FileTask.Layout(FileTask.Columns.GSM8K, PromptTemplate.PLAIN, ANSWERS));
    List<Problem> all = new ArrayList<>(task.heldOut(2000));
    for (long i = 0; i < task.size(); i++) {
      all.add(task.problem(i));
    }
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
