package dev.tesuji.play.gtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import dev.tesuji.play.Limits;
import dev.tesuji.play.PlayerFailed;
import dev.tesuji.play.Thought;
import dev.tesuji.play.go.Go;
import dev.tesuji.play.go.GoState;
import dev.tesuji.play.go.RandomGoPlayer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// GTP from the other end: programs that behave, and programs that do not.
class GtpProgramTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final String READS = "while read command rest; do ";

  private static GtpProgram shell(Duration timeout, String script) {
    return new GtpProgram(List.of("sh", "-c", script), timeout);
  }

  @Test
  void answersAreReadToTheirEmptyLine() {
    String script =
        READS
            + "case $command in a) printf '=\\n\\n';; b) printf '= x\\ny\\n\\n';; *)"
            + " printf '? not %s\\n\\n' $command;; esac; done";
    try (GtpProgram program = shell(LONG, script)) {
      assertThat(program.send("a")).isEmpty();
      assertThat(program.send("b")).isEqualTo("x\ny");
      assertThatThrownBy(() -> program.send("c"))
          .isInstanceOf(GtpProgram.Refused.class)
          .hasMessage("refused 'c': not c");
      assertThat(program.send("a")).isEmpty();
      assertThat(program.starts()).isEqualTo(1);
    }
  }

  @Test
  void aProgramThatDiesIsReportedAndStartsAgain() {
    try (GtpProgram program = shell(LONG, "read a; printf '= 1\\n\\n'; read a; exit 3")) {
      assertThat(program.send("name")).isEqualTo("1");
      assertThatThrownBy(() -> program.send("genmove b"))
          .isInstanceOf(PlayerFailed.class)
          .hasMessage("the program 'sh' died at 'genmove b'");
      assertThat(program.send("name")).isEqualTo("1");
      assertThat(program.starts()).isEqualTo(2);
    }
  }

  @Test
  void aProgramThatHangsIsEndedAndReported() {
    try (GtpProgram program = shell(SHORT, READS + ":; done")) {
      assertThatThrownBy(() -> program.send("genmove b"))
          .isInstanceOf(PlayerFailed.class)
          .hasMessage("the program 'sh' did not answer 'genmove b' within 0.3 s");
    }
  }

  @Test
  void aProgramThatTalksNonsenseIsReported() {
    try (GtpProgram program = shell(LONG, READS + "echo Welcome; done")) {
      assertThatThrownBy(() -> program.send("name"))
          .isInstanceOf(PlayerFailed.class)
          .hasMessage("the program 'sh' answered 'name' with 'Welcome', not GTP");
    }
  }

  @Test
  void aProgramThatIsNotThereIsBadInput() {
    try (GtpProgram program = new GtpProgram(List.of("no-such-program"), LONG)) {
      assertThatThrownBy(() -> program.send("name"))
          .isInstanceOf(BadInput.class)
          .hasMessageStartingWith("the GTP program 'no-such-program' could not be started: ");
    }
  }

  @Test
  void aPlayerSendsOnlyWhatTheProgramDoesNotKnow(@TempDir Path folder) throws Exception {
    Path log = folder.resolve("log");
    String script =
        READS
            + "echo $command $rest >> "
            + log
            + "; case $command in genmove) printf '= C3\\n\\n';; *) printf '=\\n\\n';; esac; done";
    Go go = Go.of(5, 7);
    try (GtpPlayer player = new GtpPlayer("sh", shell(LONG, script))) {
      GoState state = go.start();
      state = state.play(player.think(state, Limits.NONE).action());
      state = state.play(go.action("D4"));
      assertThat(Files.readAllLines(log))
          .containsExactly("boardsize 5", "clear_board", "komi 7", "genmove black");
      GoState illegal = state;
      assertThatThrownBy(() -> player.think(illegal, Limits.NONE))
          .isInstanceOf(PlayerFailed.class)
          .hasMessage("sh chose 'C3', which is not legal: the point is occupied");
      assertThat(Files.readAllLines(log)).endsWith("play white D4", "genmove black");
      player.newGame();
      GoState other = go.start().play(go.action("A1"));
      assertThat(player.think(other, Limits.NONE).action()).isEqualTo(go.action("C3"));
      assertThat(Files.readAllLines(log))
          .endsWith("boardsize 5", "clear_board", "komi 7", "play black A1", "genmove white");
      assertThat(player.starts()).isEqualTo(2);
    }
  }

  @Test
  void aPlayerMayGiveUp() {
    String script =
        READS
            + "case $command in genmove) printf '= resign\\n\\n';; *) printf '=\\n\\n';; esac; done";
    try (GtpPlayer player = new GtpPlayer("sh", shell(LONG, script))) {
      assertThat(player.think(Go.of(5, 0).start(), Limits.NONE).action()).isEqualTo(Thought.RESIGN);
    }
  }

  @Test
  void gnuGoAndTheseRulesAgreeInAFewGames() {
    agree(4);
  }

  @Test
  @EnabledIfSystemProperty(named = "tesuji.slow", matches = "true")
  void gnuGoAndTheseRulesAgreeInAThousandGames() {
    agree(1000);
  }

  /// Lets random moves and GNU Go play; a move that either side rejects fails.
  private static void agree(int games) {
    Path gnuGo = Path.of("/usr/games/gnugo");
    if (!Files.isExecutable(gnuGo)) {
      String skipped = "Skipped: GNU Go is not installed (Debian: apt install gnugo)";
      System.err.println(skipped);
      Assumptions.abort(skipped);
    }
    List<String> command =
        List.of(
            gnuGo.toString(),
            "--mode",
            "gtp",
            "--level",
            "1",
            "--chinese-rules",
            "--positional-superko",
            "--allow-suicide",
            "--capture-all-dead",
            "--never-resign",
            "--cache-size",
            "16",
            "--seed",
            "1");
    int moves = 0;
    try (GtpProgram program = new GtpProgram(command, LONG);
        GtpPlayer player = new GtpPlayer("gnugo", program)) {
      for (int game = 0; game < games; game++) {
        player.newGame();
        RandomGoPlayer random = new RandomGoPlayer(game);
        GoState state = Go.of(7, 9).start();
        while (!state.over()) {
          boolean randoms = state.toMove() == (game % 2 == 0 ? 1 : -1);
          state = state.play((randoms ? random : player).think(state, Limits.NONE).action());
          moves++;
        }
      }
      assertThat(player.starts()).isEqualTo(1);
    }
    assertThat(moves).isGreaterThan(games * 20);
    if (games > 100) {
      System.err.println(games + " games, " + moves + " moves, none rejected");
    }
  }
}
