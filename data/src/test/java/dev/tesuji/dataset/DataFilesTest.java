package dev.tesuji.dataset;

import static dev.tesuji.dataset.DataFolder.places;
import static dev.tesuji.dataset.DataFolder.refused;
import static dev.tesuji.dataset.DataFolder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.check.BadInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFilesTest {
  @TempDir private Path folder = Path.of("");
  private DataFolder data = new DataFolder(folder);

  @BeforeEach
  void openTheFolder() {
    data = new DataFolder(folder);
  }

  @Test
  void everyFormatGivesTheSameRows() throws IOException, SQLException {
    String first = "{\"prompt\":\"a, \\\"b\\\"\\nc\",\"completion\":\"ü 😀\"}";
    String second = "{\"prompt\":\"p\",\"completion\":null}";
    String lines = first + "\n\n" + second + "\n";
    String csv = "prompt,completion\n\"a, \"\"b\"\"\nc\",ü 😀\np,\n";
    String list = "[\n" + first + ",\n" + second + "]\n";
    List<Path> files =
        List.of(
            data.text("a.jsonl", lines),
            data.text("b.NDJSON", lines),
            data.packed("c.jsonl.gz", lines),
            data.text("d.json", list),
            data.text("e.json", "{\"version\": {\"n\": [1]}, \"data\": " + list + "}"),
            data.text("f.json", lines),
            data.packed("g.json.gz", list),
            data.text("h.csv", csv),
            data.packed("i.csv.gz", "\uFEFF" + csv.replace("\n", "\r\n").replace("\r\nc", "\nc")),
            data.parquet(
                "j.parquet",
                "SELECT * FROM (VALUES ('a, \"b\"\nc', 'ü 😀'), ('p', NULL)) t(prompt, completion)"));
    for (Path file : files) {
      assertThat(rows(file)).as(file.toString()).containsExactly(first, second);
    }
  }

  @Test
  void rowsAreNamedByTheLineOnWhichTheyBegin() throws IOException, SQLException {
    Path lines = data.text("a.jsonl", "\n{\"a\":1}\n\n{\"a\":2}\n");
    Path list = data.text("a.json", "[\n\n{\"a\":\n1},\n{\"a\":2}]");
    Path csv = data.text("a.csv", "a\n\n\"x\ny\"\nz\n");
    Path parquet = data.parquet("a.parquet", "SELECT range AS a FROM range(2)");
    assertThat(places(lines)).containsExactly(lines + ":2", lines + ":4");
    assertThat(places(list)).containsExactly(list + ":3", list + ":5");
    assertThat(places(csv)).containsExactly(csv + ":3", csv + ":5");
    assertThat(places(parquet)).containsExactly(parquet + ": row 1", parquet + ": row 2");
  }

  @Test
  void valuesStayWhatTheyAre() throws IOException, SQLException {
    assertThat(rows(data.text("a.json", "[{\"t\":\"2024-01-01T00:00:00Z\",\"n\":1.5,\"b\":true}]")))
        .containsExactly("{\"t\":\"2024-01-01T00:00:00Z\",\"n\":1.5,\"b\":true}");
    assertThat(rows(data.text("a.csv", "id,empty,none\n007,\"\",\n")))
        .containsExactly("{\"id\":\"007\",\"empty\":\"\",\"none\":null}");
    assertThat(
            rows(
                data.parquet(
                    "a.parquet",
                    "SELECT 9223372036854775807 AS n, 0.5::DOUBLE AS d, true AS b, NULL::INT AS o,"
                        + " [{'role': 'user', 'content': 'hi'}] AS messages, [1, 2] AS l,"
                        + " 'x'::BLOB AS x, {'y': 'z'} AS s")))
        .containsExactly(
            "{\"n\":9223372036854775807,\"d\":0.5,\"b\":true,\"o\":null,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"l\":[1,2],"
                + "\"x\":\"x\",\"s\":{\"y\":\"z\"}}");
    assertThat(rows(data.parquet("nan.parquet", "SELECT 'nan'::DOUBLE AS d"))).hasSize(1);
  }

  @Test
  void manyRowsKeepTheirOrder() throws SQLException {
    Path file = data.parquet("many.parquet", "SELECT range AS n FROM range(300000)");
    long[] next = {0};
    DataFiles.forEach(
        file, row -> assertThat(row.fields().get("n").longValue()).isEqualTo(next[0]++));
    assertThat(next[0]).isEqualTo(300_000);
  }

  @Test
  void namesMayHoldQuotesAndWildcards() throws IOException, SQLException {
    Path odd = Files.createDirectory(folder.resolve("o'dd [x]"));
    DataFolder inside = new DataFolder(odd);
    inside.parquet("p1.parquet", "SELECT 'wrong' AS a");
    Path named = inside.parquet("p[1].parquet", "SELECT 'right' AS a");
    Path star = inside.parquet("k=v*.parquet", "SELECT 'star' AS a");
    assertThat(rows(named)).containsExactly("{\"a\":\"right\"}");
    assertThat(rows(star)).containsExactly("{\"a\":\"star\"}");
  }

  @Test
  void aFolderIsItsDataFilesByName() throws IOException, SQLException {
    Path b = data.text("b.jsonl", "{\"n\":2}\n");
    Path a = data.parquet("a.parquet", "SELECT 1 AS n");
    Path c = data.text("c.csv", "n\n3\n");
    data.text("README.md", "# Data");
    data.text("LICENSE", "free");
    data.text(".hidden.jsonl", "{\"n\":0}\n");
    data.text("_SUCCESS.json", "");
    Files.createDirectory(folder.resolve("more.jsonl"));
    assertThat(DataFiles.expand(List.of(folder))).containsExactly(a, b, c);
    assertThat(rows(folder)).containsExactly("{\"n\":1}", "{\"n\":2}", "{\"n\":\"3\"}");
  }

  @Test
  void aPatternIsTheFilesThatMatch() throws IOException {
    Path deep = Files.createDirectories(folder.resolve("x/y"));
    Path a = data.text("train-1.jsonl", "{\"n\":1}\n");
    Path b = data.text("train-2.jsonl", "{\"n\":2}\n");
    Path c = Files.writeString(deep.resolve("train-3.jsonl"), "{\"n\":3}\n");
    data.text("test.jsonl", "{\"n\":0}\n");
    assertThat(DataFiles.expand(List.of(folder.resolve("train-*.jsonl")))).containsExactly(a, b);
    assertThat(DataFiles.expand(List.of(folder.resolve("train-{2,9}.jsonl")))).containsExactly(b);
    assertThat(DataFiles.expand(List.of(folder.resolve("*/y/t*")))).containsExactly(c);
    assertThat(DataFiles.expand(List.of(folder.resolve("**train*.jsonl"))))
        .containsExactly(a, b, c);
    assertThat(rows(folder.resolve("train-[12].jsonl"), c)).hasSize(3);
  }

  @Test
  void pathsThatStandForNothingAreNamed() throws IOException {
    Path pattern = folder.resolve("train-*.jsonl");
    Path lost = folder.resolve("lost");
    Path other = data.text("notes.txt", "x");
    refused(() -> rows(pattern), pattern + ": no file matches");
    refused(
        () -> rows(lost.resolve("*.csv")), lost.resolve("*.csv") + ": no such folder as " + lost);
    refused(
        () -> rows(folder),
        folder
            + ": has no data file: one must be .jsonl, .ndjson, .json, .csv (each also packed, as"
            + " .jsonl.gz) or .parquet");
    refused(
        () -> rows(other),
        other
            + ": is of no kind that can be read here: it must be .jsonl, .ndjson, .json, .csv (each"
            + " also packed, as .jsonl.gz) or .parquet");
    for (String name : List.of("a.jsonl", "a.json", "a.csv", "a.csv.gz", "a.parquet")) {
      Path absent = folder.resolve(name);
      refused(() -> rows(absent), absent + ": no such file");
    }
  }

  @Test
  void filesWithoutRowsAreNamed() throws IOException, SQLException {
    Path lines = data.text("a.jsonl", "\n");
    Path list = data.text("a.json", "[]");
    Path nothing = data.text("b.json", "");
    Path csv = data.text("a.csv", "prompt,completion\n");
    Path parquet = data.parquet("a.parquet", "SELECT 1 AS a WHERE false");
    refused(() -> rows(lines), lines + ": must have at least one line, got an empty file");
    refused(() -> rows(list), list + ": must have at least one object, got an empty list");
    refused(() -> rows(nothing), nothing + ": must have at least one object, got an empty list");
    refused(() -> rows(csv), csv + ": must have a header and at least one line below it, got none");
    refused(() -> rows(parquet), parquet + ": must have at least one row, got none");
    Path good = data.text("good.jsonl", "{\"a\":1}");
    refused(() -> rows(good, lines), lines + ": must have at least one line, got an empty file");
  }

  @Test
  void textOfAnotherEncodingIsNamed() throws IOException {
    for (String name : List.of("a.jsonl", "a.json", "a.csv")) {
      byte[] latin = "[{\"a\":\"X\"}]\n".getBytes(StandardCharsets.UTF_8);
      latin[7] = (byte) 0xE4;
      Path file = Files.write(folder.resolve(name), latin);
      refused(() -> rows(file), file + ": must be UTF-8 text");
    }
  }

  @Test
  void packedFilesThatWereCutShortAreNamed() throws IOException {
    byte[] whole = DataFolder.gzip("{\"a\":1}\n".repeat(1000));
    for (String name : List.of("a.jsonl.gz", "a.json.gz", "a.csv.gz")) {
      Path cut = Files.write(folder.resolve(name), Arrays.copyOf(whole, whole.length - 9));
      refused(
          () -> rows(cut),
          cut + ": not a whole gzip file (Unexpected end of ZLIB input stream); copy it again");
      Files.writeString(cut, "plain text, long enough");
      refused(() -> rows(cut), cut + ": not a whole gzip file (Not in GZIP format); copy it again");
    }
  }

  @Test
  void brokenJsonIsNamedByItsLine() throws IOException {
    Path cut = data.text("cut.json", "[{\"a\":1},\n{\"a\":");
    Path scalar = data.text("scalar.json", "[{\"a\":1},\n 5]");
    Path word = data.text("word.json", "\"a\"");
    Path bare = data.text("bare.json", "{\"a\": 1}");
    Path two = data.text("two.json", "{\"a\": [{\"x\":1}], \"b\": [{\"x\":1}]}");
    Path more = data.text("more.json", "[{\"a\":1}]\n[]");
    String must =
        ": must hold a list of objects ([{...}, ...]), or an object with one such list in it";
    refusedFrom(cut, ":2: not valid JSON: Unexpected end-of-input");
    refused(() -> rows(scalar), scalar + ":2: must be a JSON object ({...}), got 5");
    refused(() -> rows(word), word + must);
    refused(() -> rows(bare), bare + must);
    refused(() -> rows(two), two + must + ", got the lists 'a' and 'b'");
    refused(() -> rows(more), more + ":2: must end after its list");
    Path deep = data.text("deep.json", "[".repeat(2000));
    refusedFrom(deep, ": not valid JSON: Document nesting depth");
  }

  private static void refusedFrom(Path file, String beginning) {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> rows(file))
        .withMessageStartingWith(file + beginning);
  }

  @Test
  void brokenCsvIsNamedByItsLine() throws IOException {
    Path many = data.text("many.csv", "a,b\n\"x\ny\",1\nc,d,e\n");
    Path few = data.text("few.csv", "a,b\r\nx,1\r\nc\r\n");
    Path open = data.text("open.csv", "a,b\nx,1\nc,\"d\ne,f\n");
    Path after = data.text("after.csv", "a,b\n\"x\"y,1\n");
    Path twice = data.text("twice.csv", "a,b,a\n1,2,3\n");
    Path nameless = data.text("nameless.csv", "a,,c\n1,2,3\n");
    String quotes = "; a cell with a comma or a line break in it must stand in double quotes";
    refused(() -> rows(many), many + ":4: must have 2 cells as the header has, got 3" + quotes);
    refused(() -> rows(few), few + ":3: must have 2 cells as the header has, got 1" + quotes);
    refused(() -> rows(open), open + ":3: a double quote that opens here is never closed");
    refused(
        () -> rows(after),
        after
            + ":2: after a closing double quote must come a comma or the end of the line, got 'y';"
            + " a quote inside a cell is written twice");
    refused(() -> rows(twice), twice + ":1: the header names column 'a' twice");
    refused(() -> rows(nameless), nameless + ":1: column 2 of the header must have a name");
  }

  @Test
  void whatIsNoParquetIsNamed() throws IOException, SQLException {
    Path text = data.text("text.parquet", "{\"a\": 1}\n");
    refused(
        () -> rows(text),
        text
            + ": not a Parquet file that can be read: File '"
            + text
            + "' too small to be a"
            + " Parquet file");
    Path whole = data.parquet("whole.parquet", "SELECT range AS a FROM range(1000)");
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = Files.write(folder.resolve("cut.parquet"), Arrays.copyOf(bytes, 900));
    refusedFrom(cut, ": not a Parquet file that can be read: ");
  }

  /// Reads text files, in a JVM of its own.
  static final class ReadsText {
    private ReadsText() {}

    /// Reads the files that are named.
    public static void main(String[] files) {
      for (String file : files) {
        System.out.println(rows(Path.of(file)).size() + " rows");
      }
    }
  }

  @Test
  void duckDbIsNotLoadedForText() throws IOException, InterruptedException, SQLException {
    Path lines = data.text("a.jsonl", "{\"a\":1}\n");
    Path list = data.text("a.json", "[{\"a\":1}]");
    Path csv = data.text("a.csv", "a\n1\n");
    Path parquet = data.parquet("a.parquet", "SELECT 1 AS a");
    assertThat(classesLoaded(lines, list, csv)).contains("1 rows").doesNotContain("org.duckdb");
    assertThat(classesLoaded(parquet)).contains("1 rows").contains("org.duckdb");
  }

  private String classesLoaded(Path... files) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xlog:class+load"));
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), ReadsText.class.getName()));
    List.of(files).forEach(f -> words.add(f.toString()));
    Path log = folder.resolve("log.txt");
    Process process =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    return Files.readString(log);
  }
}
