package dev.tesuji.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.fixtures.Fixtures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DryRunTest {
  @TempDir private Path folder = Path.of("");

  private Cli dry(String recipe, String... more) {
    List<Object> words = new ArrayList<>(List.of("run"));
    words.add(Fixtures.checkout().resolve("recipes").resolve(recipe));
    words.addAll(Arrays.asList(more));
    words.addAll(List.of("--dry-run", "--out", folder.resolve("out")));
    return Cli.run(words.toArray());
  }

  @Test
  void aSoundRecipeIsOutlinedAndNotRun() {
    Cli cli = dry("r1-zero.yaml");
    assertThat(cli.err()).isEmpty();
    assertThat(cli.status()).isZero();
    assertThat(cli.out())
        .contains("Recipe 'r1-zero' would do this; nothing is trained now.")
        // 140 x 32 x 8 completions of 96 tokens
        .contains("35,840 completions, 3.4 M tokens")
        .contains("Stage 'rl' takes the most, ")
        .contains("This machine has ");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void whatARunWouldRefuseIsALineEach() {
    Cli cli = dry("r1-zero.yaml", "rl.maxNewTokens=512", "rl.rewards=[tagCount]");
    assertThat(cli.status()).isEqualTo(1);
    assertThat(cli.out())
        .contains("NO: stage 'rl': maxNewTokens must be below the 512 positions of the model")
        .contains("NO: stage 'rl': the reward does not pay for right answers");
  }

  @Test
  void aRecipeOverSeedsIsOutlinedOnce() {
    Cli cli = dry("r1-zero.yaml", "seeds=[1,2]");
    assertThat(cli.status()).as(cli.err()).isZero();
    assertThat(cli.out())
        .contains("One run with each of the seeds [1, 2]; this is the first")
        .containsOnlyOnce("Recipe 'r1-zero-1' would do this; nothing is trained now.");
  }

  @Test
  void everyVariantOfAComparisonIsTried() {
    Cli cli = dry("compare.yaml");
    assertThat(cli.status()).isZero();
    assertThat(cli.out()).contains("Variant grpo").contains("Variant prime");
  }
}
