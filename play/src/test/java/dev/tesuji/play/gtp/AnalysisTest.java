package dev.tesuji.play.gtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.play.Limits;
import dev.tesuji.play.Player;
import dev.tesuji.play.go.RandomGoPlayer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// Analysis goes on until something is sent.
class AnalysisTest {
  /// An engine on a thread, and both ends of its pipes.
  private static final class Live implements AutoCloseable {
    private final OutputStream to = new PipedOutputStream();
    private final BufferedReader from;
    private final Thread thread;

    Live(Player player) throws IOException {
      PipedInputStream in = new PipedInputStream((PipedOutputStream) to);
      PipedOutputStream answers = new PipedOutputStream();
      PipedInputStream read = new PipedInputStream(answers, 1 << 20);
      from = new BufferedReader(new InputStreamReader(read, StandardCharsets.UTF_8));
      PrintStream out = new PrintStream(answers, true, StandardCharsets.UTF_8);
      GtpEngine engine =
          new GtpEngine(player, Limits.ofVisits(5), "1", new GtpEngine.Streams(in, out), _ -> {});
      thread =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  engine.run();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
    }

    void send(String text) throws IOException {
      to.write(text.getBytes(StandardCharsets.UTF_8));
      to.flush();
    }

    String line() throws IOException {
      return from.readLine();
    }

    /// Reads to the empty line that ends an answer.
    void skipToEnd() throws IOException {
      while (!line().isEmpty()) {
        // A further line of analysis.
      }
    }

    @Override
    public void close() throws IOException, InterruptedException {
      to.close();
      thread.join();
    }
  }

  @Test
  void anEmptyLineEndsAnalysis() throws Exception {
    try (Live live = new Live(new FakePlayer())) {
      live.send("boardsize 5\n7 lz-analyze b 1\n");
      live.skipToEnd();
      assertThat(live.line()).isEqualTo("=7");
      assertThat(live.line())
          .matches(
              "info move A5 visits [0-9]+ winrate 7500 prior 2500 lcb [0-9]+ order 0 pv A5 B5");
      live.line(); // it goes on, far past the visits of a move
      live.line();
      live.send("\n");
      live.skipToEnd();
      live.send("name\n");
      assertThat(live.line()).isEqualTo("= Tesuji");
    }
  }

  @Test
  void theBeginningOfALineEndsAnalysisToo() throws Exception {
    try (Live live = new Live(new FakePlayer())) {
      live.send("boardsize 5\nkata-analyze interval 1\n");
      live.skipToEnd();
      live.line();
      live.line();
      live.send("na");
      live.skipToEnd();
      live.send("me\n");
      assertThat(live.line()).isEqualTo("= Tesuji");
    }
  }

  @Test
  void goGuisInterruptionEndsAnalysisAndThinking() throws Exception {
    FakePlayer player = new FakePlayer();
    try (Live live = new Live(player)) {
      live.send("boardsize 5\nlz-analyze b 1\n");
      live.skipToEnd();
      live.line();
      live.line();
      live.send("# interrupt\n");
      live.skipToEnd();
      live.send("genmove b\n");
      assertThat(live.line()).isEqualTo("= A5");
    }
    assertThat(player.visits.getLast()).as("an interruption before it is none of it").isEqualTo(5);
  }

  @Test
  void aPlayerThatHasNothingMoreToFindStaysSilentUntilSomethingIsSent() throws Exception {
    try (Live live = new Live(new RandomGoPlayer(1))) {
      live.send("boardsize 5\nlz-analyze 1\n");
      live.skipToEnd();
      live.line();
      assertThat(live.line()).startsWith("info move ");
      live.send("\n");
      assertThat(live.line()).isEmpty();
    }
  }

  @Test
  void kataAnalyzeTellsOfTheRootAndOfOwnershipWhenAsked() throws Exception {
    String[] before = {"boardsize 5"};
    String plain = Talk.with(new FakePlayer(), before[0], "kata-analyze b").last();
    assertThat(plain)
        .startsWith("=\ninfo move A5 visits 1 utility 0.500000 winrate 0.750000 scoreMean 3.00000")
        .doesNotContain("rootInfo")
        .doesNotContain("ownership");
    String asked =
        Talk.with(
                new FakePlayer(),
                before[0],
                "kata-analyze b 10 rootInfo true ownership true minmoves 2")
            .last();
    assertThat(asked)
        .contains(" info move B5 visits 0 ")
        .contains(" rootInfo visits 1 utility 0.250000 winrate 0.625000 ")
        .contains(" ownership 0.500000 0.00000 ");
    assertThat(
            Talk.with(new FakePlayer(), before[0], "lz-analyze b avoid b A5 1 minmoves 2").last())
        .startsWith("=\ninfo move B5");
    assertThat(
            Talk.with(new FakePlayer(), before[0], "lz-analyze b allow b B5 1 minmoves 2").last())
        .startsWith("=\ninfo move B5");
  }

  @Test
  void movesAreGeneratedWhileAnalysing() throws Exception {
    assertThat(
            Talk.with(new FakePlayer(), "boardsize 5", "lz-genmove_analyze b 100", "showboard")
                .said)
        .contains("order 0 pv A5 B5\nplay A5\n\n")
        .contains("5 (X).");
    assertThat(Talk.with(new FakePlayer(), "boardsize 5", "kata-genmove_analyze b 100").said)
        .contains("pv A5 B5\nplay A5\n\n");
  }

  @Test
  void aPipeThatNobodyReadsEndsTheEngine() throws Exception {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    PipedOutputStream to = new PipedOutputStream();
    PipedInputStream in = new PipedInputStream(to);
    to.write("boardsize 5\nlz-analyze b 1\n".getBytes(StandardCharsets.UTF_8));
    to.flush();
    new GtpEngine(
            new FakePlayer(),
            Limits.ofVisits(5),
            "1",
            new GtpEngine.Streams(in, new PrintStream(closed, true)),
            _ -> {})
        .run();
    to.close();
  }
}
