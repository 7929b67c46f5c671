package dev.tesuji.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.tensor.Tensor;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class PolicyParityTest {
  @TestFactory
  Stream<DynamicTest> logProbabilitiesOfChosenTokens() {
    return LossFixture.tests(
        "selective_log_softmax",
        c -> {
          Tensor logits = c.tensor("logits").requiresGrad(true);
          Tensor logProbs = TokenScores.logProbs(logits, c.indices("index"));
          Tensor loss = logProbs.mul(c.tensor("weights")).sum();
          loss.backward();
          c.check("logps", logProbs.detach().toDoubles());
          c.check("loss", loss.item());
          c.checkGradient("logits", logits);
        });
  }

  @TestFactory
  Stream<DynamicTest> entropies() {
    return LossFixture.tests(
        "entropy",
        c -> {
          Tensor entropy = TokenScores.entropy(c.tensor("logits"));
          assertThat(entropy.requiresGrad()).isFalse();
          c.check("entropy", entropy.toDoubles());
        });
  }

  @TestFactory
  Stream<DynamicTest> klEstimators() {
    return LossFixture.tests(
        "kl_estimators",
        c -> {
          Tensor logProbs = c.tensor("logps").requiresGrad(true);
          Tensor mask = c.tensor("mask");
          KlEstimator estimator =
              KlEstimator.valueOf(c.param("estimator").stringValue().toUpperCase(Locale.ROOT));
          Tensor kl = estimator.perToken(logProbs, c.tensor("ref_logps"));
          Tensor loss = kl.mul(mask).sum().div(mask.sum());
          loss.backward();
          c.check("per_token_kl", kl.detach().toDoubles());
          c.check("loss", loss.item());
          c.checkGradient("logps", logProbs);
        });
  }
}
