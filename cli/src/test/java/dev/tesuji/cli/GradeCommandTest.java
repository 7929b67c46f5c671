package dev.tesuji.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.json.JsonLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GradeCommandTest {
  @TempDir private Path folder = Path.of("");

  private Cli grade(String task, String... lines) throws IOException {
    Path in = Files.write(folder.resolve("in.jsonl"), List.of(lines));
    return Cli.run("grade", "--task", task, "--in", in, "--out", folder.resolve("out.jsonl"));
  }

  private List<JsonLines.Row> rows() {
    return JsonLines.readAll(folder.resolve("out.jsonl"));
  }

  @Test
  void everyLineGetsItsVerdict() throws IOException {
    Cli cli =
        grade(
            "math",
            "{\"gold\": \"\\\\frac{1}{2}\", \"prediction\": \"so it is \\\\boxed{0.5}\"}",
            "{\"gold\": \"3\", \"prediction\": \"4\", \"form\": \"answer\", \"id\": 7}",
            "{\"gold\": \"\\\\frac{1}{\", \"prediction\": \"4\"}",
            "{\"gold\": \"so \\\\boxed{5}\", \"prediction\": \"5\", \"gold_form\": \"response\"}");
    assertThat(cli.err()).isEmpty();
    assertThat(cli.out()).isEqualTo("2 of 4 correct\n");
    assertThat(rows().stream().map(r -> r.requireText("verdict")))
        .containsExactly("correct", "wrong", "unparseable", "correct");
    assertThat(rows().getFirst().requireText("extracted")).isEqualTo("0.5");
    assertThat(rows().get(1).require("id").intValue()).isEqualTo(7);
    assertThat(rows()).allSatisfy(r -> assertThat(r.require("milliseconds").isNumber()).isTrue());
  }

  @Test
  void strictlyOnlyTagsAndBoxesHoldAnswers() throws IOException {
    String prose = "{\"gold\": \"5\", \"prediction\": \"The answer is 5.\"}";
    String boxed = "{\"gold\": \"5\", \"prediction\": \"So \\\\boxed{5}.\"}";
    assertThat(grade("number", prose, boxed).out()).isEqualTo("2 of 2 correct\n");
    Path in = folder.resolve("in.jsonl");
    Path out = folder.resolve("strict.jsonl");
    Cli strict = Cli.run("grade", "--task", "number", "--strict", "--in", in, "--out", out);
    assertThat(strict.out()).isEqualTo("1 of 2 correct\n");
  }

  @Test
  void mistakesAreNamed() throws IOException {
    Path in = folder.resolve("in.jsonl");
    assertThat(grade("math", "{\"gold\": \"3\"}").err())
        .isEqualTo("tesuji: " + in + ":1: field 'prediction' is missing; the line has 'gold'\n");
    assertThat(grade("math", "{\"gold\": \"3\", \"prediction\": \"3\", \"form\": \"text\"}").err())
        .isEqualTo(
            "tesuji: " + in + ":1: field 'form' must be 'answer' or 'response', got 'text'\n");
    assertThat(grade("maths", "{}").status()).isEqualTo(2);
  }
}
