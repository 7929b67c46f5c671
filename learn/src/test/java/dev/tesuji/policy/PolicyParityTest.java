package dev.tesuji.policy;

import dev.tesuji.compute.TokenScores;
import dev.tesuji.compute.choice.TokenMaths;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

public class PolicyParityTest {
  @TestFactory
  public Stream<DynamicTest> logProbabilitiesOfChosenTokens() {
    return LossFixture.tests(
        "selective_log_softmax",
        c -> {
          Tensor logits = c.tensor("logits"); // [B, T, V]
          Tensor index = c.indices("index"); // [B, T], or [B, T, K] for K tokens per position
          long n = logits.size(0) * logits.size(1);
          long k = index.elements() / n;
          long v = logits.size(2);
          Tensor rows = logits.reshape(n, 1, v).expand(n, k, v).reshape(n * k, v);
          TokenScores scores = TokenMaths.on(Device.CPU).score(rows, index.reshape(n * k), 1);
          Tensor weights = c.tensor("weights").reshape(n * k);
          c.check("logps", scores.logProbs().toDoubles());
          c.check("loss", scores.logProbs().mul(weights).sum().item());
          Tensor gradient = scores.gradient(weights).reshape(n, k, v).sum(1);
          c.checkGradient("logits", gradient.toDoubles());
        });
  }

  @TestFactory
  public Stream<DynamicTest> entropies() {
    return LossFixture.tests(
        "entropy",
        c -> {
          Tensor logits = c.tensor("logits");
          Tensor rows = logits.reshape(logits.elements() / logits.size(-1), logits.size(-1));
          Tensor any = Tensor.zeros(Dtype.INT64, rows.size(0));
          TokenScores scores = TokenMaths.on(Device.CPU).score(rows, any, 1);
          Tensor mask = c.tensor("mask").reshape(rows.size(0));
          Tensor weights = mask.div(mask.sum());
          c.check("entropy", scores.entropies().toDoubles());
          c.check("loss", scores.entropies().mul(weights).sum().item());
          Tensor none = Tensor.zeros(Dtype.FLOAT64, rows.size(0));
          c.checkGradient("logits", scores.gradient(none, weights).toDoubles());
          TokenScores narrow =
              TokenMaths.on(Device.CPU).score(rows.to(Dtype.FLOAT32), any, 1); // by kernels
          c.check("entropy", narrow.entropies().toDoubles());
          Tensor gradient = narrow.gradient(none.to(Dtype.FLOAT32), weights.to(Dtype.FLOAT32));
          c.checkGradient("logits", gradient.toDoubles());
        });
  }

  @TestFactory
  public Stream<DynamicTest> klEstimators() {
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
