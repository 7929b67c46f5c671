package dev.tesuji.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.answer.Verdict;
import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.DataFolder;
import dev.tesuji.math.MathAnswers;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTaskFormatsTest {
  private static final FileTask.Layout LAYOUT =
      new FileTask.Layout(
          FileTask.Columns.DEFAULT, PromptTemplate.PLAIN, MathAnswers.numbers(true));

  @TempDir private Path folder = Path.of("");

  private static FileTask read(Path file, Path heldOut) {
    return FileTask.read("test", file, heldOut, LAYOUT);
  }

  @Test
  void problemsComeFromEveryFormat() throws IOException, SQLException {
    DataFolder data = new DataFolder(folder);
    List<Path> files =
        List.of(
            data.packed("a.jsonl.gz", "{\"prompt\": \"p\", \"answer\": \"7\"}\n"),
            data.text("a.json", "[{\"prompt\": \"p\", \"answer\": 7}]"),
            data.text("a.csv", "prompt,answer\np,#### 7\n"),
            data.parquet("a.parquet", "SELECT 'p' AS prompt, 7 AS answer"),
            data.parquet("b.parquet", "SELECT 'p' AS prompt, 7.0::DOUBLE AS answer"));
    Path other = data.text("other.json", "[{\"prompt\": \"q\", \"answer\": 8}]");
    for (Path file : files) {
      FileTask task = read(file, other);
      Problem problem = task.problem(0);
      assertThat(problem.text()).isEqualTo("p");
      assertThat(task.grade(problem, "<answer>7</answer>")).isEqualTo(Verdict.CORRECT);
      assertThat(task.heldOut(9)).hasSize(1);
    }
    for (Path file : files) {
      assertThat(read(other, file).heldOut(9)).extracting(Problem::text).containsExactly("p");
    }
    assertThat(read(files.get(3), other).problem(0).source()).isEqualTo(files.get(3) + ": row 1");
    assertThat(read(files.get(2), other).problem(0).source()).isEqualTo(files.get(2) + ":2");
  }

  @Test
  void largeAnswersAreWrittenOut() throws IOException, SQLException {
    DataFolder data = new DataFolder(folder);
    Path large = data.parquet("a.parquet", "SELECT 'p' AS prompt, 2e9::DOUBLE AS answer");
    FileTask task = read(large, data.text("other.json", "[{\"prompt\": \"q\", \"answer\": 8}]"));
    assertThat(task.grade(task.problem(0), "<answer>2,000,000,000</answer>"))
        .isEqualTo(Verdict.CORRECT);
    Path none = data.parquet("b.parquet", "SELECT 'p' AS prompt, 'nan'::DOUBLE AS answer");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(none, none))
        .withMessageStartingWith(none + ": row 1: field 'answer' must be text, got ");
  }

  @Test
  void aFolderIsOneTask() throws IOException {
    DataFolder data = new DataFolder(folder);
    data.text("1.csv", "prompt,answer\na,1\nb,2\n");
    data.text("2.csv", "prompt,answer\nc,3\n");
    FileTask task = FileTask.read("test", folder, null, LAYOUT);
    assertThat(task.size() + task.heldOut(9).size()).isEqualTo(3);
  }

  @Test
  void wrongRowsAreNamed() throws IOException, SQLException {
    DataFolder data = new DataFolder(folder);
    Path parquet =
        data.parquet(
            "a.parquet", "SELECT * FROM (VALUES ('p', '1'), ('q', 'many')) t(prompt, answer)");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(parquet, parquet))
        .withMessage(
            parquet
                + ": row 2: field 'answer' must be a number or end in '#### NUMBER', got 'many'");
    Path csv = data.text("a.csv", "prompt;answer\np;1\n");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(csv, csv))
        .withMessage(csv + ":2: field 'prompt' is missing; the line has 'prompt;answer'");
  }
}
