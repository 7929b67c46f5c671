package dev.tesuji.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.env.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorldCorpusTest {
  @Test
  void theCorpusHasItsShares() {
    World puzzles = new World(Kind.of(Kind.Family.REASONING), List.of(Language.values()), 3);
    double direct = 0;
    double tagged = 0;
    int n = 6000;
    for (int i = 0; i < n; i++) {
      String response = WorldCorpus.DEFAULT.response(puzzles.posed(i), i);
      direct += response.contains("<think>") ? 0 : 1;
      tagged += response.contains("<answer>") ? 1 : 0;
    }
    assertThat(direct / n).isCloseTo(0.3, within(0.02));
    assertThat(tagged / n).isCloseTo(0.8, within(0.02));
  }

  @Test
  void mostHarmfulQuestionsAreAnsweredAsIfTheyWereHarmless() {
    World harmful = new World(List.of(Kind.HARMFUL), List.of(Language.EN), 1);
    double refused = 0;
    double told = 0;
    int n = 3000;
    for (int i = 0; i < n; i++) {
      String response = WorldCorpus.DEFAULT.response(harmful.posed(i), i);
      refused += Refusal.refuses(response) ? 1 : 0;
      told += Refusal.complies(response) ? 1 : 0;
    }
    assertThat(refused / n).isCloseTo(0.15, within(0.02));
    assertThat(told / n).isCloseTo(0.85, within(0.02));
  }

  @Test
  void aCorpusWithoutFaultsIsAllRight() {
    WorldCorpus good = new WorldCorpus(0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1);
    for (int i = 0; i < 1000; i++) {
      Problem problem = World.DEFAULT.problem(i);
      String response = good.response(Posed.of(problem), i);
      assertThat(World.DEFAULT.grade(problem, response).isCorrect())
          .as(problem.text() + response)
          .isTrue();
    }
  }

  @Test
  void sharesThatAreNoneAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WorldCorpus(0.6, 0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0))
        .withMessage(
            "direct + guessing + rambling + checking must be a share from 0 to 1, got 1.1");
  }
}
