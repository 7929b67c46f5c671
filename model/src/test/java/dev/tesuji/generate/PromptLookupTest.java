package dev.tesuji.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class PromptLookupTest {
  private static int[] propose(int count, int... text) {
    return propose(text, text.length, count);
  }

  private static int[] propose(int[] text, int length, int count) {
    PromptLookup.Match match = PromptLookup.find(text, length);
    return match.alike() == 0 ? new int[0] : PromptLookup.follow(text, length, match, count);
  }

  @Test
  void whatFollowedTheLastTokensBeforeIsProposed() {
    assertThat(propose(3, 1, 2, 3, 4, 5, 9, 1, 2)).containsExactly(3, 4, 5);
  }

  @Test
  void moreTokensAlikeMakeABetterPlaceThanALaterOne() {
    // 1 2 3 came at the beginning, 2 3 later.
    assertThat(propose(2, 1, 2, 3, 4, 8, 2, 3, 5, 1, 2, 3)).containsExactly(4, 8);
    assertThat(propose(2, 7, 2, 3, 4, 8, 2, 3, 5, 1, 2, 3)).containsExactly(5, 1);
  }

  @Test
  void aPlaceSaysHowManyTokensAreAlike() {
    int[] text = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    assertThat(PromptLookup.find(text, 13)).isEqualTo(new PromptLookup.Match(3, 3));
    assertThat(PromptLookup.find(text, 18)).isEqualTo(new PromptLookup.Match(8, 8));
    assertThat(PromptLookup.find(text, 20)).isEqualTo(new PromptLookup.Match(10, 8));
    assertThat(PromptLookup.find(text, 11)).isEqualTo(PromptLookup.Match.NONE);
  }

  @Test
  void oneTokenAlikeIsNotEnough() {
    assertThat(propose(2, 1, 2, 3, 4, 2)).isEmpty();
    assertThat(propose(2, 2, 2)).isEmpty();
    assertThat(propose(2, 2)).isEmpty();
  }

  @Test
  void whatRepeatsItselfGoesOn() {
    assertThat(propose(5, 4, 6, 6, 6)).containsExactly(6, 6, 6, 6, 6);
    assertThat(propose(5, 1, 2, 3, 1, 2)).containsExactly(3, 1, 2, 3, 1);
  }

  @Test
  void onlyTheKnownTokensCount() {
    assertThat(propose(new int[] {1, 2, 3, 1, 2, 9, 9, 9}, 5, 2)).containsExactly(3, 1);
  }

  @Test
  void soManyCanBeProposed() {
    PromptLookup.require("promptLookup", 15);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PromptLookup.require("promptLookup", 16))
        .withMessage("promptLookup must be from 0 (proposes nothing) to 15, got 16");
  }
}
