package dev.tesuji.studio.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import dev.tesuji.serve.http.HttpHead;
import dev.tesuji.studio.web.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountsTest {
  @TempDir Path folder;
  private final AtomicLong clock = new AtomicLong(1);

  @Test
  void passwordsAreKeptAsHashesThatOnlyTheOwnerReads() throws IOException {
    new Accounts(folder).put("ann", Role.LEAD, "correct horse");
    Path file = folder.resolve("accounts.json");
    assertThat(Files.readString(file)).contains("$2").doesNotContain("correct horse");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Accounts read = new Accounts(folder);
    assertThat(read.check("ann", "correct horse")).contains(Role.LEAD);
    assertThat(read.check("ann", "correct hors")).isEmpty();
    assertThat(read.check("ben", "correct horse")).isEmpty();
    assertThat(read.check("ann", "x".repeat(100))).isEmpty();
  }

  @Test
  void passwordsThatAreTooShortOrCutByBcryptAreRefused() {
    Accounts accounts = new Accounts(folder);
    assertThatThrownBy(() -> accounts.put("ann", Role.LEAD, "short"))
        .isInstanceOf(BadInput.class)
        .hasMessage("the password must have at least 10 characters and at most 72 bytes, got 5");
    assertThatThrownBy(() -> accounts.put("ann", Role.LEAD, "ü".repeat(40)))
        .hasMessageContaining("at most 72 bytes, got 80");
    assertThatThrownBy(() -> accounts.put("../ann", Role.LEAD, "long enough"))
        .hasMessageContaining("option --name must be 1 to 64 letters");
  }

  @Test
  void afterFiveFailuresGuessingWaitsEverLonger() {
    Throttle throttle = new Throttle(clock::get);
    for (int i = 0; i < 5; i++) {
      assertThat(throttle.left("ann")).isZero();
      throttle.failed("ann");
    }
    assertThat(throttle.left("ann")).isEqualTo(Duration.ofSeconds(2));
    clock.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(throttle.left("ann")).isZero();
    throttle.failed("ann");
    assertThat(throttle.left("ann")).isEqualTo(Duration.ofSeconds(4));
    assertThat(throttle.left("ben")).isZero();
    throttle.succeeded("ann");
    assertThat(throttle.left("ann")).isZero();
  }

  @Test
  void bruteForceIsRefusedEvenWithTheRightPassword() {
    Accounts accounts = new Accounts(folder);
    accounts.put("ann", Role.ANNOTATOR, "correct horse");
    Sessions sessions = new Sessions(accounts, clock::get);
    for (int i = 0; i < 5; i++) {
      int address = i;
      assertThatThrownBy(() -> sessions.begin("ann", "wrong", "10.0.0." + address + ":99"))
          .isInstanceOf(Refusal.class)
          .hasMessage("the name or the password is wrong");
    }
    assertThatThrownBy(() -> sessions.begin("ann", "correct horse", "10.0.0.9:1"))
        .isInstanceOf(Refusal.class)
        .hasMessage("too many tries; the next is taken in 3 seconds");
    clock.addAndGet(Duration.ofSeconds(3).toNanos());
    assertThat(sessions.begin("ann", "correct horse", "10.0.0.9:1").session().role())
        .isEqualTo(Role.ANNOTATOR);
  }

  @Test
  void aSessionEndsWhenItIsNotUsedOrLeft() {
    Sessions sessions = new Sessions(new Accounts(folder), clock::get);
    HttpHead head = head(sessions.begin("ann", "", "x:1").cookie());
    assertThat(sessions.of(head)).isNotNull();
    clock.addAndGet(Duration.ofHours(11).toNanos());
    assertThat(sessions.of(head)).isNotNull();
    clock.addAndGet(Duration.ofHours(11).toNanos());
    assertThat(sessions.of(head)).as("used eleven hours ago").isNotNull();
    clock.addAndGet(Duration.ofHours(13).toNanos());
    assertThat(sessions.of(head)).isNull();
    HttpHead other = head(sessions.begin("ann", "", "x:1").cookie());
    sessions.end(other);
    assertThat(sessions.of(other)).isNull();
  }

  private static HttpHead head(String cookie) {
    String pair = cookie.substring(0, cookie.indexOf(';'));
    return new HttpHead("GET", "/", "", Map.of("cookie", pair), "x:1");
  }
}
