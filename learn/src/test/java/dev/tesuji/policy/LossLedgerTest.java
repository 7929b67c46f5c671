package dev.tesuji.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.distill.GeneralizedJsdTest;
import dev.tesuji.evaluate.VotesTest;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.preference.PreferenceParityTest;
import dev.tesuji.reward.ShapedRewardsTest;
import dev.tesuji.rewardmodel.RewardModelLossTest;
import dev.tesuji.rl.grpo.GrpoParityTest;
import dev.tesuji.rl.ppo.PpoParityTest;
import dev.tesuji.rl.prime.PrimeRewardsTest;
import dev.tesuji.rl.rloo.RlooParityTest;
import dev.tesuji.sft.SftLossTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;

/// Which test holds us to which file of the fixtures' `losses` folder: every file has one, and that
/// one runs all its cases.
class LossLedgerTest {
  private static final Map<String, Supplier<Stream<DynamicTest>>> CLAIMS = new TreeMap<>();

  static {
    CLAIMS.put("cdpo", new PreferenceParityTest()::conservativeDpoEqualsItsDefinition);
    CLAIMS.put("dpo", new PreferenceParityTest()::pairLossesEqualThoseOfTrl);
    CLAIMS.put("gkd_jsd", new GeneralizedJsdTest()::divergencesEqualThoseOfTrl);
    CLAIMS.put("kto", new PreferenceParityTest()::ktoEqualsThatOfTrl);
    CLAIMS.put("reward_model", new RewardModelLossTest()::everyCase);
    CLAIMS.put("entropy", new PolicyParityTest()::entropies);
    CLAIMS.put("group_advantages", new GrpoParityTest()::advantages);
    CLAIMS.put("grpo_from_logits", new GrpoParityTest()::fromLogits);
    CLAIMS.put("grpo_iterations", new GrpoParityTest()::severalPassesOverOneBatch);
    CLAIMS.put("grpo_loss", new GrpoParityTest()::losses);
    CLAIMS.put("gspo_loss", new GrpoParityTest()::lossesOfSequenceRatios);
    CLAIMS.put("kl_estimators", new PolicyParityTest()::klEstimators);
    CLAIMS.put("maj_at_k", new VotesTest()::majAtKEqualsTheSumOverAllSubsets);
    CLAIMS.put("pass_at_k", new VotesTest()::passAtKEqualsExactArithmetic);
    CLAIMS.put("ppo", new PpoParityTest()::everyCase);
    CLAIMS.put("prime", new PrimeRewardsTest()::everyCaseOfTheFixture);
    CLAIMS.put("rloo_advantages", new RlooParityTest()::advantages);
    CLAIMS.put("rloo_loss", new RlooParityTest()::losses);
    CLAIMS.put("selective_log_softmax", new PolicyParityTest()::logProbabilitiesOfChosenTokens);
    CLAIMS.put("sft", new SftLossTest()::lossesEqualThoseOfTorchAndTrl);
    CLAIMS.put("shaped_rewards", new ShapedRewardsTest()::everyCase);
  }

  private static List<String> files() {
    try (Stream<Path> all = Files.list(Fixtures.require("losses"))) {
      return all.map(p -> p.getFileName().toString())
          .filter(name -> name.endsWith(".json"))
          .map(name -> name.substring(0, name.length() - ".json".length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void everyFileIsClaimed() {
    assertThat(files())
        .isNotEmpty()
        .allSatisfy(
            file -> assertThat(CLAIMS).as("a test of losses/%s.json", file).containsKey(file));
  }

  @Test
  void everyClaimRunsAllCasesOfItsFile() {
    for (String file : files()) {
      Supplier<Stream<DynamicTest>> tests = CLAIMS.get(file);
      if (tests != null) {
        assertThat(tests.get().map(DynamicTest::getDisplayName))
            .containsExactlyElementsOf(LossFixture.names(file))
            .doesNotHaveDuplicates();
      }
    }
  }
}
