package dev.tesuji.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import dev.tesuji.check.DidYouMean;
import dev.tesuji.files.SafeFiles;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputTest {
  @Test
  void aByteOrderMarkIsSkippedAndUtf16Named(@TempDir Path place) throws IOException {
    Path file = place.resolve("a.jsonl");
    String text = "{\"a\": 1}\n";
    Files.writeString(file, "\ufeff" + text);
    assertThat(JsonLines.readAll(file)).hasSize(1);
    Files.writeString(file, "\ufeff{\"a\": NaN}");
    assertThat(Json.readObject(file).path("a").doubleValue(0)).isNaN();
    for (Charset wide :
        List.of(
            StandardCharsets.UTF_16,
            StandardCharsets.UTF_16LE,
            StandardCharsets.UTF_16BE,
            Charset.forName("UTF-32LE"))) {
      Files.write(file, text.getBytes(wide));
      assertThatThrownBy(() -> JsonLines.readAll(file))
          .hasMessageStartingWith(file + ": must be UTF-8 text, got UTF-")
          .hasMessageContaining("iconv -f UTF-");
    }
    Files.writeString(file, "");
    assertThatThrownBy(() -> JsonLines.readAll(file)).hasMessageContaining("got an empty file");
  }

  @Test
  void halfASurrogatePairIsRefusedByLineAndField(@TempDir Path place) throws IOException {
    Path file = place.resolve("a.jsonl");
    Files.writeString(file, "{\"a\": \"\\ud83d\\ude00\"}\n{\"b\": [\"x\\ud83d\"]}\n");
    assertThatThrownBy(() -> JsonLines.readAll(file))
        .hasMessage(
            file
                + ":2: field 'b' must be Unicode text, got half a surrogate pair (\\ud800 to \\udfff)");
  }

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
