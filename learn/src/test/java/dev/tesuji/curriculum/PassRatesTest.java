package dev.tesuji.curriculum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tesuji.generate.Sampling;
import dev.tesuji.rollout.Group;
import dev.tesuji.rollout.PosedProblem;
import dev.tesuji.rollout.RolloutSampler;
import dev.tesuji.rollout.RolloutSettings;
import dev.tesuji.rollout.RolloutStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PassRatesTest {
  private static final CountedTask TASK = new CountedTask("sums", 12);
  private static final RolloutSettings SETTINGS = new RolloutSettings(8, 4, Sampling.DEFAULT, 1);

  @TempDir private Path folder = Path.of("");

  /// Solves problem n in n of 8 completions, and breaks down at a problem.
  private static final class Counting implements RolloutSampler {
    private final long breaksAt;
    private final List<Long> asked = new ArrayList<>();

    Counting(long breaksAt) {
      this.breaksAt = breaksAt;
    }

    @Override
    public List<Group> sample(List<PosedProblem> problems, RolloutSettings settings) {
      List<Group> groups = new ArrayList<>();
      for (PosedProblem p : problems) {
        if (p.id() == breaksAt) {
          throw new IllegalStateException("cut off");
        }
        asked.add(p.id());
        groups.add(CountedTask.group(p, (int) Math.min(8, p.problem().id()), settings.samples()));
      }
      return groups;
    }

    @Override
    public RolloutStream start(List<PosedProblem> problems, RolloutSettings settings) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  private PassRates measure(Counting sampler, int count) {
    return PassRates.measure(
        TASK.source(),
        sampler,
        new PassRates.Plan(count, 4, SETTINGS),
        folder.resolve("rates.jsonl"),
        (_, _) -> {});
  }

  @Test
  void ratesAreSharesOfRightCompletions() throws IOException {
    PassRates rates = measure(new Counting(-1), 10);
    assertThat(rates.problems().get(3)).isEqualTo(new PassRates.Measured(3, 3, 8, 3));
    assertThat(rates.problems().get(3).passRate()).isEqualTo(0.375);
    assertThat(Files.readAllLines(folder.resolve("rates.jsonl")).get(4))
        .isEqualTo(
            "{\"position\":3,\"problem_id\":3,\"source\":\"sums\",\"prompt\":\"sums 3\","
                + "\"samples\":8,\"correct\":3,\"pass_rate\":0.375}");
  }

  @Test
  void whatIsSolvedNeverOrAlwaysIsLeftOut() {
    PassRates rates = measure(new Counting(-1), 10);
    assertThat(rates.kept(PassRateFilter.DEFAULT))
        .extracting(PassRates.Measured::id)
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
    assertThat(rates.summary(PassRateFilter.DEFAULT))
        .isEqualTo(
            "of 10 problems 1 are never solved and 2 always; 7 have pass rates from 0.1 to 0.9 and"
                + " are posed");
  }

  @Test
  void aMeasurementThatWasCutOffGoesOnWhereItWasSaved() {
    Counting cut = new Counting(9);
    assertThatIllegalStateException().isThrownBy(() -> measure(cut, 10));
    Counting rest = new Counting(-1);
    PassRates resumed = measure(rest, 10);
    assertThat(rest.asked).containsExactly(8L, 9L);
    assertThat(measure(new Counting(0), 10)).isEqualTo(resumed); // all of it is read
  }

  @Test
  void anotherMeasurementBeginsAnew() {
    measure(new Counting(-1), 8);
    Counting all = new Counting(-1);
    assertThat(measure(all, 10).problems()).hasSize(10);
    assertThat(all.asked).hasSize(10);
  }
}
