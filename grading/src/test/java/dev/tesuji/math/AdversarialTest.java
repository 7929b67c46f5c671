package dev.tesuji.math;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.answer.Verdict;
import dev.tesuji.json.JsonLines;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Answers that a policy would find which hunts for reward, and right ones in every dress.
///
/// `adversarial.jsonl` was made by scripts from the kinds of fault that were found in graders;
/// `found-by-hand.jsonl` was written by hand, each verdict with it.
class AdversarialTest {
  /// A line of a file.
  private record Case(String gold, String prediction, boolean response, boolean expected) {
    static Case of(JsonLines.Row row) {
      return new Case(
          row.requireText("gold"),
          row.requireText("prediction"),
          row.requireText("form").equals("response"),
          row.require("expected").booleanValue());
    }

    Verdict verdict(boolean strict) {
      MathAnswers answers = MathAnswers.of(strict);
      return answers.grade(gold, response ? answers.extract(prediction) : prediction);
    }

    boolean isMarked() {
      return !response || prediction.contains("<answer>") || prediction.contains("\\boxed");
    }
  }

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (String name : List.of("adversarial", "found-by-hand")) {
      URL file = AdversarialTest.class.getResource("/math/" + name + ".jsonl");
      try {
        Path path = Path.of(Objects.requireNonNull(file, name).toURI());
        JsonLines.readAll(path).forEach(row -> cases.add(Case.of(row)));
      } catch (URISyntaxException e) {
        throw new IllegalStateException(e);
      }
    }
    return cases;
  }

  @Test
  void nothingWrongIsPaidInEitherMode() {
    List<Case> wrong = cases().stream().filter(c -> !c.expected()).toList();
    assertThat(wrong).hasSizeGreaterThan(800);
    for (Case c : wrong) {
      assertThat(c.verdict(false)).as("lenient: %s", c).isEqualTo(Verdict.WRONG);
      assertThat(c.verdict(true)).as("strict: %s", c).isEqualTo(Verdict.WRONG);
    }
  }

  @Test
  void everythingRightIsAccepted() {
    List<Case> right = cases().stream().filter(Case::expected).toList();
    assertThat(right).hasSizeGreaterThan(350);
    for (Case c : right) {
      assertThat(c.verdict(false)).as("%s", c).isEqualTo(Verdict.CORRECT);
    }
  }

  @Test
  void theStrictModeReadsNothingFromProse() {
    for (Case c : cases()) {
      boolean sentence =
          c.prediction().contains("<answer>") && c.prediction().contains("</answer>");
      if (!c.isMarked()) {
        assertThat(c.verdict(true)).as("%s", c).isEqualTo(Verdict.WRONG);
      } else if (c.expected() && !sentence) {
        assertThat(c.verdict(true)).as("%s", c).isEqualTo(Verdict.CORRECT);
      }
    }
  }
}
