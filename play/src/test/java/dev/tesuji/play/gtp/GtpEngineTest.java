package dev.tesuji.play.gtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.play.Limits;
import dev.tesuji.play.go.RandomGoPlayer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Talks with an engine.
class GtpEngineTest {
  private static String last(String... lines) throws InterruptedException {
    return Talk.with(new FakePlayer(), lines).last();
  }

  @Test
  void theEngineIntroducesItself() throws Exception {
    assertThat(Talk.with(new FakePlayer(), "protocol_version", "2 name", "3 version").said)
        .isEqualTo("= 2\n\n=2 Tesuji\n\n=3 1.0 (fake)\n\n");
  }

  @Test
  void commentsTabsAndControlCharactersAreNothing() throws Exception {
    assertThat(
            Talk.with(
                    new FakePlayer(),
                    "# a comment",
                    "",
                    "   ",
                    "12\tpr\u0007otocol_version\r # and why",
                    "#12 name")
                .said)
        .isEqualTo("=12 2\n\n");
  }

  @Test
  void nonsenseIsAnsweredWithOneSentence() throws Exception {
    assertThat(
            Talk.with(
                    new FakePlayer(),
                    "7 dance",
                    "12345678901234567890 dance",
                    "8",
                    "play",
                    "play blue A1",
                    "play b Z9",
                    "play b A1000000000000000000",
                    "boardsize",
                    "boardsize 99999999999999",
                    "boardsize 20",
                    "boardsize 0",
                    "komi",
                    "komi seven",
                    "komi NaN",
                    "komi Infinity",
                    "komi 1e300",
                    "komi 0x1p3",
                    "genmove",
                    "undo",
                    "loadsgf",
                    "loadsgf /no/such/file.sgf",
                    "final_status_list",
                    "time_settings 1 2",
                    "time_settings -1 2 3",
                    "fixed_handicap 2000000000",
                    "lz-analyze b sideways 3")
                .answers())
        .containsExactly(
            "?7 unknown command",
            "?12345678901234567890 unknown command",
            "?8 unknown command",
            "? syntax error: the color is missing",
            "? invalid color: it must be black or white, got 'blue'",
            "? invalid coordinate: it must be a point of the board of 7x7 or pass, got 'Z9'",
            "? invalid coordinate: it must be a point of the board of 7x7 or pass, got"
                + " 'A1000000000000000000'",
            "? unacceptable size: syntax error: the size is missing",
            "? unacceptable size: the size must be from 1 to 19, got 99999999999999",
            "? unacceptable size: the size must be from 1 to 19, got 20",
            "? unacceptable size: the size must be from 1 to 19, got 0",
            "? syntax error: komi is missing",
            "? komi must be a number, got 'seven'",
            "? komi must be a number, got 'NaN'",
            "? komi must be a number, got 'Infinity'",
            "? komi must be a number, got '1e300'",
            "? komi must be a number, got '0x1p3'",
            "? syntax error: the color is missing",
            "? cannot undo",
            "? syntax error: the file is missing",
            "? cannot load file: /no/such/file.sgf: no such file",
            "? syntax error: the status is missing",
            "? syntax error: the stones of a period is missing",
            "? the main time must be at least 0, got -1",
            "? the handicap must be from 2 to 4, got 2000000000",
            "? syntax error: option 'sideways' is not known");
  }

  @Test
  void bytesThatAreNoTextAreAnswered() throws Exception {
    byte[] bytes = new byte[5000];
    new java.util.Random(7).nextBytes(bytes);
    byte[] end = "\nname\n".getBytes(StandardCharsets.UTF_8);
    byte[] sent = java.util.Arrays.copyOf(bytes, bytes.length + end.length);
    System.arraycopy(end, 0, sent, bytes.length, end.length);
    Talk talk = Talk.with(new FakePlayer(), sent);
    assertThat(talk.last()).isEqualTo("= Tesuji");
    assertThat(talk.answers()).allMatch(a -> a.startsWith("=") || a.startsWith("?"));
    assertThat(talk.log).isEmpty();
  }

  @Test
  void aLineWithoutEndIsRefusedWhereItIsHugeAndACommandWhereItIsNot() throws Exception {
    assertThat(last("name")).isEqualTo("= Tesuji");
    assertThat(last("x".repeat(3 << 20), "name")).isEqualTo("= Tesuji");
    assertThat(last("x".repeat(3 << 20))).isEqualTo("? the line is too long");
  }

  @Test
  void quitEndsTheTalk() throws Exception {
    assertThat(Talk.with(new FakePlayer(), "quit", "name").said)
        .isEqualTo("= \n\n".replace(" ", ""));
  }

  @Test
  void knownCommandsAreThoseListed() throws Exception {
    String listed = last("list_commands").substring(2);
    assertThat(listed.split("\n", -1))
        .contains(
            "protocol_version",
            "name",
            "version",
            "known_command",
            "list_commands",
            "quit",
            "boardsize",
            "clear_board",
            "komi",
            "play",
            "genmove",
            "undo",
            "time_settings",
            "time_left",
            "final_score",
            "final_status_list",
            "fixed_handicap",
            "place_free_handicap",
            "set_free_handicap",
            "loadsgf",
            "printsgf",
            "reg_genmove",
            "showboard",
            "gg-undo",
            "cputime",
            "kgs-genmove_cleanup",
            "gogui-analyze_commands",
            "gogui-play_sequence",
            "gogui-setup",
            "gogui-interrupt",
            "lz-analyze",
            "kata-analyze",
            "lz-genmove_analyze",
            "kata-genmove_analyze");
    for (String command : listed.split("\n", -1)) {
      assertThat(last("known_command " + command)).isEqualTo("= true");
    }
    assertThat(last("known_command dance")).isEqualTo("= false");
    assertThat(last("known_command")).isEqualTo("= false");
  }

  @Test
  void movesArePlayedShownAndTakenBack() throws Exception {
    Talk talk =
        Talk.with(
            new FakePlayer(),
            "boardsize 5",
            "play b C3",
            "play white c4",
            "genmove b",
            "showboard",
            "undo",
            "undo",
            "showboard",
            "gg-undo 2",
            "gg-undo",
            "undo");
    assertThat(talk.answers().get(3)).isEqualTo("= A5");
    assertThat(talk.answers().get(4))
        .isEqualTo(
            """
            =\s
                A B C D E
             5 (X). . . . 5
             4  . . O . . 4
             3  . . X . . 3
             2  . . . . . 2
             1  . . . . . 1
                A B C D E
            White to move, komi 7.5\
            """);
    assertThat(talk.answers().get(7)).contains(" 3  . .(X). . 3").contains("4  . . . . . 4");
    assertThat(talk.answers().subList(8, 11))
        .containsExactly("? cannot undo", "=", "? cannot undo");
  }

  @Test
  void whatIsNotLegalIsRefusedAndWhatIsIsNot() throws Exception {
    assertThat(last("boardsize 5", "play b A1", "play w A1"))
        .isEqualTo("? illegal move: the point is occupied");
    assertThat(last("boardsize 5", "play b A2", "play b B1", "play w A1"))
        .isEqualTo("? illegal move: it is suicide of a single stone");
    assertThat(last("boardsize 5", "play b A2", "play b B2", "play w A1", "play b C1", "play w B1"))
        .as("two stones")
        .isEqualTo("=");
    assertThat(last("play b pass", "play w PASS", "play b D4", "play b resign")).isEqualTo("=");
  }

  @Test
  void theScoreIsTrompAndTaylors() throws Exception {
    assertThat(last("boardsize 5", "komi 0", "final_score")).isEqualTo("= 0");
    assertThat(last("boardsize 5", "komi 0.5", "final_score")).isEqualTo("= W+0.5");
    assertThat(last("boardsize 5", "komi 7", "play b C3", "final_score")).isEqualTo("= B+18");
    assertThat(last("boardsize 5", "play b C3", "play w E1", "final_score"))
        .as("a stone on the board is alive")
        .isEqualTo("= W+7.5");
    assertThat(
            last("boardsize 5", "play b C3", "play b C4", "play w E1", "final_status_list alive"))
        .isEqualTo("= C4 C3\nE1");
    assertThat(last("boardsize 5", "play b C3", "final_status_list dead")).isEqualTo("=");
    assertThat(last("play b C3", "final_status_list seki")).isEqualTo("=");
  }

  @Test
  void aBoardThatThePlayerDoesNotKnowIsRefused() throws Exception {
    Talk talk = Talk.with(new FakePlayer(), "boardsize 9", "play b C3", "genmove w", "lz-analyze");
    assertThat(talk.answers())
        .containsExactly(
            "=",
            "=",
            "? fake cannot play this: it knows boards of 5x5 and 7x7",
            "? fake cannot play this: it knows boards of 5x5 and 7x7");
  }

  @Test
  void visitsAndClocksBothBind() throws Exception {
    FakePlayer player = new FakePlayer();
    Talk.with(
        player,
        Limits.ofVisits(3),
        "boardsize 5",
        "genmove b",
        "time_settings 60 0 0",
        "genmove w",
        "time_settings 0 10 5",
        "genmove b",
        "time_left w 2 1",
        "genmove w",
        "kgs-time_settings none",
        "genmove b",
        "time_settings 0 1 0",
        "genmove b",
        "kgs-time_settings byoyomi 0 3 5",
        "genmove w");
    assertThat(player.visits).containsOnly(3);
    assertThat(player.limits.stream().map(Limits::seconds))
        .containsExactly(0.0, 60 / 8.25 - 0.1, 1.9, 1.9, 0.0, 0.0, 2.9);
  }

  @Test
  void aClockRunsDownAndPeriodsBeginAgain() {
    GtpClock clock = new GtpClock();
    clock.set(16, 10, 2);
    assertThat(clock.allotment(1, 25, 3)).isEqualTo(4.9);
    clock.spend(1, 17);
    assertThat(clock.allotment(1, 25, 3)).as("9 seconds for two stones").isEqualTo(4.4);
    clock.spend(1, 8);
    assertThat(clock.allotment(1, 25, 3)).isEqualTo(0.9);
    clock.spend(1, 0.5);
    assertThat(clock.allotment(1, 25, 3)).as("a new period").isEqualTo(4.9);
    assertThat(clock.allotment(-1, 25, 3)).as("the other's").isEqualTo(4.9);
  }

  @Test
  void handicapsStandOnTheirPoints() throws Exception {
    assertThat(last("boardsize 9", "fixed_handicap 9")).isEqualTo("= C3 G7 C7 G3 C5 G5 E3 E7 E5");
    assertThat(last("boardsize 19", "fixed_handicap 5")).isEqualTo("= D4 Q16 D16 Q4 K10");
    assertThat(last("boardsize 7", "fixed_handicap 5"))
        .isEqualTo("? the handicap must be from 2 to 4, got 5");
    assertThat(last("boardsize 5", "fixed_handicap 2"))
        .isEqualTo("? this board has no points for a fixed handicap");
    assertThat(last("boardsize 5", "place_free_handicap 3")).startsWith("= C3 ");
    assertThat(last("boardsize 5", "place_free_handicap 24", "final_score")).isEqualTo("= B+17.5");
    assertThat(last("boardsize 9", "fixed_handicap 2", "fixed_handicap 2"))
        .isEqualTo("? board not empty");
    assertThat(last("boardsize 9", "set_free_handicap C3 C3"))
        .isEqualTo("? bad vertex list: C3 is no further point");
    assertThat(last("boardsize 9", "set_free_handicap C3 D4", "showboard"))
        .endsWith("White to move, komi 7.5");
  }

  @Test
  void gamesGoIntoFilesAndOutOfThem(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("a game.sgf");
    Files.writeString(file, "(;SZ[5]KM[3];B[aa];W[bb](;B[];W[ee])(;B[cc]))");
    String load = "loadsgf " + file;
    assertThat(last(load, "printsgf"))
        .isEqualTo(
            "= (;GM[1]FF[4]CA[UTF-8]AP[Tesuji]SZ[5]KM[3]RU[Tromp-Taylor];B[aa];W[bb];B[];W[ee])");
    assertThat(last(load + " 3", "printsgf")).endsWith("RU[Tromp-Taylor];B[aa];W[bb])");
    assertThat(last(load + " 1", "printsgf")).endsWith("RU[Tromp-Taylor])");
    assertThat(last(load + " 99", "showboard")).endsWith("Black to move, komi 3");
    assertThat(last(load, "undo", "undo", "undo", "undo", "undo")).isEqualTo("? cannot undo");
    Files.writeString(file, "(;SZ[5];B[aa];W[aa])");
    assertThat(last("play b C3", load))
        .isEqualTo("? cannot load file: " + file + ":1: move 2 (W A5): the point is occupied");
    assertThat(last("boardsize 5", "play b C3", load, "printsgf")).endsWith("Taylor];B[cc])");
    assertThat(last("loadsgf " + folder)).contains("must be a file, got a directory");
  }

  @Test
  void theSameCommandsGetTheSameMovesAndASeedOthers() throws Exception {
    String[] game = new String[24];
    java.util.Arrays.setAll(
        game, i -> i == 0 ? "boardsize 5" : "genmove " + (i % 2 == 1 ? "b" : "w"));
    String first = Talk.with(new RandomGoPlayer(1), game).said;
    assertThat(Talk.with(new RandomGoPlayer(1), game).said).isEqualTo(first);
    assertThat(Talk.with(new RandomGoPlayer(2), game).said).isNotEqualTo(first);
  }

  @Test
  void boardsOfAllSizesArePlayedOn() throws Exception {
    for (int size : List.of(1, 2, 11, 12, 19)) {
      assertThat(Talk.with(new RandomGoPlayer(1), "boardsize " + size, "genmove b").last())
          .matches("= ([A-T][0-9]+|pass)");
    }
  }

  @Test
  void positionsAreSetUp() throws Exception {
    assertThat(last("boardsize 5", "gogui-setup b A1 w B2", "gogui-setup_player w", "showboard"))
        .contains("2  . O . . . 2")
        .contains("1  X . . . . 1")
        .endsWith("White to move, komi 7.5");
    assertThat(last("boardsize 2", "gogui-setup b A1 b A2 b B1 b B2"))
        .isEqualTo("? the stone at A2 has no liberty");
    assertThat(last("boardsize 5", "gogui-play_sequence b A1 w A1", "printsgf"))
        .as("all or nothing")
        .endsWith("Taylor])");
  }

  @Test
  void goGuiIsToldOfThoughts() throws Exception {
    assertThat(last("boardsize 5", "tesuji-estimate"))
        .isEqualTo("= Black wins with 62.5 %, score B+2.5, 10 visits");
    assertThat(last("boardsize 5", "play b C3", "tesuji-estimate"))
        .isEqualTo("= Black wins with 37.5 %, score W+2.5, 10 visits");
    assertThat(last("boardsize 5", "tesuji-thoughts"))
        .startsWith("= VAR b A5 w B5\nTEXT Black wins");
    assertThat(last("boardsize 5", "play b C3", "tesuji-ownership")).startsWith("= -0.500 0.000");
    assertThat(last("boardsize 5", "tesuji-policy")).startsWith("= 0.250 0.125 0.000");
    assertThat(last("boardsize 2", "play b A1", "all_legal w")).isEqualTo("= A2 B2 B1");
  }
}
