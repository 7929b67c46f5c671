package dev.tesuji.alphago.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.play.Game;
import dev.tesuji.play.go.Go;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Programs that speak GTP are shell scripts here: one that passes, and some that fail.
class GtpSideTest {
  private static final Game GAME = Go.of(5, 3);

  @TempDir private Path folder = Path.of("");

  private List<String> program(String name, String genmove) throws IOException {
    String script =
        """
        #!/bin/sh
        while read -r line; do
          echo "$line" >> "$0.log"
          case "$line" in
            genmove*) GENMOVE ;;
            quit) exit 0 ;;
            *) printf '=\\n\\n' ;;
          esac
        done
        """
            .replace("GENMOVE", genmove);
    Path file = Files.writeString(folder.resolve(name), script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return List.of(file.toString());
  }

  @Test
  void onlyTheMissingMovesAreSentWhileAGameGoesOn() throws IOException {
    List<String> words = program("passes", "printf '= pass\\n\\n'");
    Side first = seats -> seats.stream().mapToInt(s -> s.state().legalActions()[0]).toArray();
    try (GtpSide side = new GtpSide(words, 1)) {
      Lockstep.play(List.of(new Lockstep.Pairing(0, GAME.start().play(12), side, side)));
      assertThat(Files.readAllLines(Path.of(words.getFirst() + ".log")))
          .containsExactly(
              "boardsize 5", "clear_board", "komi 3.0", "play b C3", "genmove w", "genmove b");
      assertThat(first.choose(List.of(new Seat(GAME.start(), 0)))).containsExactly(0);
    }
  }

  @Test
  void aTeacherThatDiesCostsOneGameAndIsStartedAgain() throws IOException {
    List<String> words =
        program(
            "dies-once",
            "[ -e \"$0.died\" ] && printf '= pass\\n\\n' || { touch \"$0.died\"; exit 1; }");
    Path file = folder.resolve("games.jsonl");
    TeacherTrainer.Plan plan = new TeacherTrainer.Plan(4, 2, file);
    try (TeacherTrainer trainer =
        new TeacherTrainer(GAME, new GtpSide(words, 1), new Openings(2, 1), plan)) {
      trainer.step(0);
      trainer.step(1);
      assertThat(trainer.summary().path("games").asInt()).isEqualTo(3);
      assertThat(trainer.summary().path("failed").asInt()).isOne();
      assertThat(Files.readAllLines(file)).hasSize(4);
      assertThat(GameFile.read(file, GAME)).hasSize(3);
    }
  }

  @Test
  void aTeacherGoesOnWhereACheckpointLeftIt() throws IOException {
    List<String> words = program("passes", "printf '= pass\\n\\n'");
    Path file = folder.resolve("games.jsonl");
    TeacherTrainer.Plan plan = new TeacherTrainer.Plan(6, 2, file);
    try (TeacherTrainer trainer =
        new TeacherTrainer(GAME, new GtpSide(words, 1), new Openings(2, 1), plan)) {
      trainer.step(0);
      var state = trainer.state();
      trainer.step(1); // is lost
      trainer.restore(folder, state);
      assertThat(Files.readAllLines(file)).hasSize(2);
      trainer.step(1);
      trainer.step(2);
    }
    assertThat(GameFile.read(file, GAME))
        .extracting(PlayedGame::number)
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void aMatchCountsColoursApartAndKeepsItsGames() {
    Side first = seats -> seats.stream().mapToInt(s -> s.state().legalActions()[0]).toArray();
    Side passes = seats -> seats.stream().mapToInt(_ -> GAME.pass()).toArray();
    MatchTrainer.Plan plan = new MatchTrainer.Plan(6, 4, new Openings(0, 1), folder);
    try (MatchTrainer match =
        new MatchTrainer(
            GAME,
            new MatchTrainer.Contestant("first", first),
            new MatchTrainer.Contestant("passes", passes),
            plan)) {
      match.step(0);
      var state = match.state();
      match.step(1);
      var whole = match.summary();
      match.restore(folder, state);
      match.step(1);
      assertThat(match.summary()).as("resumed").isEqualTo(whole);
      var found = whole.path("matches").path(0);
      assertThat(found.path("players").path(0).asString()).isEqualTo("first");
      assertThat(found.path("n").asInt()).isEqualTo(6);
      assertThat(found.at("/as_first/n").asInt()).isEqualTo(3);
      assertThat(found.at("/as_first/score").asDouble()).as("the board is Black's").isOne();
      assertThat(found.at("/score_ci95/0").asDouble()).isBetween(0.0, 1.0);
    }
    assertThat(folder.resolve("game-0005.sgf")).exists();
  }
}
