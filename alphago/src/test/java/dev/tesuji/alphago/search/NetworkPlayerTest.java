package dev.tesuji.alphago.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.alphago.net.NetConfig;
import dev.tesuji.alphago.net.PolicyValueNet;
import dev.tesuji.play.GameState;
import dev.tesuji.play.Limits;
import dev.tesuji.play.Thought;
import dev.tesuji.play.go.Go;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class NetworkPlayerTest {
  private static final Go GO = Go.of(5, 3.5);

  @TempDir private Path folder = Path.of("");

  private NetworkPlayer player() {
    try (PolicyValueNet net = PolicyValueNet.create(NetConfig.of(GO, 8, 1), Dtype.FLOAT32, 1)) {
      net.save(folder);
    }
    return NetworkPlayer.load(folder, 1);
  }

  private static List<Integer> game(NetworkPlayer player, int moves) {
    player.newGame();
    List<Integer> actions = new ArrayList<>();
    GameState state = GO.start();
    while (actions.size() < moves && !state.over()) {
      Thought thought = player.think(state, Limits.ofVisits(40));
      actions.add(thought.action());
      state = state.play(thought.action());
    }
    return actions;
  }

  @Test
  void theSameMovesGetTheSameAnswers() {
    try (NetworkPlayer player = player()) {
      assertThat(game(player, 6)).isEqualTo(game(player, 6)).hasSize(6);
    }
  }

  @Test
  void visitsBindAndCandidatesAreSorted() {
    try (NetworkPlayer player = player()) {
      Thought thought = player.think(GO.start(), Limits.ofVisits(50));
      assertThat(thought.visits()).isEqualTo(50);
      assertThat(thought.ownership()).hasSize(25);
      assertThat(thought.winRate()).isBetween(0.0, 1.0);
      assertThat(thought.candidates().getFirst().action()).isEqualTo(thought.action());
      assertThat(thought.candidates())
          .extracting(Thought.Candidate::visits)
          .isSortedAccordingTo((a, b) -> Integer.compare(b, a));
      assertThat(thought.candidates().getFirst().variation()).startsWith(thought.action());
    }
  }

  @Test
  void theWatcherEndsAThoughtWithoutLimits() {
    AtomicInteger asked = new AtomicInteger();
    try (NetworkPlayer player = player()) {
      Thought thought =
          player.think(
              GO.start(),
              Limits.NONE,
              soFar -> {
                assertThat(soFar.get().candidates()).isNotEmpty();
                return asked.incrementAndGet() < 5;
              });
      assertThat(asked).hasValue(5);
      assertThat(thought.visits()).isPositive();
    }
  }

  @Test
  void theClockBinds() {
    try (NetworkPlayer player = player()) {
      Thought thought = player.think(GO.start(), new Limits(0, 0.05));
      assertThat(thought.visits()).isLessThan(200_000);
      assertThat(GO.start().isLegal(thought.action())).isTrue();
    }
  }

  @Test
  void aBoardThatItDoesNotKnowIsRefused() {
    try (NetworkPlayer player = player()) {
      assertThat(player.refusal(Go.of(9, 7))).contains("go-5x5", "go-9x9");
      assertThat(player.refusal(GO.withKomi(0))).isEmpty();
      assertThat(player.name()).endsWith(" on go-5x5");
    }
  }
}
