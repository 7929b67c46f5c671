package dev.tesuji.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.weights.NewModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTest {
  @TempDir private static Path shared = Path.of("");
  @TempDir private Path folder = Path.of("");

  @BeforeAll
  static void makeAModel() {
    new NewModel(1, 16, 24, 2, 1, 128).create(shared.resolve("model"), 3);
  }

  private static Cli with(String command, String... more) {
    List<Object> words = new ArrayList<>(List.of(command));
    words.add(Fixtures.checkout().resolve("recipes/r1-zero.yaml"));
    words.add("model=" + shared.resolve("model"));
    words.addAll(Arrays.asList(more));
    return Cli.run(words.toArray());
  }

  @Test
  void aSoundRecipePasses() {
    Cli cli = with("audit");
    assertThat(cli.err()).isEmpty();
    assertThat(cli.status()).isZero();
    assertThat(cli.out())
        .contains("Rewards of stage 'rl', means over 16 problems:")
        .contains("right                        1.000     100%         1.000")
        .contains("yes: right answers pay, and nothing else pays as they do")
        .contains("stage 'rl': no overlap in 5,000 problems of task 'chain-sums'")
        .contains("2000 of 2000 grade as correct against themselves");
  }

  @Test
  void aRewardThatPaysForNothingGoodDoesNotPass() {
    Cli cli = with("audit", "rl.rewards=[tagCount]");
    assertThat(cli.status()).isEqualTo(1);
    assertThat(cli.out())
        .contains(
            "NO: the reward does not pay for right answers: a right one gets 1.000, a wrong one"
                + " 1.000");
  }

  @Test
  void aRunWithSuchARewardStartsOnlyWhenToldTo() {
    Path out = folder.resolve("out");
    String[] short_ = {
      "rl.rewards=[format]",
      "rl.steps=1",
      "rl.maxNewTokens=16",
      "rl.promptsPerStep=2",
      "evaluation={problems: 2, samples: 8, maxNewTokens: 8}",
      "--out",
      out.toString()
    };
    Cli refused = with("run", short_);
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err())
        .isEqualTo(
            "tesuji: stage 'rl': the reward does not pay for right answers: a right one gets"
                + " 1.000, a wrong one 1.000; see './tesuji audit', mend the rewards, or set"
                + " 'audit: warn' to train on them all the same\n");
    assertThat(out).doesNotExist();
    String[] told = Arrays.copyOf(short_, short_.length + 1);
    told[short_.length] = "rl.audit=warn";
    Cli started = with("run", told);
    assertThat(started.status()).as(started.err()).isZero();
    assertThat(started.out())
        .contains("Warning: stage 'rl': the reward does not pay for right answers");
  }

  @Test
  void aRewardThatIsDownIsSaidBeforeAnythingIsMade() {
    Path out = folder.resolve("out");
    Cli cli =
        with(
            "run",
            "rl.rewards=[accuracy, {kind: http, name: taste, url: \"http://localhost:1/\", attempts: 1}]",
            "--out",
            out.toString());
    assertThat(cli.status()).isEqualTo(2);
    assertThat(cli.err())
        .startsWith(
            "tesuji: stage 'rl': reward 'taste' at http://localhost:1/ gave no answer in 1 attempts"
                + " (the last: ");
    assertThat(out).doesNotExist();
  }

  @Test
  void anAddressThatIsNoneIsRefused() {
    Cli cli = with("audit", "rl.rewards=[{kind: http, url: \"not a url\"}]");
    assertThat(cli.status()).isEqualTo(2);
    assertThat(cli.err())
        .isEqualTo(
            "tesuji: stage 'rl': url must be http://HOST... or https://HOST..., got 'not a url'\n");
  }
}
