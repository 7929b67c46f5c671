package dev.tesuji.overlap;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FingerprintsTest {
  @Test
  void aTextIsFoundAgainAndOthersAreNot() {
    Fingerprints set = new Fingerprints();
    for (int i = 0; i < 100_000; i++) {
      assertThat(set.add(Fingerprints.of("text " + i))).isTrue();
    }
    assertThat(set.size()).isEqualTo(100_000);
    assertThat(set.add(Fingerprints.of("text 99999"))).isFalse();
    assertThat(set.contains(Fingerprints.of("text 0"))).isTrue();
    assertThat(set.contains(Fingerprints.of("text 100000"))).isFalse();
  }

  @Test
  void aTextTakesAtMostThirtyTwoBytesHoweverLongItIs() {
    Fingerprints set = new Fingerprints();
    for (int i = 0; i < 100_000; i++) {
      set.add(Fingerprints.of("a rather long text ".repeat(20) + i));
    }
    assertThat(set.bytes()).isLessThanOrEqualTo(32L * 100_000);
  }

  @Test
  void theOrderOfWhatIsJoinedCounts() {
    long a = Fingerprints.of("a");
    long b = Fingerprints.of("b");
    assertThat(Fingerprints.join(a, b)).isNotEqualTo(Fingerprints.join(b, a));
    assertThat(Fingerprints.of("ab")).isNotEqualTo(Fingerprints.of("ba"));
  }

  @Test
  void normalizingTakesOutCaseWhiteSpaceAndCompatibleForms() {
    assertThat(Fingerprints.normalized("  The ﬁrst\n\tSTEP ")).isEqualTo("the first step");
    assertThat(Fingerprints.normalized("9-8")).isNotEqualTo(Fingerprints.normalized("9+8"));
  }
}
