package dev.tesuji.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.env.Problem;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.reward.Judgement;
import dev.tesuji.reward.Response;
import dev.tesuji.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LexiconTest {
  @Test
  void consistencyIsTheShareOfWordsInTheLanguage() {
    String text = "first 7+5=12, puis 12-3=9, so 9.";
    assertThat(Lexicon.share(text, Language.EN)).isCloseTo(2.0 / 3, within(1e-9));
    assertThat(Lexicon.share(text, Language.FR)).isCloseTo(1.0 / 3, within(1e-9));
    assertThat(Lexicon.share("lion", Language.EN)).as("in both").isEqualTo(1);
    assertThat(Lexicon.share("lion", Language.FR)).as("in both").isEqualTo(1);
    assertThat(Lexicon.share("first xyzzy", Language.EN)).as("in neither").isEqualTo(0.5);
    assertThat(Lexicon.share("x+5=12", Language.EN)).as("no word").isNaN();
  }

  @Test
  void thinkingWithoutAWordIsPaidNothing() {
    Problem french = new World(List.of(Kind.SUMS), List.of(Language.FR), 1).problem(0);
    assertThat(paid(french, "<think>d'abord 1+2=3, so 3.</think><answer>3</answer>"))
        .isCloseTo(1.0 / 2, within(1e-9)); // "abord" and "so"; d is a letter
    assertThat(paid(french, "<think>1+2=3</think><answer>le total</answer>")).isZero();
    assertThat(paid(french, "<answer>le total est 3.</answer>")).isZero();
  }

  private static double paid(Problem problem, String text) {
    Judgement judgement =
        new Consistency().judge(new Response(problem, text, new int[0], FinishReason.EOS));
    return judgement instanceof Judgement.Points(double value) ? value : Double.NaN;
  }

  @Test
  void everyTextOfTheWorldIsGotBackFromItsTokens(@TempDir Path folder) throws Exception {
    Files.write(
        folder.resolve("tokenizer.json"),
        WorldTokens.tokenizer().toString().getBytes(StandardCharsets.UTF_8));
    World world = World.DEFAULT;
    int longest = 0;
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      for (int i = 0; i < 5000; i++) {
        Posed posed = world.posed(i);
        String text = posed.text() + "\n" + WorldCorpus.DEFAULT.response(posed, i);
        int[] ids = tokenizer.encode(text);
        assertThat(tokenizer.decode(ids)).isEqualTo(text);
        assertThat(Arrays.stream(ids)).as(text).doesNotContain(2); // <unk>
        longest = Math.max(longest, ids.length);
      }
    }
    assertThat(longest).isLessThan(160);
  }
}
