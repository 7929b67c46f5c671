package dev.tesuji.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.random.Rng;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StreamsTest {
  @Test
  void aSeedFollowsFromTheSeedTheStageAndThePurposeAlone() {
    // FNV-1a of "" is the basis, of "a" 0xAF63DC4C8601EC8C
    assertThat(new Streams(7, "").of("a"))
        .isEqualTo(Rng.derive(Rng.derive(7, 0xCBF29CE484222325L), 0xAF63DC4C8601EC8CL));
    assertThat(new Streams(7, "rl").of("training")).isEqualTo(new Streams(7, "rl").of("training"));
  }

  @Test
  void noTwoOfThemAreTheSame() {
    Set<Long> seeds = new HashSet<>();
    for (long seed = 1; seed <= 3; seed++) {
      for (String stage : new String[] {"", "rl", "sft", "zero", "dev1"}) {
        for (String purpose : new String[] {"training", "prompts", "held out", "texts"}) {
          seeds.add(new Streams(seed, stage).of(purpose));
        }
      }
    }
    assertThat(seeds).hasSize(3 * 5 * 4);
  }
}
