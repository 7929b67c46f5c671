package dev.tesuji.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelsCommandsTest {
  @TempDir Path folder;

  @Test
  void aProjectIsMadeMeasuredAndExported() throws IOException {
    Path answers =
        Files.writeString(
            folder.resolve("rollouts.jsonl"),
            """
            {"prompt":"Say hi","completion":"Hi"}
            {"prompt":"Say hi","completion":"Hello there"}
            """);
    Path project = folder.resolve("project");
    Cli made =
        Cli.run("labels", "create", "--project", project.toString(), "--in", answers.toString());
    assertThat(made.status()).isZero();
    assertThat(made.out()).contains("1 items");
    Files.writeString(
        project.resolve("judgements.jsonl"),
        """
        {"item":"item-1","annotator":"ann","tiers":[2,1]}
        {"item":"item-1","annotator":"ben","tiers":[2,1]}
        """);
    Cli measured = Cli.run("labels", "agreement", "--project", project.toString(), "--json");
    assertThat(Json.MAPPER.readTree(measured.out()).path("krippendorff_alpha").doubleValue())
        .isEqualTo(1);
    Path out = folder.resolve("pairs.jsonl");
    Cli exported =
        Cli.run(
            "labels",
            "export",
            "--project",
            project.toString(),
            "--shape",
            "pairs",
            "--out",
            out.toString());
    assertThat(exported.status()).isZero();
    assertThat(Files.readString(out).lines())
        .hasSize(2)
        .allMatch(l -> l.contains("\"chosen\":\"Hello there\",\"rejected\":\"Hi\",\"margin\":1"));
  }

  @Test
  void agreementIsOfAProjectOrOfAFile() {
    Cli neither = Cli.run("labels", "agreement", "--json");
    assertThat(neither.status()).isEqualTo(2);
    assertThat(neither.err()).contains("either --project DIR must be given, or --in FILE");
  }

  @Test
  void aCommandThatIsMissingIsSaid() {
    Cli none = Cli.run("labels");
    assertThat(none.status()).isEqualTo(2);
    assertThat(none.err()).contains("a command is missing; it must be create, import, export");
  }

  @Test
  void theStudioRefusesAFolderThatIsNotThere() {
    Path none = folder.resolve("none");
    Cli refused = Cli.run("studio", none.toString(), "--port", "0");
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).contains(none + ": must be a folder of runs");
  }
}
