package dev.tesuji.dataset;

import static dev.tesuji.dataset.DataFolder.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.Mutations;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

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
        second
            + ":3: field 'completion' is missing; the line has 'prompt'\n"
            + third
            + ": row 1: field 'completion' is missing; the row has 'prompt', 'chosen'\n"
            + "2 rows are bad; correct them, or set badRows to skip or to the most that may be left"
            + " out");
    refused(
        () -> examples(new Dataset(List.of(first, third), Columns.DEFAULT, null)),
        third + ": row 1: field 'completion' is missing; the row has 'prompt', 'chosen'");
    assertThat(examples(new Dataset(List.of(folder), Columns.DEFAULT, Shape.PROMPT_ONLY)))
        .hasSize(4);
  }

  private List<Example> kept(Path file, String policy, List<String> said) {
    List<Example> kept = new ArrayList<>();
    new Dataset(List.of(file), Columns.DEFAULT.withBadRows(policy), null)
        .forEach((_, example) -> kept.add(example), said::add);
    return kept;
  }

  @Test
  void badRowsAreListedOrLeftOutAndCounted() throws IOException {
    Path file =
        new DataFolder(folder)
            .text("a.jsonl", "{\"text\": \"a\"}\n{\"text\": 1}\nno json\n{\"text\": \"b\"}\n");
    List<String> said = new ArrayList<>();
    assertThat(kept(file, "skip", said)).hasSize(2);
    assertThat(kept(file, "2", said)).hasSize(2);
    assertThat(said)
        .hasSize(2)
        .allMatch(
            (file
                    + ": 2 bad rows were left out, the first: "
                    + file
                    + ":2: field 'text' must be text, got 1")
                ::equals);
    assertThatThrownBy(() -> kept(file, "1", said))
        .hasMessageStartingWith(
            file + ":2: field 'text' must be text, got 1\n" + file + ":3: not valid JSON")
        .hasMessageEndingWith(
            "\n2 rows are bad; correct them, or set badRows to skip or to the most that may be left"
                + " out");
    assertThatThrownBy(() -> Columns.DEFAULT.withBadRows("some"))
        .hasMessage("badRows must be error, skip, or the most rows that may be left out, got some");
  }

  @Test
  void rowsWithTheSameFaultAreNamedOnce() throws IOException {
    Path file =
        new DataFolder(folder).text("a.jsonl", "{\"text\": \"a\"}\n" + "{\"x\": 1}\n".repeat(100));
    assertThatThrownBy(() -> kept(file, "error", new ArrayList<>()))
        .hasMessage(
            file
                + ":2: field 'text' is missing; the line has 'x' (so do 19 more rows)\n"
                + "at least 20 rows are bad; correct them, or set badRows to skip or to the most"
                + " that may be left out");
  }

  @Test
  void whatIsSavedToDiskAsArrowIsNamedWithTheWayOut() throws IOException {
    DataFolder data = new DataFolder(folder);
    data.text("state.json", "{}");
    data.text("dataset_info.json", "{}");
    assertThatThrownBy(() -> examples(Dataset.at(folder)))
        .hasMessageContaining("is a data set of save_to_disk")
        .hasMessageContaining("load_from_disk(FOLDER).to_parquet(FILE)");
    Path file = data.text("data.arrow", "ARROW1");
    assertThatThrownBy(() -> examples(Dataset.at(file)))
        .hasMessageStartingWith(file + ": is an Arrow file, which Tesuji does not read");
  }

  @Test
  void aColumnMayStandInsideAnother() throws IOException {
    Path file =
        new DataFolder(folder).text("a.jsonl", "{\"data\": {\"q\": \"Why?\", \"a\": \"So.\"}}\n");
    Columns d = Columns.DEFAULT;
    Columns nested =
        new Columns(
            d.text(),
            d.messages(),
            "data.q",
            "data.a",
            d.chosen(),
            d.rejected(),
            d.label(),
            d.completions(),
            d.labels(),
            d.responses(),
            d.ranks());
    assertThat(examples(new Dataset(List.of(file), nested, null)))
        .containsExactly(
            new Example.PromptCompletion(new Text.Plain("Why?"), new Text.Plain("So.")));
  }

  @Test
  void whatParquetPadsWithNullsIsLeftOutAtAnyDepth() throws SQLException {
    Path file =
        new DataFolder(folder)
            .parquet(
                "a.parquet",
                "SELECT [{'role': 'assistant', 'content': '', 'tool_calls': [{'function':"
                    + " {'name': 'f', 'arguments': {'city': NULL, 'a': 1}}}]}] AS messages");
    assertThat(examples(Dataset.at(file)).toString())
        .contains("\"arguments\":{\"a\":1}")
        .doesNotContain("city");
  }

  @Test
  void mutatedRowsAreReadOrRefusedByLine() throws IOException {
    ObjectNode whole =
        (ObjectNode)
            Json.MAPPER.readTree(
                """
                {"messages": [{"role": "user", "content": [{"type": "text", "text": "a"}]},
                 {"role": "assistant", "content": "b", "weight": 1, "tool_calls": [{"type":
                 "function", "function": {"name": "f", "arguments": "{\\"a\\": 1}"}}]}],
                 "tools": [{"type": "function", "function": {"name": "f"}}], "system": "s",
                 "chat_template_kwargs": {"x": 1}}\
                """);
    int cases = Integer.getInteger("tesuji.fuzz.cases", 1000);
    for (int i = 0; i < cases; i++) {
      Mutations mutations = new Mutations(20_261_128L * 1_000_003 + i);
      Path file = folder.resolve("fuzz.jsonl");
      Files.writeString(file, mutations.json(whole).replace("\n", " ") + "\n");
      try {
        Dataset.at(file).forEach((row, _) -> ConversationFields.of(row));
      } catch (BadInput e) {
        assertThat(e.getMessage()).as("case %d", i).contains(file.toString());
      }
    }
  }

  @Test
  void aFileWithoutAnyGoodRowIsRefusedForWhatIsBad() throws IOException {
    Path file = folder.resolve("row.jsonl");
    for (String bad : List.of("[1]", "{\"text\": \"a\",}", "{\"text\": \"\\ud83d\"}")) {
      Files.writeString(file, bad + "\n");
      assertThatThrownBy(() -> Dataset.at(file).forEach((_, _) -> {}))
          .isInstanceOf(BadInput.class)
          .hasMessageStartingWith(file + ":1");
    }
  }

  @Test
  void jsonLinesThatArrowPaddedAreReadAsTheyWereBefore() throws IOException {
    String tool =
        """
        {"type": "function", "function": {"name": "f", "parameters": {"type": "object",
         "properties": {"a": {"type": "integer", "default": null PAD} PAD}}}}\
        """;
    String row =
        """
        {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "tool_calls": [
          {"type": "function", "function": {"name": "f", "arguments": {"a": null PAD}}}]}],
         "tools": [TOOL]}\
        """
            .replace("TOOL", tool);
    List<String> read = new ArrayList<>();
    for (String padding : List.of("", ", \"city\": null")) {
      Path file = folder.resolve("row.jsonl");
      Files.writeString(file, row.replace(" PAD", padding).replace("\n", " ") + "\n");
      Dataset.at(file)
          .forEach((each, example) -> read.add(example + "" + ConversationFields.of(each).tools()));
    }
    assertThat(read.get(1)).isEqualTo(read.get(0)).contains("\"default\":null", "\"a\":null");
  }

  @Test
  void mutatedFilesOfEveryFormatAreReadOrRefusedByName() throws IOException, SQLException {
    DataFolder data = new DataFolder(folder);
    String row = "{\"prompt\": \"Why\", \"completion\": \"So, 1\"}";
    String list = "[" + row + ",\n" + row + "]";
    List<Path> whole =
        List.of(
            data.text("a.jsonl", (row + "\n").repeat(4)),
            data.text("b.json", "{\"data\": " + list + ", \"version\": 1}"),
            data.text("c.csv", "prompt,completion\nWhy,\"So, \"\"1\"\"\"\nHow,Thus\n"),
            data.packed("d.jsonl.gz", (row + "\n").repeat(4)),
            data.parquet("e.parquet", "SELECT unnest(['a', 'b']) AS prompt, 'c' AS completion"));
    List<byte[]> contents = new ArrayList<>();
    for (Path file : whole) {
      contents.add(Files.readAllBytes(file));
    }
    int cases = Integer.getInteger("tesuji.fuzz.cases", 400);
    int read = 0;
    for (int i = 0; i < cases; i++) {
      Mutations mutations = new Mutations(20_261_129L * 1_000_003 + i);
      int which = mutations.below(whole.size());
      Path file = whole.get(which);
      Files.write(file, mutations.bytes(contents.get(which)));
      try {
        Dataset.at(file).forEach((each, _) -> ConversationFields.of(each));
        read++;
      } catch (BadInput e) {
        assertThat(e.getMessage()).as("case %d", i).startsWith(file.toString());
      } catch (RuntimeException e) {
        throw new AssertionError("case " + i + ", " + file, e);
      }
    }
    assertThat(read).isBetween(1, cases - 1);
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
