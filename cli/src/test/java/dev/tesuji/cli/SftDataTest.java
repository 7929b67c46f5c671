package dev.tesuji.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.json.Json;
import dev.tesuji.weights.NewModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Fine-tuning learns the same from the same rows, whatever file holds them.
class SftDataTest {
  @TempDir private Path folder = Path.of("");

  private String fingerprint(Path data) throws IOException {
    Path model = folder.resolve("model");
    if (!Files.exists(model)) {
      new NewModel(1, 16, 24, 2, 1, 128).create(model, 3);
    }
    Path recipe =
        Files.writeString(
            folder.resolve("recipe.yaml"),
            """
            name: test
            model: model
            task: chainSums
            evaluation: {problems: 2, samples: 2, maxNewTokens: 4}
            stages:
              - sft: {steps: 2, batchSize: 2, columns: {prompt: question, completion: answer}}
            """);
    Path out = folder.resolve("out-" + data.getFileName());
    Cli cli = Cli.run("run", recipe, "data=" + data, "--out", out);
    assertThat(cli.status()).as(cli.err()).isZero();
    return Json.readObject(out.resolve("report.json")).findValue("data_sha256").stringValue();
  }

  @Test
  void csvAndParquetAreLearnedAsJsonLinesAre() throws IOException, SQLException {
    Path lines = folder.resolve("a.jsonl");
    Files.writeString(
        lines,
        """
        {"question": "1+1=", "answer": "2"}
        {"question": "2+3=", "answer": "5"}
        {"question": "4+4=", "answer": "8"}
        """);
    Path csv = folder.resolve("a.csv");
    Files.writeString(csv, "question,answer\n1+1=,2\n2+3=,5\n4+4=,8\n");
    Path parquet = folder.resolve("a.parquet");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "COPY (SELECT * FROM (VALUES ('1+1=', '2'), ('2+3=', '5'), ('4+4=', '8'))"
              + " t(question, answer)) TO '"
              + parquet
              + "' (FORMAT parquet)");
    }
    String expected = fingerprint(lines);
    assertThat(expected).hasSize(64);
    assertThat(fingerprint(csv)).isEqualTo(expected);
    assertThat(fingerprint(parquet)).isEqualTo(expected);
  }
}
