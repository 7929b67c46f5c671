package dev.tesuji.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.check.BadInput;
import dev.tesuji.check.DidYouMean;
import dev.tesuji.files.SafeFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void aMisspeltWordFindsItsNeighbour() {
    List<String> known = List.of("groupSize", "promptsPerStep", "steps");
    assertThat(DidYouMean.hint("groupsize", known)).isEqualTo(" (did you mean 'groupSize'?)");
    assertThat(DidYouMean.hint("stpes", known)).isEqualTo(" (did you mean 'steps'?)");
    assertThat(DidYouMean.hint("colour", known))
        .isEqualTo(" (known: groupSize, promptsPerStep, steps)");
    assertThat(DidYouMean.distance("kitten", "sitting")).isEqualTo(3);
  }

  @Test
  void lineNumbersCountBlankLines() throws IOException {
    Path file = Files.writeString(folder.resolve("x.jsonl"), "{\"a\": 1}\n\n{\"a\": 2}\n[3]\n");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> JsonLines.readAll(file))
        .withMessage(file + ":4: must be a JSON object ({...}), got [3]");
  }

  @Test
  void fieldsOfTheWrongTypeAreNamed() throws IOException {
    Path file =
        Files.writeString(folder.resolve("x.jsonl"), "{\"text\": 5, \"ids\": [1, \"b\"]}\n");
    JsonLines.Row row = JsonLines.readAll(file).getFirst();
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> row.text("text"))
        .withMessage(file + ":1: field 'text' must be text, got 5");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> row.ids("ids"))
        .withMessage(file + ":1: field 'ids' must be a list of whole numbers, got \"b\"");
    assertThat(row.text("absent")).isNull();
  }

  @Test
  void aFileIsReplacedWholeOrNotAtAll() throws IOException {
    Path file = Files.writeString(folder.resolve("x"), "old");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() ->
            SafeFiles.replace(
                file,
                path -> {
                  Files.writeString(path, "half of the n");
                  throw new IOException("No space left on device");
                }))
        .withMessage(
            file + ": could not be written: the disk is full; free some space and run again");
    assertThat(Files.readString(file)).isEqualTo("old");
    assertThat(folder.toFile().list()).containsExactly("x");
  }
}
