package dev.tesuji.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.answer.Verdict;
import dev.tesuji.check.BadInput;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MathTaskTest {
  @TempDir private Path folder = Path.of("");

  private Path file(String... lines) throws IOException {
    return Files.write(folder.resolve("data.jsonl"), List.of(lines));
  }

  @Test
  void goldAnswersAreExpressions() throws IOException {
    Path data =
        file(
            "{\"problem\": \"p\", \"answer\": \"\\\\frac{1}{2}\"}",
            "{\"problem\": \"q\", \"answer\": \"Hence $\\\\boxed{\\\\frac{1}{2}}$.\"}");
    Task task = TaskConfig.Math.DEFAULT.open(data);
    Problem problem = task.problem(0);
    assertThat(problem.answer()).isEqualTo("\\frac{1}{2}");
    assertThat(task.heldOut(9)).extracting(Problem::answer).containsExactly("\\frac{1}{2}");
    assertThat(task.grade(problem, "so \\boxed{\\sqrt{1/4}}")).isEqualTo(Verdict.CORRECT);
    assertThat(task.grade(problem, "so \\boxed{2}")).isEqualTo(Verdict.WRONG);
  }

  @Test
  void answersInProseCountOnlyWhereARecipeSaysSo() throws IOException {
    Path data =
        file("{\"prompt\": \"p\", \"answer\": \"5\"}", "{\"prompt\": \"q\", \"answer\": \"5\"}");
    Task strict = TaskConfig.Jsonl.DEFAULT.open(data);
    Task lenient =
        new TaskConfig.Jsonl(null, "prompt", "answer", "plain", false, null, null, "error")
            .open(data);
    String prose = "So the answer is 5.";
    assertThat(strict.grade(strict.problem(0), prose)).isEqualTo(Verdict.WRONG);
    assertThat(lenient.grade(lenient.problem(0), prose)).isEqualTo(Verdict.CORRECT);
    assertThat(strict.grade(strict.problem(0), "\\boxed{5 \\text{ dollars}}"))
        .isEqualTo(Verdict.CORRECT);
  }

  @Test
  void aGoldAnswerThatCannotBeReadIsNamed() throws IOException {
    Path data = file("{\"problem\": \"p\", \"answer\": \"\\\\frac{1}{\"}");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> TaskConfig.Math.DEFAULT.open(data))
        .withMessage(
            data
                + ":1: field 'answer' must be a mathematical answer, or end in '#### ANSWER' or"
                + " '\\boxed{ANSWER}', got '\\frac{1}{'");
  }
}
