package dev.tesuji.dataset;

import static dev.tesuji.dataset.DataFolder.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tesuji.fixtures.Fixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataInspectionTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void aDataSetIsSummedUp() throws IOException {
    DataFolder data = new DataFolder(folder);
    Path a =
        data.text(
            "a.jsonl",
            """
            {"prompt": "ab", "completion": "😀", "n": 1}
            {"prompt": "abcdef", "completion": "xyz", "n": null}

            {"prompt": "ab", "completion": "😀", "n": 1}
            """);
    data.text("b.csv", "prompt,completion,tag\nabcd,,x\n");
    DataInspection seen = DataInspection.of(List.of(folder));
    assertThat(seen.lines())
        .containsExactly(
            "shape       prompt_completion, plain",
            "files       2",
            "rows        4",
            "duplicates  1",
            "misfits     1, the first: "
                + folder.resolve("b.csv")
                + ":2: field 'completion' is missing; the line has 'prompt', 'tag'",
            "",
            "column      type     missing    shortest     median    longest",
            "prompt      text       0.0 %           2          2          6",
            "completion  text      25.0 %           1          1          3",
            "n           number    50.0 %",
            "tag         text      75.0 %           1          1          1",
            "",
            "first row (" + a + ":1)",
            "{",
            "  \"prompt\" : \"ab\",",
            "  \"completion\" : \"😀\",",
            "  \"n\" : 1",
            "}");
  }

  @Test
  void conversationsAndListsAreMeasuredAsAWhole() throws SQLException {
    Path file =
        new DataFolder(folder)
            .parquet(
                "a.parquet",
                "SELECT [{'role': 'user', 'content': 'abc'}, {'role': 'x', 'content': 'de'}]"
                    + " AS messages, ['ab', 'c'] AS parts, true AS ok, {'k': 1} AS extra,"
                    + " NULL AS nothing");
    DataInspection seen = DataInspection.of(List.of(file));
    assertThat(seen.shape()).isEqualTo(Shape.LANGUAGE_MODELING);
    assertThat(seen.conversational()).isTrue();
    assertThat(seen.columns())
        .extracting(DataInspection.Column::name, c -> String.join("", c.types()))
        .containsExactly(
            tuple("messages", "messages"),
            tuple("parts", "list"),
            tuple("ok", "true or false"),
            tuple("extra", "object"),
            tuple("nothing", ""));
    assertThat(seen.columns().get(0).lengths()).isEqualTo(new DataInspection.Lengths(5, 5, 5));
    assertThat(seen.columns().get(1).lengths()).isEqualTo(new DataInspection.Lengths(3, 3, 3));
    assertThat(seen.columns().get(2).lengths()).isNull();
  }

  @Test
  void dataOfNoKnownShapeIsShownAllTheSame() throws IOException {
    Path file = new DataFolder(folder).text("a.csv", "question,answer\nq,a\n");
    DataInspection seen = DataInspection.of(List.of(file));
    assertThat(seen.shape()).isNull();
    assertThat(seen.lines().getFirst())
        .isEqualTo(
            "shape       none that is known; name the columns, such as columns: {prompt: question}");
    Path broken = new DataFolder(folder).text("b.jsonl", "{\"a\": 1}\n[]\n");
    refused(
        () -> DataInspection.of(List.of(broken)),
        broken + ":2: must be a JSON object ({...}), got []");
  }

  @Test
  void helpfulAndHarmlessIsPreferences() {
    DataInspection seen = DataInspection.of(List.of(Fixtures.require("data/hh/train.jsonl")));
    assertThat(seen.shape()).isEqualTo(Shape.PREFERENCE);
    assertThat(seen.conversational()).isFalse();
    assertThat(seen.rows()).isEqualTo(1600);
    assertThat(seen.misfits()).isZero();
    assertThat(seen.columns())
        .extracting(DataInspection.Column::name)
        .containsExactly("chosen", "rejected");
  }
}
