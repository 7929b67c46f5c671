package dev.tesuji.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import dev.tesuji.env.Problem;
import org.junit.jupiter.api.Test;

class WordingsTest {
  private final Wordings wordings = new Wordings();

  @Test
  void requestsAreFoundByTheirWords() {
    World questions = Ranking.Criterion.HELPFULNESS.questions();
    for (int i = 0; i < 300; i++) {
      Posed posed = questions.posed(i);
      Posed found = wordings.require(posed.text() + "\n");
      assertThat(found.question()).isEqualTo(posed.question());
      assertThat(found.language()).isEqualTo(posed.language());
    }
  }

  @Test
  void heldOutAndHarmfulRequestsAreFoundToo() {
    for (Ranking.Criterion criterion : Ranking.Criterion.values()) {
      for (Problem problem : criterion.questions().heldOut(60)) {
        assertThat(wordings.require(problem.text()).question())
            .isEqualTo(Posed.of(problem).question());
      }
    }
  }

  @Test
  void whatTheWorldDoesNotAskIsRefused() {
    assertThatThrownBy(() -> wordings.require("Who is the king of France?\n"))
        .isInstanceOf(BadInput.class)
        .hasMessage(
            "the prompt must be a request of the built-in world, got 'Who is the king of France?'");
  }
}
