package dev.tesuji.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.policy.LossFixture;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
public class GeneralizedJsdTest {
  @TestFactory
  public Stream<DynamicTest> divergencesEqualThoseOfTrl() {
    return LossFixture.tests("gkd_jsd", GeneralizedJsdTest::check);
  }

  private static void check(LossFixture c) {
    Tensor student = c.tensor("student_logits");
    long rows = student.size(0) * student.size(1);
    long vocabulary = student.size(2);
    int[] all = IntStream.range(0, (int) rows).toArray();
    double[] labels = c.has("labels") ? c.numbers("labels") : new double[all.length];
    int[] scored = IntStream.of(all).filter(i -> labels[i] != -100).toArray();
    Tensor which = Tensor.of(scored, scored.length);
    GeneralizedJsd jsd =
        new GeneralizedJsd(c.param("beta").doubleValue(), c.param("temperature").doubleValue());
    GeneralizedJsd.Value value =
        jsd.of(
            student.reshape(rows, vocabulary).indexSelect(0, which),
            c.tensor("teacher_logits").reshape(rows, vocabulary).indexSelect(0, which));
    double of = denominator(c, student.size(0), scored.length, vocabulary);
    c.check("loss", value.perToken().sum().item() / of);
    Tensor gradient = Tensor.zeros(student.dtype(), rows, vocabulary);
    gradient.indexCopy_(0, which, value.gradient().div(of));
    c.checkGradient("student_logits", gradient.toDoubles());
  }

  private static double denominator(LossFixture c, long batch, int scored, long vocabulary) {
    String reduction = c.param("reduction").stringValue();
    if (!c.param("num_items_in_batch").isNull()) { // which goes before the reduction
      return c.param("num_items_in_batch").doubleValue();
    }
    return switch (reduction) {
      case "sum" -> 1;
      case "mean" -> (double) scored * vocabulary;
      default -> c.has("labels") ? scored : batch;
    };
  }

  @Test
  void equalDistributionsHaveNoDivergenceAndNoGradient() {
    try (Scope _ = Scope.open()) {
      Tensor logits = Tensor.of(new double[] {1, -2, 0.5, 3, 3, -1}, 2, 3);
      for (double beta : new double[] {0, 0.3, 1}) {
        GeneralizedJsd.Value value = new GeneralizedJsd(beta, 0.7).of(logits, logits.add(2));
        assertThat(value.perToken().toDoubles()).containsExactly(new double[2], within(1e-12));
        assertThat(value.gradient().toDoubles()).containsExactly(new double[6], within(1e-12));
      }
    }
  }

  @Test
  void theEndsAreTheTwoKullbackLeiblerDivergences() {
    try (Scope _ = Scope.open()) {
      Tensor student = Tensor.of(new double[] {Math.log(0.5), Math.log(0.5)}, 1, 2);
      Tensor teacher = Tensor.of(new double[] {Math.log(0.25), Math.log(0.75)}, 1, 2);
      double forward = 0.25 * Math.log(0.5) + 0.75 * Math.log(1.5);
      double reverse = 0.5 * Math.log(2) + 0.5 * Math.log(2.0 / 3);
      assertThat(new GeneralizedJsd(0, 1).of(student, teacher).perToken().item())
          .isCloseTo(forward, within(1e-12));
      assertThat(new GeneralizedJsd(1, 1).of(student, teacher).perToken().item())
          .isCloseTo(reverse, within(1e-12));
    }
  }
}
