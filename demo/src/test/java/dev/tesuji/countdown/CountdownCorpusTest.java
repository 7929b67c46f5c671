package dev.tesuji.countdown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.env.Problem;
import dev.tesuji.json.Json;
import dev.tesuji.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CountdownCorpusTest {
  private static final Countdown HARD = new Countdown(3, 3, 12, true);

  @Test
  void shortWrongGuessesAreFrequentAndLongSearchesRareButRight() {
    double[] n = new double[6]; // by number of tries, 5 and more together
    double[] right = new double[6];
    for (int i = 0; i < 6000; i++) {
      Problem problem = HARD.problem(i);
      String response = CountdownCorpus.DEFAULT.response(problem);
      int tries = Math.min(5, Trace.of(response).tries());
      n[tries]++;
      right[tries] += HARD.grade(problem, response).isCorrect() ? 1 : 0;
    }
    double all = 6000;
    assertThat(n[0] / all).as("at once").isCloseTo(0.15, within(0.02));
    assertThat((n[0] + n[1]) / all).as("at most one try").isGreaterThan(0.65);
    assertThat(n[5] / all).as("five tries and more").isBetween(0.02, 0.08);
    assertThat((right[0] + right[1]) / (n[0] + n[1])).as("right so").isLessThan(0.3);
    assertThat(right[5] / n[5]).as("right after five tries and more").isGreaterThan(0.6);
  }

  @Test
  void patientAuthorsWithoutFaultsAreAlwaysRight() {
    CountdownCorpus good = new CountdownCorpus(0, 0, 0, 0, 0.5, 1, 0.5, 0, 0.5, 0, 0);
    for (int i = 0; i < 500; i++) {
      Problem problem = Countdown.DEFAULT.problem(i);
      String response = good.response(problem);
      assertThat(Countdown.DEFAULT.grade(problem, response).isCorrect())
          .as(problem.text() + response)
          .isTrue();
    }
  }

  @Test
  void theBuiltInTokensWriteEveryTextOfTheCorpus(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    Files.writeString(file, Json.pretty(CountdownTokens.tokenizer()));
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      for (int i = 0; i < 500; i++) {
        Problem problem = Countdown.DEFAULT.problem(i);
        String text = Countdown.DEFAULT.prompt(problem) + CountdownCorpus.DEFAULT.response(problem);
        int[] ids = tokenizer.encode(text);
        assertThat(tokenizer.decode(ids)).isEqualTo(text);
        assertThat(ids.length).isLessThan(220);
      }
    }
  }

  @Test
  void sharesThatAreNoneAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CountdownCorpus(0.6, 0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0))
        .withMessage("direct + hasty + doubting must be a share from 0 to 1, got 1.1");
  }
}
