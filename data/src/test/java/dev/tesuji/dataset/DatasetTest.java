package dev.tesuji.dataset;

import static dev.tesuji.dataset.DataFolder.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.fixtures.Fixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetTest {
  @TempDir private Path folder = Path.of("");

  private static List<Example> examples(Dataset data) {
    List<Example> examples = new ArrayList<>();
    data.forEach((_, example) -> examples.add(example));
    return examples;
  }

  @Test
  void everyRowMustHaveTheShapeOfTheFirst() throws IOException, SQLException {
    DataFolder data = new DataFolder(folder);
    Path first = data.text("1.jsonl", "{\"prompt\": \"a\", \"completion\": \"b\"}\n");
    Path second = data.text("2.csv", "prompt,completion\nc,d\ne,\n");
    Path third = data.parquet("3.parquet", "SELECT 'f' AS prompt, 'g' AS chosen");
    refused(
        () -> examples(Dataset.at(folder)),
        second + ":3: field 'completion' is missing; the line has 'prompt'");
    refused(
        () -> examples(new Dataset(List.of(first, third), Columns.DEFAULT, null)),
        third + ": row 1: field 'completion' is missing; the row has 'prompt', 'chosen'");
    assertThat(examples(new Dataset(List.of(folder), Columns.DEFAULT, Shape.PROMPT_ONLY)))
        .hasSize(4);
  }

  @Test
  void theFirstRowsOfEachFileCanBeReadAlone() throws IOException, SQLException {
    DataFolder data = new DataFolder(folder);
    data.text("1.jsonl", "{\"text\": \"a\"}\n{\"text\": \"b\"}\nnot read\n");
    data.text("2.json", "[{\"text\": \"c\"}]");
    data.text("3.csv", "text\nd\ne\nf\n");
    data.parquet("4.parquet", "SELECT unnest(['g', 'h', 'i']) AS text");
    List<String> texts = new ArrayList<>();
    Dataset.at(folder)
        .first(2)
        .forEach((row, _) -> texts.add(row.fields().path("text").asString("")));
    assertThat(texts).containsExactly("a", "b", "c", "d", "e", "g", "h");
  }

  @Test
  void conversationsComeOutOfParquet() throws SQLException {
    Path file =
        new DataFolder(folder)
            .parquet(
                "chat.parquet",
                "SELECT [{'role': 'user', 'content': 'hi', 'name': NULL},"
                    + " {'role': 'assistant', 'content': 'hello', 'name': 'bot'}] AS messages");
    assertThat(examples(Dataset.at(file)))
        .singleElement()
        .satisfies(e -> {
          assertThat(e.isConversational()).isTrue();
          assertThat(e.toString())
              .contains("{\"role\":\"user\",\"content\":\"hi\"}")
              .contains("\"name\":\"bot\"");
        });
  }

  @Test
  void gsm8kIsPromptsAndCompletionsUnderOtherNames() {
    Path file = Fixtures.require("data/gsm8k/train.jsonl");
    Columns d = Columns.DEFAULT;
    Columns columns =
        new Columns(
            d.text(),
            d.messages(),
            "question",
            "answer",
            d.chosen(),
            d.rejected(),
            d.label(),
            d.completions(),
            d.labels(),
            d.responses(),
            d.ranks());
    List<Example> examples = examples(new Dataset(List.of(file), columns, null));
    assertThat(examples).hasSize(7473).allMatch(e -> e instanceof Example.PromptCompletion);
  }
}
