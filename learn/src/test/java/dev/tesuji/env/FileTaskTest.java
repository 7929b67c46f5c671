package dev.tesuji.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.answer.Verdict;
import dev.tesuji.check.BadInput;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.math.MathAnswers;
import dev.tesuji.rollout.HeldOutProblems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTaskTest {
  @TempDir private Path folder = Path.of("");

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("data.jsonl"), text);
  }

  private static FileTask.Layout layout(FileTask.Columns columns, PromptTemplate template) {
    return new FileTask.Layout(columns, template, MathAnswers.numbers(true));
  }

  private static FileTask read(Path file) {
    return FileTask.read(
        "test", file, null, layout(FileTask.Columns.DEFAULT, PromptTemplate.PLAIN));
  }

  @Test
  void gsm8kGradesItsOwnAnswersAsCorrect() {
    Path train = Fixtures.require("data/gsm8k/train.jsonl");
    Path test = Fixtures.require("data/gsm8k/test.jsonl");
    FileTask task =
        FileTask.read("gsm8k", train, test, layout(FileTask.Columns.GSM8K, PromptTemplate.R1_ZERO));
    assertThat(task.size()).isEqualTo(7473);
    assertThat(task.heldOut(5000)).hasSize(1319);
    for (long i = 0; i < task.size(); i++) {
      Problem p = task.problem(i);
      assertThat(task.grade(p, "<think>x</think><answer>" + p.answer() + "</answer>"))
          .isEqualTo(Verdict.CORRECT);
      assertThat(task.grade(p, "no answer")).isEqualTo(Verdict.WRONG);
    }
    assertThat(task.prompt(task.problem(0)))
        .contains("User: " + task.problem(0).text())
        .endsWith("Assistant:");
  }

  @Test
  void someProblemsAreHeldOutWhereThereIsNoOtherFile() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      lines.append("{\"prompt\": \"p" + i + "\", \"answer\": \"" + i + "\"}\n");
    }
    FileTask task = read(file(lines.toString()));
    assertThat(task.size()).isEqualTo(45);
    Set<String> all = new HashSet<>();
    task.heldOut(100).forEach(p -> all.add(p.text()));
    assertThat(all).hasSize(5);
    for (int i = 0; i < 45; i++) {
      assertThat(all.add(task.problem(i).text())).isTrue();
    }
  }

  private static String row(String prompt, int answer) {
    return "{\"prompt\": \"" + prompt + "\", \"answer\": \"" + answer + "\"}\n";
  }

  private static Set<String> training(FileTask task) {
    Set<String> keys = new HashSet<>();
    for (long i = 0; i < task.size(); i++) {
      keys.add(task.problem(i).key());
    }
    return keys;
  }

  @Test
  void rowsThatRepeatAHeldOutProblemInWhateverDressAreNotTrainedOn() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      lines.append(row("What is " + i + " + 1?", i + 1));
      lines.append(row("  what is " + i + "\\u00a0+\\n1?\\u200b", i + 1));
      lines.append(row("WHAT IS " + i + " + 1?", i + 1));
    }
    FileTask task = read(file(lines.toString()));
    assertThat(task.heldOut(1000)).as("each once").hasSize(10);
    assertThat(task.heldOut(1000).stream().map(Problem::key))
        .doesNotHaveDuplicates()
        .doesNotContainAnyElementsOf(training(task));
    assertThat(task.size()).isEqualTo(270);
  }

  @Test
  void problemsOfTheHeldOutFileAreTakenOutOfTraining() throws IOException {
    Path train = file(row("one", 1) + row("Two ", 2) + row("three", 3) + row("two", 2));
    Path test = Files.writeString(folder.resolve("test.jsonl"), row("two", 2) + row("four", 4));
    FileTask task =
        FileTask.read("test", train, test, layout(FileTask.Columns.DEFAULT, PromptTemplate.PLAIN));
    assertThat(training(task)).containsExactlyInAnyOrder("one", "three");
    assertThat(task.heldOut(9)).extracting(Problem::text).containsExactly("two", "four");
    assertThat(task.heldOut(9)).extracting(Problem::id).containsExactly(4L, 5L);
  }

  @Test
  void aTaskWhoseProblemsAreAllHeldOutCanBeEvaluatedOnAndNotTrainedOn() throws IOException {
    Path file = file(row("one", 1));
    FileTask task =
        FileTask.read("test", file, file, layout(FileTask.Columns.DEFAULT, PromptTemplate.PLAIN));
    assertThat(task.size()).isZero();
    assertThat(task.heldOut(9)).hasSize(1);
  }

  @Test
  void aTaskOfOneProblemCanBeTrainedOnAndNotEvaluatedOn() throws IOException {
    FileTask task = read(file(row("Sum?", 18).repeat(3)));
    assertThat(task.size()).isEqualTo(3);
    assertThat(task.heldOut(1)).isEmpty();
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> HeldOutProblems.of(task, 1))
        .withMessage(
            "task 'test' must have at least two problems, one of them to evaluate on; give a file"
                + " of held-out problems, or evaluate on none");
    assertThat(HeldOutProblems.of(task, 0).posed()).isEmpty();
  }

  @Test
  void oneQuestionUnderTwoSystemMessagesIsOneProblem() throws IOException {
    String row =
        "{\"prompt\": [{\"role\": \"system\", \"content\": \"%s\"},"
            + " {\"role\": \"user\", \"content\": \"%s\"}], \"answer\": 1}\n";
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      lines.append(row.formatted("be brief", "q" + i)).append(row.formatted("be kind", "Q" + i));
    }
    FileTask task = read(file(lines.toString()));
    assertThat(task.heldOut(9)).hasSize(1);
    assertThat(task.size()).isEqualTo(18);
  }

  @Test
  void aLineThatIsNoJsonIsNamed() throws IOException {
    Path file = file("{\"prompt\": \"p\", \"answer\": \"1\"}\nnot json\n");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(file))
        .withMessageStartingWith(file + ":2: not valid JSON");
  }

  @Test
  void aLineWithoutItsColumnIsNamed() throws IOException {
    Path file = file("{\"prompt\": \"p\", \"answer\": \"1\"}\n{\"prompt\": \"p\"}\n");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(file))
        .withMessage(file + ":2: field 'answer' is missing; the line has 'prompt'");
  }

  @Test
  void anAnswerThatIsNoNumberIsNamed() throws IOException {
    Path file = file("{\"prompt\": \"p\", \"answer\": \"many\"}\n");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(file))
        .withMessage(
            file + ":1: field 'answer' must be a number or end in '#### NUMBER', got 'many'");
  }

  @Test
  void allRowsThatAreNoProblemsAreListed() throws IOException {
    Path file = file("{\"prompt\": \"p\", \"answer\": \"many\"}\n{\"prompt\": \"q\"}\nnot json\n");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(file))
        .withMessageContainingAll(
            file + ":1: field 'answer' must be a number or end in '#### NUMBER', got 'many'",
            file + ":2: field 'answer' is missing; the line has 'prompt'",
            file + ":3: not valid JSON",
            "3 rows are bad; correct them, or set badRows to skip");
  }

  @Test
  void someRowsThatAreNoProblemsMayBeLeftOut() throws IOException {
    Path file =
        file(
            """
            {"prompt": "a", "answer": "1"}
            {"prompt": "q"}
            {"prompt": "b", "answer": "2"}
            not json
            """);
    FileTask.Layout two =
        new FileTask.Layout(
            FileTask.Columns.DEFAULT, PromptTemplate.PLAIN, MathAnswers.numbers(true), "2");
    FileTask task = FileTask.read("test", file, null, two);
    assertThat(task.size() + task.heldOut(9).size()).isEqualTo(2);
    FileTask.Layout one =
        new FileTask.Layout(
            FileTask.Columns.DEFAULT, PromptTemplate.PLAIN, MathAnswers.numbers(true), "1");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> FileTask.read("test", file, null, one))
        .withMessageContaining(file + ":2: field 'answer' is missing");
    Path bad = file("{\"prompt\": \"q\"}\n");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> FileTask.read("test", bad, null, two))
        .withMessage(bad + ": has no row that is a problem");
  }

  @Test
  void anEmptyFileIsNamed() throws IOException {
    Path file = file("\n");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(file))
        .withMessage(file + ": must have at least one line, got an empty file");
  }

  @Test
  void aMissingFileIsNamed() {
    Path file = folder.resolve("absent.jsonl");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(file))
        .withMessage(file + ": no such file");
  }
}
