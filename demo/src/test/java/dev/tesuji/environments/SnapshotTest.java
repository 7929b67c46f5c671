package dev.tesuji.environments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.calculator.ProductsTokens;
import dev.tesuji.env.Game;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.recipe.Speech;
import dev.tesuji.rl.SelfPlay;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.NewModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Earlier policies as players of tic-tac-toe.
@ExtendWith(LeakCheck.class)
class SnapshotTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void allPositionsThatAreNotOverAreKnown() {
    Set<String> positions = Snapshot.positions();
    assertThat(positions).hasSize(4520); // 5,478 positions, 958 of them over
    assertThat(positions).contains(".........", "XO.......").doesNotContain("XXXOO....");
  }

  @Test
  void theStageBeginsWithItselfInThePoolAndFindsEarlierStages() {
    Path second = folder.resolve("second");
    new NewModel(1, 16, 24, 2, 1, 256, new ProductsTokens()).create(folder.resolve("first"), 5);
    Task task =
        new EnvironmentTasks.TicTacToeGame(
                List.of(0), List.of("self", "first", "/elsewhere"), 0, Speech.DEFAULT)
            .open(null, second);
    assertThat(((TicTacToe) task).opponents())
        .containsExactly(second, folder.resolve("first"), Path.of("/elsewhere"));
  }

  /// The weights are by chance: most answers are no squares, and are played by chance.
  @Test
  void gamesAgainstEarlierPoliciesAreTheSameEachTime() {
    Path earlier = folder.resolve("earlier");
    new NewModel(1, 16, 24, 2, 1, 256, new ProductsTokens()).create(earlier, 5);
    TicTacToe game = new TicTacToe(List.of(), List.of(earlier), Selves.NONE);
    for (long i = 0; i < 20; i++) {
      assertThat(played(game, i)).isEqualTo(played(game, i));
    }
    Snapshot player = Snapshot.of(earlier);
    long known =
        Snapshot.positions().stream().filter(p -> player.move(p.toCharArray(), 0) >= 0).count();
    assertThat(known).isBetween(1L, 4519L);
    for (String position : Snapshot.positions()) {
      int move = player.move(position.toCharArray(), 1);
      assertThat(move < 0 || position.charAt(move) == '.').as(position).isTrue();
    }
  }

  @Test
  void aPoolGrowsWhileThePolicyLearns() {
    Path start = folder.resolve("start");
    new NewModel(1, 16, 24, 2, 1, 256, new ProductsTokens()).create(start, 5);
    TicTacToe game = growing(2);
    Path file = folder.resolve("selves-0");
    try (LoadedModel policy = LoadedModel.load(start, Device.CPU)) {
      game.learned(1, policy);
      game.save(file);
      assertThat(file).hasSize(0);
      game.learned(2, policy);
      game.save(file);
      assertThat(file).hasBinaryContent(Snapshot.of(start).bytes());
    }
  }

  /// The earlier self takes the first free square.
  @Test
  void whatACheckpointHasOfThePoolMakesTheSameGames() throws IOException {
    byte[] moves = new byte[Snapshot.BYTES];
    int at = 0;
    for (String position : Snapshot.positions()) {
      for (int i = 0; i < Snapshot.ANSWERS; i++) {
        moves[at++] = (byte) position.indexOf('.');
      }
    }
    TicTacToe game = growing(2);
    List<String> before = all(game, false);
    List<String> heldOut = all(game, true);
    game.restore(Files.write(folder.resolve("player"), moves));
    assertThat(all(game, false)).isNotEqualTo(before);
    assertThat(all(game, true)).isEqualTo(heldOut); // which stay what they are
    game.save(folder.resolve("selves-0"));
    TicTacToe other = growing(2);
    other.restore(folder.resolve("selves-0"));
    assertThat(all(other, false)).isEqualTo(all(game, false));
    growing(2).save(folder.resolve("none"));
    other.restore(folder.resolve("none"));
    assertThat(all(other, false)).isEqualTo(before);
  }

  private static TicTacToe growing(int every) {
    return new TicTacToe(List.of(), List.of(), new Selves(every, null));
  }

  private static List<String> all(TicTacToe game, boolean heldOut) {
    List<String> all = new ArrayList<>();
    for (long i = 0; i < 100; i++) {
      all.addAll(played(game, game.draw(i, heldOut)));
    }
    return all;
  }

  @Test
  void aPoolDoesNotGrowWhileBatchesAreDrawnAhead() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> SelfPlay.requireSteady(growing(2), 1))
        .withMessage(
            "rl.lag must be 0 where the policy joins its opponents as it learns (selves), got 1");
    SelfPlay.requireSteady(TicTacToe.DEFAULT, 1);
  }

  private static List<String> played(TicTacToe game, long number) {
    return played(game, game.problem(number));
  }

  private static List<String> played(TicTacToe game, Problem problem) {
    Game.Play play = game.begin(problem);
    List<String> said = new ArrayList<>(List.of(problem.text()));
    for (String move : List.of("5", "1", "9", "3", "7", "2", "4", "6", "8")) {
      if (said.getLast().contains(move) && !said.getLast().startsWith("over")) {
        Game.Answer answer = play.move(move);
        said.add(answer.outcome().isEmpty() ? answer.text() : "over " + answer.outcome());
      }
    }
    return said;
  }
}
