package dev.tesuji.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is written through links and pipes.
class SafeFilesTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void aLinkStaysAndWhatItPointsToIsWritten() throws IOException {
    Path real =
        Files.writeString(Files.createDirectory(folder.resolve("b")).resolve("real"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("b/real"));
    Path second = Files.createSymbolicLink(folder.resolve("second"), link);
    SafeFiles.replace(second, "new");
    assertThat(link).isSymbolicLink();
    assertThat(second).isSymbolicLink();
    assertThat(real).hasContent("new");
  }

  @Test
  void aLinkToWhatIsNotThereYetMakesIt() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("later"));
    SafeFiles.replace(link, "text");
    assertThat(folder.resolve("later")).hasContent("text");
    assertThat(link).isSymbolicLink();
  }

  @Test
  void linksInACircleAreRefused() throws IOException {
    Path a = folder.resolve("a");
    Files.createSymbolicLink(a, folder.resolve("b"));
    Files.createSymbolicLink(folder.resolve("b"), a);
    assertThatThrownBy(() -> SafeFiles.replace(a, "text")).hasMessageStartingWith(a.toString());
  }

  @Test
  void aPipeIsWrittenThrough() throws Exception {
    Path pipe = folder.resolve("pipe");
    boolean made;
    try {
      made = new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0;
    } catch (IOException _) {
      made = false;
    }
    assumeTrue(made, "needs mkfifo");
    CompletableFuture<String> read =
        CompletableFuture.supplyAsync(() -> {
          try {
            return Files.readString(pipe);
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
    SafeFiles.replace(pipe, "through");
    assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo("through");
    assertThat(Files.isRegularFile(pipe)).isFalse();
  }
}
