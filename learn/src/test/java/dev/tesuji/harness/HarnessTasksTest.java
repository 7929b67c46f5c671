package dev.tesuji.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.check.BadInput;
import dev.tesuji.harness.HarnessTask.Choosing;
import dev.tesuji.harness.HarnessTask.Question;
import dev.tesuji.harness.HarnessTask.Writing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HarnessTasksTest {
  @TempDir private Path folder = Path.of("");

  private HarnessTasks.Data data(String text) throws IOException {
    return new HarnessTasks.Data(
        Files.writeString(folder.resolve("items.jsonl"), text), null, null);
  }

  @Test
  void arcAsksAsTheHarnessDoes() throws IOException {
    HarnessTasks.Data data =
        data(
            """
            {"id": "a", "question": "What melts ice?", "choices": {"text": ["heat", "cold"], "label": ["1", "2"]}, "answerKey": "1"}
            {"id": "b", "question": "What is wet?", "choices": {"text": ["sand", "water"], "label": ["A", "B"]}, "answerKey": "B"}
            """);
    Choosing task = (Choosing) HarnessTasks.ARC_EASY.read(data, 9);
    assertThat(task.questions())
        .containsExactly(
            new Question("Question: What melts ice?\nAnswer:", List.of("heat", "cold"), 0),
            new Question("Question: What is wet?\nAnswer:", List.of("sand", "water"), 1));
    assertThat(HarnessTasks.ARC_EASY.read(data, 1).size()).isEqualTo(1);
  }

  @Test
  void hellaswagTakesOutTheMarksOfItsPages() throws IOException {
    HarnessTasks.Data data =
        data(
            """
            {"activity_label": "Baking", "ctx_a": "[header] How to bake [title] Take eggs.", "ctx_b": "the COOK", "endings": [" breaks [step] them.", "sings."], "label": "1"}
            """);
    assertThat(((Choosing) HarnessTasks.HELLASWAG.read(data, 9)).questions())
        .containsExactly(
            new Question(
                "Baking:  How to bake. Take eggs. The cook".replace("  ", " "),
                List.of("breaks them.", "sings."),
                1));
  }

  @Test
  void gsm8kShowsExamplesThatPythonWouldDraw() throws IOException {
    StringBuilder train = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      train.append("{\"question\": \"q" + i + "\", \"answer\": \"a" + i + "\"}\n");
    }
    Path shots = Files.writeString(folder.resolve("train.jsonl"), train);
    Path items = data("{\"question\": \"How many?\", \"answer\": \"3+4=7 #### 1,007\"}\n").items();
    Writing task = (Writing) HarnessTasks.GSM8K.read(new HarnessTasks.Data(items, shots, 2), 9);
    assertThat(task.prompts().getFirst().text()) // random.Random(1234).sample(range(100), 2)
        .isEqualTo(
            "Question: q99\nAnswer: a99\n\nQuestion: q56\nAnswer: a56\n\nQuestion: How many?\nAnswer:");
    assertThat(task.stops()).containsExactly("Question:", "</s>", "<|im_end|>");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> HarnessTasks.GSM8K.read(new HarnessTasks.Data(items, null, null), 9))
        .withMessageContaining("needs --few-shot-data");
  }

  @ParameterizedTest
  @CsvSource({
    "so it is #### 1007, true, true",
    "so it is #### 1007., true, true",
    "'so it is #### $1,007', false, true", // the sign stops the strict expression
    "#### 7 no #### 1007, false, true", // the first of the strict, the last of the others
    "there are 1007 of 1008, false, false",
    "none, false, false"
  })
  void gsm8kFindsAnswersAsTheHarnessDoes(String written, boolean strict, boolean flexible)
      throws IOException {
    Path items = data("{\"question\": \"How many?\", \"answer\": \"3+4=7 #### 1,007\"}\n").items();
    Writing task = (Writing) HarnessTasks.GSM8K.read(new HarnessTasks.Data(items, null, 0), 9);
    assertThat(task.prompts().getFirst().grade().apply(written))
        .isEqualTo(
            Map.of(
                "exact_match,strict-match",
                List.of(strict),
                "exact_match,flexible-extract",
                List.of(flexible)));
  }

  @Test
  void ifevalHasFourNumbers() throws IOException {
    HarnessTasks.Data data =
        data(
            """
            {"key": 1, "prompt": "Say hi.", "instruction_id_list": ["punctuation:no_comma", "length_constraints:number_words"], "kwargs": [{}, {"relation": "less than", "num_words": 3, "keyword": null}]}
            """);
    Writing task = (Writing) HarnessTasks.IFEVAL.read(data, 9);
    assertThat(task.prompts().getFirst().grade().apply("Sure:\nhi there"))
        .isEqualTo(
            Map.of(
                "prompt_level_strict_acc", List.of(false),
                "inst_level_strict_acc", List.of(true, false),
                "prompt_level_loose_acc", List.of(true),
                "inst_level_loose_acc", List.of(true, true)));
  }

  @Test
  void mathIsGradedBySpelling() throws IOException {
    HarnessTasks.Data data =
        data("{\"problem\": \"1/2?\", \"solution\": \"It is $\\\\boxed{\\\\frac{1}{2}}$.\"}\n");
    Writing task = (Writing) HarnessTasks.HENDRYCKS_MATH500.read(data, 9);
    assertThat(task.prompts().getFirst().text()).isEqualTo("Problem: 1/2?\nAnswer:");
    assertThat(task.prompts().getFirst().grade().apply(" $\\dfrac12$"))
        .isEqualTo(Map.of("exact_match", List.of(true)));
  }

  @Test
  void aNameThatIsAnotherTasksNeedsItsPrefix() {
    assertThat(HarnessTasks.named("gsm8k")).isEmpty();
    assertThat(HarnessTasks.named("harness/gsm8k")).isEqualTo(Optional.of(HarnessTasks.GSM8K));
    assertThat(HarnessTasks.named("math_500")).contains(HarnessTasks.HENDRYCKS_MATH500);
    assertThat(HarnessTasks.named("chainSums")).isEmpty();
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> HarnessTasks.named("harness/mmlu"))
        .withMessage(
            "a task of the harness must be one of arc_easy, arc_challenge, hellaswag, gsm8k,"
                + " math_500, ifeval, got 'mmlu'");
  }
}
