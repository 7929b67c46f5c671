package dev.tesuji.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tesuji.check.BadInput;
import dev.tesuji.sandbox.Outcome.End;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// What each jail lets a program do.
class JailsTest {
  private static final Limits LIMITS = new Limits(Duration.ofSeconds(20), 128, 0, 1 << 16);

  private static Sandbox open(Predicate<Jail> wanted) {
    try {
      return Sandbox.open(false, wanted);
    } catch (BadInput e) {
      return Assumptions.abort("SKIPPED: " + e.getMessage());
    }
  }

  private static Outcome run(Sandbox sandbox, String script, Limits limits)
      throws InterruptedException {
    Job job =
        new Job(
            List.of("/bin/sh", "-c", script),
            Map.of("data", "seven\n".getBytes(StandardCharsets.UTF_8)),
            List.of(),
            limits,
            false);
    try (Lane lane = sandbox.lane()) {
      return lane.run(job, "in\n".getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String output(Sandbox sandbox, String script) throws InterruptedException {
    Outcome outcome = run(sandbox, script, LIMITS);
    assertThat(outcome.end()).as(outcome.errorText()).isEqualTo(End.EXITED);
    return new String(outcome.output(), StandardCharsets.UTF_8);
  }

  @Test
  void aJobReadsItsFileAndItsInput() throws InterruptedException {
    for (Predicate<Jail> kind : KINDS) {
      try (Sandbox sandbox = open(kind)) {
        assertThat(output(sandbox, "read a < /box/data; read b; echo $a $b"))
            .isEqualTo("seven in\n");
      }
    }
  }

  private static final List<Predicate<Jail>> KINDS =
      List.of(jail -> jail instanceof Bubblewrap, jail -> jail instanceof Landlock);

  @Test
  void theHostsFilesAreNeitherReadNorWritten() throws Exception {
    Path secret = Files.createTempFile("tesuji-secret-", ".txt");
    Files.writeString(secret, "secret\n");
    for (Predicate<Jail> kind : KINDS) {
      try (Sandbox sandbox = open(kind)) {
        assertThat(output(sandbox, "read a 2>/dev/null < " + secret + " || echo no"))
            .isEqualTo("no\n");
        run(sandbox, "echo spoilt > " + secret, LIMITS);
        run(sandbox, "echo spoilt > /box/data", LIMITS);
        assertThat(Files.readString(secret)).isEqualTo("secret\n");
      }
    }
    Files.delete(secret);
  }

  @Test
  void aStatusAndASignalAreTold() throws InterruptedException {
    try (Sandbox sandbox = open(KINDS.getFirst())) {
      assertThat(run(sandbox, "exit 3", LIMITS).status()).isEqualTo(3);
      assertThat(run(sandbox, "kill -9 $$", LIMITS).status()).isEqualTo(137);
    }
  }

  @Test
  void aSleeperIsStoppedAtItsLimit() throws InterruptedException {
    Limits brief = new Limits(Duration.ofMillis(300), 64, 0, 1 << 16);
    for (Predicate<Jail> kind : KINDS) {
      try (Sandbox sandbox = open(kind)) {
        assertThat(run(sandbox, "while :; do :; done", brief).end()).isEqualTo(End.TIME_OUT);
      }
    }
  }

  @Test
  void outputBeyondTheLimitEndsTheProgram() throws InterruptedException {
    try (Sandbox sandbox = open(KINDS.getFirst())) {
      Outcome outcome = run(sandbox, "while :; do echo 0123456789012345678; done", LIMITS);
      assertThat(outcome.end()).isEqualTo(End.OUTPUT);
      assertThat(outcome.output()).hasSize(1 << 16);
    }
  }

  @Test
  void withoutAJailNothingRunsUnlessThatIsAskedFor() throws InterruptedException {
    assertThat(catchThrowableOfType(BadInput.class, () -> Sandbox.open(false, _ -> false)))
        .hasMessageContaining("code must run in a sandbox, got none that works here")
        .hasMessageContaining("apt-get install bubblewrap");
    try (Sandbox sandbox = Sandbox.open(true, _ -> false)) {
      assertThat(sandbox.isSafe()).isFalse();
      assertThat(output(sandbox, "read a < /box/data; echo $a")).isEqualTo("seven\n");
    }
  }

  @Test
  void aJobsFilesHavePlainNames() {
    assertThat(
            catchThrowableOfType(
                IllegalArgumentException.class,
                () ->
                    new Job(
                        List.of("/bin/true"),
                        Map.of("../x", new byte[0]),
                        List.of(),
                        LIMITS,
                        false)))
        .hasMessage("a job's file must have a plain name, got '../x'");
  }
}
