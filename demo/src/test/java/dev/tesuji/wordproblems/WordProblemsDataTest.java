package dev.tesuji.wordproblems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.calculator.ProductsTask;
import dev.tesuji.env.Problem;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class WordProblemsDataTest {
  private static final Pattern SUM = Pattern.compile("(\\d+) ([-+*]) (\\d+) = (\\d+)");

  @TempDir private Path folder = Path.of("");

  private List<JsonNode> rows(int count) throws IOException {
    Path file = folder.resolve("made.jsonl");
    new WordProblemsData(count).write(file, 1);
    return Files.readAllLines(file).stream().map(Json.MAPPER::readTree).toList();
  }

  private static String said(JsonNode row, String column) {
    return row.path(column).path(0).path("content").asString();
  }

  @Test
  void aSolutionIsAChainOfRightSumsThatEndsAtTheAnswer() throws IOException {
    List<JsonNode> rows = rows(300);
    for (int i = 0; i < rows.size(); i++) {
      String solution = said(rows.get(i), "completion");
      String answer = solution.replaceAll("(?s).*The answer is (\\d+)\\.$", "$1");
      assertThat(solution)
          .startsWith("<think>")
          .endsWith("</think>\nThe answer is " + answer + ".");
      assertThat(solution.split("\\. Then ", -1)).as(solution).hasSize(1 + i % 3);
      int last = -1;
      for (MatchResult sum : SUM.matcher(solution).results().toList()) {
        int left = Integer.parseInt(sum.group(1));
        assertThat(last).as(solution).isIn(-1, left);
        last = Integer.parseInt(sum.group(4));
        assertThat(last).isEqualTo(result(left, sum.group(2), Integer.parseInt(sum.group(3))));
      }
      Problem problem = new Problem(0, said(rows.get(i), "prompt"), Integer.toString(last), "made");
      assertThat(WordProblems.DEFAULT.grade(problem, solution).isCorrect()).isTrue();
    }
  }

  private static int result(int left, String sign, int right) {
    return switch (sign) {
      case "+" -> left + right;
      case "-" -> left - right;
      default -> left * right;
    };
  }

  @Test
  void noHeldOutProblemIsAmongThem() throws IOException {
    List<String> texts = rows(600).stream().map(r -> said(r, "prompt")).toList();
    for (int steps = 1; steps <= 3; steps++) {
      assertThat(new WordProblems(steps, 99, Told.AS_TRAINED, false).heldOut(200))
          .extracting(Problem::text)
          .doesNotContainAnyElementsOf(texts);
    }
  }

  @Test
  void itGoesWithItsOwnTask() {
    assertThatThrownBy(() -> new WordProblemsData(3).requireTask(new ProductsTask()))
        .hasMessage("data of word problems goes with task wordProblems");
    new WordProblemsData(3).requireTask(WordProblemsTask.DEFAULT);
  }
}
