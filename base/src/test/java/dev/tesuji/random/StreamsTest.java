package dev.tesuji.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamsTest {
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, -1, Long.MAX_VALUE})
  void noTwoPurposesOfARunOrItsStagesShareASeed(long seed) {
    Streams run = Streams.of(seed);
    List<Streams> parts = List.of(run, run.stage("rl"), run.stage("rl2"), run.stage(""));
    List<Long> seeds = new ArrayList<>(List.of(seed));
    for (Streams part : parts) {
      for (Purpose purpose : Purpose.values()) {
        seeds.add(part.seed(purpose));
      }
    }
    assertThat(seeds).doesNotHaveDuplicates();
  }

  @Test
  void aStageNamedLikeAPurposeIsNoPurpose() {
    Streams run = Streams.of(7);
    assertThat(run.stage("WEIGHTS").seed(Purpose.WEIGHTS)).isNotEqualTo(run.seed(Purpose.WEIGHTS));
  }

  @Test
  void aSeedIsThatOfTheRunTheStagesNameAndThePurposeAlone() {
    long rl = Streams.of(3, "rl", Purpose.COMPLETIONS);
    assertThat(Streams.of(3).stage("rl").seed(Purpose.COMPLETIONS)).isEqualTo(rl);
    assertThat(Streams.of(4, "rl", Purpose.COMPLETIONS)).isNotEqualTo(rl);
    assertThat(Streams.of(3, "sft", Purpose.COMPLETIONS)).isNotEqualTo(rl);
  }

  /// The hash by hand: printf 'purpose WEIGHTS' | sha256sum begins with these 16 digits.
  @Test
  void aPurposeIsHashedByItsName() {
    assertThat(Streams.of(1).seed(Purpose.WEIGHTS)).isEqualTo(Rng.derive(1, 0x1719CB5A7CF5C28EL));
  }
}
