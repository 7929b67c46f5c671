package dev.tesuji.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterProcessTest {
  @TempDir private Path folder = Path.of("");

  private Process other;

  @BeforeEach
  void start() throws IOException {
    other = new ProcessBuilder("sleep", "600").start();
  }

  @AfterEach
  void end() {
    other.destroyForcibly();
  }

  @Test
  void aProcessThatGotTheNumberOfAnotherIsLeftAlone() {
    ClusterProcess mine = ClusterProcess.of("worker", other);
    ClusterProcess old = new ClusterProcess("worker", mine.pid(), mine.started() - 60_000);
    assertThat(old.find()).isEmpty();
    assertThat(old.end()).isFalse();
    assertThat(other.isAlive()).isTrue();
  }

  @Test
  void stopEndsWhatItsFileNamesAndForgetsIt() throws Exception {
    Path file = folder.resolve("processes");
    ClusterProcess mine = ClusterProcess.of("worker", other);
    mine.note(file);
    assertThat(ClusterProcess.read(file)).isEqualTo(List.of(mine));
    LocalCluster cluster = new LocalCluster(folder);
    assertThat(cluster.stop()).isEqualTo(1);
    assertThat(other.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(file).doesNotExist();
    assertThat(cluster.stop()).isZero();
  }

  @Test
  void aSecondClusterInTheFolderIsRefusedWhileTheFirstRuns() throws IOException {
    ClusterProcess.of("master", other).note(folder.resolve("processes"));
    Files.writeString(folder.resolve("address"), "spark://127.0.0.1:7077\n");
    SparkInstallation none = new SparkInstallation(List.of(), folder, "");
    assertThatThrownBy(() -> new LocalCluster(folder).start(new LocalCluster.Size(1, 1), none))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("holds a cluster that is running (spark://127.0.0.1:7077); end it");
    assertThat(other.isAlive()).isTrue();
  }

  @Test
  void aFolderOfSomebodyElseIsNotTouched() throws IOException {
    Path precious = Files.writeString(folder.resolve("thesis.txt"), "years");
    SparkInstallation none = new SparkInstallation(List.of(), folder, "");
    assertThatThrownBy(() -> new LocalCluster(folder).start(new LocalCluster.Size(1, 1), none))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("must be an empty folder, or one of an earlier cluster");
    assertThat(precious).hasContent("years");
  }

  @Test
  void aBrokenFileIsNamedWithItsLine() throws IOException {
    Path file = Files.writeString(folder.resolve("processes"), "master 1 1\nworker x\n");
    assertThatThrownBy(() -> ClusterProcess.read(file))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("processes:2")
        .hasMessageContaining("must be a role, a process and its start");
  }
}
