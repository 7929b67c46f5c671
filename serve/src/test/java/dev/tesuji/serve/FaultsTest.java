package dev.tesuji.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A server among clients that mean harm, for some seconds; with `-Dtesuji.faults=MINUTES` for so
/// long, and among a thousand open streams.
@Timeout(2 * 3600)
class FaultsTest {
  private static final int MINUTES = Integer.getInteger("tesuji.faults", 0);
  private static final int HONEST = 3;
  private static final int LIVES = MINUTES == 0 ? 1 : Math.max(2, MINUTES / 12);
  private static final int FAULTY = MINUTES == 0 ? 20 : 60;
  private static final int STREAMS = MINUTES == 0 ? 40 : 1000;
  private static final Duration WARM =
      Duration.ofSeconds(MINUTES == 0 ? 3 : MINUTES < 10 ? 20 : 60);
  private static final Duration LIFE =
      Duration.ofSeconds(MINUTES == 0 ? 3 : Math.max(20, 60L * MINUTES / LIVES - 90));
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration REST = Duration.ofSeconds(60);
  private static final int WAITING = 2000;
  private static final long NATIVE = (MINUTES == 0 ? 64L : 24L) << 20;

  @TempDir static Path folder;

  @Test
  void faultyClientsHarmNobodyAndLeaveNothing() throws Exception {
    Path model = RandomModel.write(folder, 64, 176, 2, 2);
    Path log = folder.resolve("log");
    ServerChild server = new ServerChild(model, log, 0, PATIENCE, WAITING);
    int port = server.port;
    FaultyClients faulty = new FaultyClients(port, PATIENCE);
    try (HonestClients honest = new HonestClients(port)) {
      for (int life = 0; life < LIVES; life++) {
        honest.start(HONEST);
        load(faulty, WARM, life);
        honest.stop();
        ServerChild.Holding before = server.rest(REST);
        honest.start(HONEST);
        load(faulty, LIFE, 1000 + life);
        honest.stop();
        ServerChild.Holding after = server.rest(REST);
        say(life, before, after, honest, faulty);
        assertThat(honest.wrong()).isEmpty();
        assertThat(faulty.surprises()).isEmpty();
        assertThat(server.isAlive()).isTrue();
        assertNothingIsLeft(before, after);
        honest.start(HONEST);
        faulty.start(FAULTY, 2000 + life);
        Thread.sleep(1000);
        expectDown(honest, faulty, true);
        server.kill();
        server = new ServerChild(model, log, port, PATIENCE, WAITING);
        expectDown(honest, faulty, false);
        Thread.sleep(1000);
        faulty.stop();
        honest.stop();
        assertThat(honest.wrong()).isEmpty(); // after the restart too
      }
      assertThat(honest.seconds()).hasSizeGreaterThan(MINUTES == 0 ? 10 : 1000);
      assertThat(honest.seconds().getLast()).isLessThan(30);
      assertThat(server.stop()).isZero();
      assertThat(defects(server)).isEmpty();
    } finally {
      server.close();
      faulty.stop();
    }
  }

  private static void expectDown(HonestClients honest, FaultyClients faulty, boolean down) {
    honest.expectDown(down);
    faulty.expectDown(down);
  }

  private static void load(FaultyClients faulty, Duration time, long seed) throws Exception {
    faulty.start(FAULTY, seed);
    faulty.hold(STREAMS);
    Thread.sleep(time);
    faulty.stop();
  }

  private static void assertNothingIsLeft(ServerChild.Holding before, ServerChild.Holding after) {
    assertThat(after.answers()).isZero();
    assertThat(after.requests()).isEqualTo(1); // the one that asks
    assertThat(after.connections()).isLessThanOrEqualTo(before.connections());
    // Pools start their threads when they are needed; a leak would be one for each of hundreds.
    assertThat(after.threads()).isLessThanOrEqualTo(before.threads() + 4);
    assertThat(after.files()).isLessThanOrEqualTo(before.files());
    assertThat(after.objects()).isLessThanOrEqualTo(before.objects());
    // The JVM takes some of it for its compilers, most of it in the first minute.
    assertThat(after.nativeBytes() - before.nativeBytes()).isLessThan(NATIVE);
    assertThat(after.heapBytes() - before.heapBytes()).isLessThan(32 << 20);
  }

  /// Returns what the server has logged of troubles that are its own.
  private static List<String> defects(ServerChild server) throws Exception {
    return server.log().stream()
        .filter(l -> l.matches(".*\"status\":(0|500).*|.*step_failed.*|.*Exception.*|.*Error.*"))
        .filter(l -> !l.contains("blocked")) // Vert.x, on a machine that others use
        .limit(20)
        .toList();
  }

  private static void say(
      int life,
      ServerChild.Holding before,
      ServerChild.Holding after,
      HonestClients honest,
      FaultyClients faulty) {
    List<Double> seconds = honest.seconds();
    System.out.printf(
        Locale.ROOT,
        "FAULTS life %d%n  before %s%n  after  %s%n  honest: %d answers, %d times refused, seconds"
            + " median %.3f, p99 %.3f, longest %.3f%n  faults: %s%n",
        life,
        before,
        after,
        seconds.size(),
        honest.refused(),
        seconds.get(seconds.size() / 2),
        seconds.get(seconds.size() * 99 / 100),
        seconds.getLast(),
        faulty.committed());
  }
}
