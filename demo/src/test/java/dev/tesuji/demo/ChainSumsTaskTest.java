package dev.tesuji.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.env.Problem;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.preference.Pair;
import dev.tesuji.preference.Preferences;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.tokenized.TokenizedDataset;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChainSumsTaskTest {
  private static final int END = 0;

  private static String answer(TokenSequence text, Tokenizer tokenizer) {
    int[] ids = Arrays.copyOfRange(text.ids(), text.targets()[0], text.length());
    assertThat(ids[ids.length - 1]).isEqualTo(END);
    return tokenizer.decode(Arrays.copyOf(ids, ids.length - 1));
  }

  @Test
  void ofBuiltInPairsTheBetterAnswerIsRightAndTheWorseWrong() {
    ChainSums task = ChainSums.DEFAULT;
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.checkout().resolve("models/base"))) {
      TokenizedDataset.Words words = new TokenizedDataset.Words(tokenizer, END, null);
      List<Pair> pairs = ChainSumsTask.DEFAULT.pairs(50, words);
      for (int i = 0; i < 50; i++) {
        Problem problem = task.problem(i);
        String better = answer(pairs.get(i).chosen(), tokenizer);
        String worse = answer(pairs.get(i).rejected(), tokenizer);
        assertThat(task.grade(problem, better).isCorrect()).as(better).isTrue();
        assertThat(task.grade(problem, worse).isCorrect()).as(worse).isFalse();
      }
      TokenizedDataset.Limit roomy =
          new TokenizedDataset.Limit(100, TokenizedDataset.TooLong.ERROR);
      assertThat(Preferences.unpaired(new Preferences.Loaded<>(pairs, 0), roomy).examples())
          .hasSize(100);
    }
  }
}
