package dev.tesuji.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.bench.FleetSimulation.Result;
import dev.tesuji.bench.SimulatedFleet.Engine;
import dev.tesuji.bench.SimulatedFleet.Faults;
import dev.tesuji.check.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Holds the simulation to what can be worked out without one.
class FleetSimulationTest {
  /// A row alone has 50 tokens a second; eight have 200 together, 25 each.
  private static final Engine ENGINE = new Engine(8, 50, 200);

  @TempDir private Path folder = Path.of("");

  private static int[] alike(int count, int tokens) {
    int[] lengths = new int[count];
    Arrays.fill(lengths, tokens);
    return lengths;
  }

  private static Result run(SimulatedFleet fleet, int[] lengths, int chunk) {
    return new FleetSimulation(fleet, lengths, chunk, 1).run();
  }

  /// t(1) = 20 ms and t(8) = 40 ms, so that a row more costs 20/7 ms.
  @Test
  void aTokenTakesAsLongAsReadingTheWeightsAndEachRow() {
    assertThat(ENGINE.each(1)).isCloseTo(50, within(1e-9));
    assertThat(ENGINE.each(8)).isCloseTo(25, within(1e-9));
    assertThat(1 / ENGINE.each(4)).isCloseTo(0.02 + 3 * 0.02 / 7, within(1e-12));
    assertThat(new Engine(1, 50, 50).each(1)).isEqualTo(50);
  }

  /// 3 workers of 4 slots of 2 samples take 24 samples at once. 96 samples are 4 waves, each of 2 s
  /// and of 100 tokens at 25 a second.
  @Test
  void withoutFaultsAndWithLengthsAlikeItTakesItsWaves() {
    SimulatedFleet fleet = new SimulatedFleet(3, 4, ENGINE, 30, 2, Faults.NONE);
    Result r = run(fleet, alike(96, 100), 2);
    assertThat(r.seconds()).isCloseTo(30 + 4 * (2 + 4), within(1e-6));
    assertThat(r.chunks()).isEqualTo(48);
    assertThat(r.lost()).isZero();
    assertThat(r.drawn()).isCloseTo(9600, within(1e-6));
    assertThat(r.efficiency()).isCloseTo(9600 / (3 * 54.0 * 200), within(1e-9));
  }

  /// One sample more is a wave more, of a row that is alone.
  @Test
  void theLastSampleIsDrawnAlone() {
    SimulatedFleet fleet = new SimulatedFleet(3, 4, ENGINE, 30, 2, Faults.NONE);
    assertThat(run(fleet, alike(97, 100), 2).seconds())
        .isCloseTo(30 + 4 * (2 + 4) + 2 + 100 / 50.0, within(1e-6));
  }

  /// Two rows of 50 and 150 tokens: both for 50 tokens, then the longer one alone for 100.
  @Test
  void whoIsLeftGoesFaster() {
    SimulatedFleet fleet = new SimulatedFleet(1, 1, ENGINE, 0, 0, Faults.NONE);
    Result r = run(fleet, new int[] {50, 150}, 2);
    assertThat(r.seconds()).isCloseTo(50 / ENGINE.each(2) + 100 / 50.0, within(1e-9));
  }

  /// 16 samples in two slots of an engine of 8 rows: the second chunk's wait for rows, and none is
  /// ever empty.
  @Test
  void samplesWaitForRowsWhereChunksHaveMore() {
    SimulatedFleet fleet = new SimulatedFleet(1, 2, ENGINE, 0, 0, Faults.NONE);
    Result r = run(fleet, alike(32, 100), 8);
    assertThat(r.seconds()).isCloseTo(4 * 4, within(1e-9));
    assertThat(r.efficiency()).isCloseTo(1, within(1e-9));
  }

  /// A chunk that takes D seconds is lost e^(λD) - 1 times in the mean before it is done, and takes
  /// (e^(λD) - 1) (1/λ + R) seconds with what is lost.
  @Test
  void faultsThatComeAtAnyMomentAlikeCostWhatTheyMustInTheMean() {
    double every = 10;
    double recover = 3;
    int chunks = 20_000;
    SimulatedFleet fleet =
        new SimulatedFleet(1, 1, new Engine(1, 50, 50), 0, 0, new Faults(every, recover));
    Result r = run(fleet, alike(chunks, 400), 1);
    double expected = Math.exp(8 / every) - 1; // 1.2255; its variance is 1.2255 * 2.2255
    assertThat((double) r.lost() / chunks)
        .isCloseTo(expected, within(4 * Math.sqrt(expected * (1 + expected) / chunks)));
    assertThat(r.seconds() / chunks).isCloseTo(expected * (every + recover), within(0.5));
    assertThat(r.chunks()).isEqualTo(chunks);
  }

  @Test
  void whatAFaultTakesIsDrawnAgainAndCountsOnce() {
    SimulatedFleet fleet = new SimulatedFleet(4, 2, ENGINE, 1, 0.1, new Faults(60, 5));
    int[] lengths = SampleLengths.logNormal(2000, 300, 0.6, 1000, 3);
    Result r = run(fleet, lengths, 4);
    assertThat(r.lost()).isPositive();
    assertThat(r.chunks()).isEqualTo(500);
    assertThat(r.tokens()).isEqualTo(Arrays.stream(lengths).asLongStream().sum());
    assertThat(r.drawn()).isGreaterThan((double) r.tokens());
    SimulatedFleet sound = new SimulatedFleet(4, 2, ENGINE, 1, 0.1, Faults.NONE);
    Result without = run(sound, lengths, 4);
    assertThat(without.drawn()).isCloseTo((double) without.tokens(), within(1e-3));
    assertThat(without.seconds()).isLessThan(r.seconds());
  }

  @Test
  void theSameSeedGivesTheSameAndAnotherSeedOtherFaults() {
    SimulatedFleet fleet = new SimulatedFleet(4, 2, ENGINE, 1, 0.1, new Faults(60, 5));
    int[] lengths = SampleLengths.logNormal(2000, 300, 0.6, 1000, 3);
    Result one = new FleetSimulation(fleet, lengths, 4, 1).run();
    assertThat(new FleetSimulation(fleet, lengths, 4, 1).run()).isEqualTo(one);
    assertThat(new FleetSimulation(fleet, lengths, 4, 2).run()).isNotEqualTo(one);
  }

  @Test
  void moreWorkersAreFasterAndLessEfficient() {
    SimulatedFleet fleet = new SimulatedFleet(1, 4, ENGINE, 5, 0.1, new Faults(2000, 5));
    int[] lengths = SampleLengths.logNormal(20_000, 300, 0.6, 1000, 3);
    Result few = run(fleet.withWorkers(4), lengths, 4);
    Result many = run(fleet.withWorkers(256), lengths, 4);
    assertThat(many.seconds()).isLessThan(few.seconds() / 10);
    assertThat(many.efficiency()).isLessThan(few.efficiency());
    assertThat(few.efficiency()).isBetween(0.5, 1.0);
  }

  @Test
  void lengthsHaveTheMeanThatWasAskedForAndEndAtTheLimit() {
    int[] lengths = SampleLengths.logNormal(100_000, 5000, 0.6, 16_384, 1);
    assertThat(Arrays.stream(lengths).average().orElseThrow()).isCloseTo(5000, within(1.0));
    assertThat(Arrays.stream(lengths).max().orElseThrow()).isEqualTo(16_384);
    assertThat(Arrays.stream(lengths).min().orElseThrow()).isPositive();
    assertThat(SampleLengths.logNormal(3, 7, 0, 10, 1)).containsExactly(7, 7, 7);
    assertThat(SampleLengths.logNormal(100, 5000, 0.6, 16_384, 2))
        .isNotEqualTo(Arrays.copyOf(lengths, 100));
  }

  @Test
  void lengthsThatWereMeasuredAreTakenFromAFile() throws IOException {
    Path file = folder.resolve("step.jsonl");
    Files.writeString(file, "{\"tokens\": 3}\n{\"tokens\": 9}\n");
    int[] lengths = SampleLengths.like(file, 1000, 1);
    assertThat(Arrays.stream(lengths).filter(n -> n == 3).count()).isBetween(440L, 560L);
    assertThat(Arrays.stream(lengths).distinct().sorted()).containsExactly(3, 9);
    Files.writeString(file, "{\"length\": 3}\n");
    assertThatThrownBy(() -> SampleLengths.like(file, 10, 1))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("field 'tokens' of every line must be a whole number of at least 1");
  }

  @Test
  void ratesThatNoEngineHasAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Engine(8, 50, 500))
        .withMessage(
            "rate must be from what a row has alone (50.0) to rows times that (400.0), got 500.0");
  }
}
