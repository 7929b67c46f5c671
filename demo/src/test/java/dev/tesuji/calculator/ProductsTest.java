package dev.tesuji.calculator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.answer.Verdict;
import dev.tesuji.env.Episode;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Step;
import dev.tesuji.env.Turn;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.json.Json;
import dev.tesuji.text.CompletionText;
import dev.tesuji.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Products with a calculator: an episode, turn by turn.
class ProductsTest {
  private static final String CALL = ProductsTokens.BEGIN + "37*48+91" + ProductsTokens.END;
  private static final Problem PROBLEM = new Problem(1, "37*48+91=?", "1867", "test");

  @TempDir Path folder;

  private Tokenizer tokenizer() throws IOException {
    Files.writeString(
        folder.resolve("tokenizer.json"), Json.line(new ProductsTokens().tokenizer()));
    return Tokenizer.load(folder);
  }

  private static Turn turn(Tokenizer tokenizer, String text) {
    return new Turn(tokenizer.encode(text), FinishReason.EOS);
  }

  @Test
  void aCallIsAnsweredAndTheNextTurnIsGraded() throws IOException {
    try (Tokenizer tokenizer = tokenizer();
        Episode episode = new Products().reset(PROBLEM, new CompletionText(tokenizer, Set.of()))) {
      assertThat(tokenizer.encode(CALL)).hasSize(10); // a token for each sign, two for the frame
      Step first = episode.step(turn(tokenizer, CALL));
      assertThat(first).isInstanceOf(Step.Observation.class);
      assertThat(((Step.Observation) first).tokens())
          .containsExactly(tokenizer.encode("<tool_response>1867</tool_response>"));
      Step last = episode.step(turn(tokenizer, "<answer>1867</answer>"));
      assertThat(last).isEqualTo(new Step.End("<answer>1867</answer>"));
      assertThat(new Products().grade(PROBLEM, ((Step.End) last).response()))
          .isEqualTo(Verdict.CORRECT);
    }
  }

  @Test
  void faultyCallsAreToldToThePolicy() throws IOException {
    try (Tokenizer tokenizer = tokenizer()) {
      for (String call :
          new String[] {
            "<tool_call>{nonsense</tool_call>",
            CALL.replace("calculator", "abacus"),
            CALL.replace("37*48+91", "37*")
          }) {
        try (Episode episode =
            new Products().reset(PROBLEM, new CompletionText(tokenizer, Set.of()))) {
          Step step = episode.step(turn(tokenizer, call));
          assertThat(step).as(call).isInstanceOf(Step.Observation.class);
          assertThat(tokenizer.decodeWithSpecials(((Step.Observation) step).tokens()))
              .as(call)
              .startsWith("<tool_response>error: ");
        }
      }
    }
  }

  @Test
  void anEpisodeEndsAfterItsTurns() throws IOException {
    try (Tokenizer tokenizer = tokenizer();
        Episode episode = new Products().reset(PROBLEM, new CompletionText(tokenizer, Set.of()))) {
      for (int i = 1; i < new Products().turns(); i++) {
        assertThat(episode.step(turn(tokenizer, CALL))).isInstanceOf(Step.Observation.class);
      }
      assertThat(episode.step(turn(tokenizer, CALL))).isInstanceOf(Step.End.class);
    }
  }

  @Test
  void noProblemIsHeldOutAndTrainedOn() {
    Products products = new Products();
    Set<String> heldOut =
        products.heldOut(200).stream().map(Problem::text).collect(Collectors.toSet());
    for (long i = 0; i < 2000; i++) {
      assertThat(heldOut).doesNotContain(products.problem(i).text());
    }
  }
}
