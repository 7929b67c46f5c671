package dev.tesuji.sft;

import dev.tesuji.compute.TokenScores;
import dev.tesuji.compute.choice.TokenMaths;
import dev.tesuji.policy.LossFixture;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

public class SftLossTest {
  @TestFactory
  public Stream<DynamicTest> lossesEqualThoseOfTorchAndTrl() {
    return LossFixture.tests("sft", SftLossTest::check);
  }

  private static void check(LossFixture c) {
    Tensor logits = c.tensor("logits");
    long b = logits.size(0);
    long t = logits.size(1);
    long v = logits.size(2);
    Tensor next = c.indices("labels").narrow(1, 1, t - 1).reshape(b * (t - 1));
    long[] labels = next.toLongs();
    // The mask comes from the file's -100, which stands for "not scored" in its format only.
    long[] scored =
        java.util.stream.LongStream.range(0, labels.length)
            .filter(i -> labels[(int) i] != -100)
            .toArray();
    Tensor rows = Tensor.of(scored, scored.length);
    TokenScores scores =
        TokenMaths.on(Device.CPU)
            .score(
                logits.narrow(1, 0, t - 1).reshape(b * (t - 1), v).indexSelect(0, rows),
                next.indexSelect(0, rows),
                1);
    Tensor logProbs = scores.logProbs().requiresGrad(true);
    SftLoss kind = c.function().equals("dft") ? SftLoss.DFT : SftLoss.NLL;
    double items =
        c.param("num_items_in_batch").isNull()
            ? scored.length
            : c.param("num_items_in_batch").doubleValue();
    Tensor loss = kind.perToken(logProbs).sum().div(items);
    loss.backward();
    c.check("loss", loss.item());
    Tensor gradient = Tensor.zeros(logits.dtype(), b * (t - 1), v);
    gradient.indexCopy_(0, rows, scores.gradient(logProbs.grad()));
    Tensor last = Tensor.zeros(logits.dtype(), b, 1, v); // predicts nothing
    c.checkGradient(
        "logits", Tensor.cat(List.of(gradient.reshape(b, t - 1, v), last), 1).toDoubles());
  }
}
