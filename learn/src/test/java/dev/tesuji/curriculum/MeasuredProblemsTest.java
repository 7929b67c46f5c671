package dev.tesuji.curriculum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.curriculum.PassRates.Measured;
import dev.tesuji.json.Json;
import dev.tesuji.rollout.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MeasuredProblemsTest {
  private static final CountedTask TASK = new CountedTask("sums", Long.MAX_VALUE);
  private static final Curriculum.Learnability RULE = new Curriculum.Learnability(0.5, 0.5, 0);

  /// Problems 10, 20, 30 and so on.
  private static MeasuredProblems measured(@Nullable Curriculum order, int... correct) {
    List<Measured> pool = new ArrayList<>();
    for (int i = 0; i < correct.length; i++) {
      pool.add(new Measured(10L * (i + 1), 10L * (i + 1), 8, correct[i]));
    }
    return new MeasuredProblems(TASK.source(), pool, order, 3);
  }

  private static List<Long> ids(MeasuredProblems source, long from, long to) {
    return LongStream.range(from, to).mapToObj(p -> source.at(p).problem().id()).toList();
  }

  @Test
  void withoutACurriculumEveryEpochIsShuffledAnew() {
    MeasuredProblems source = measured(null, 1, 2, 3, 4, 5, 6, 7);
    assertThat(ids(source, 0, 7)).containsExactlyInAnyOrder(10L, 20L, 30L, 40L, 50L, 60L, 70L);
    assertThat(ids(source, 7, 14))
        .containsExactlyInAnyOrderElementsOf(ids(source, 0, 7))
        .isNotEqualTo(ids(source, 0, 7));
    assertThat(source.state()).isEmpty();
  }

  @Test
  void fromEasyToHardThoseComeFirstThatAreSolvedMostOften() {
    MeasuredProblems source = measured(new Curriculum.EasyToHard(), 1, 7, 3, 7, 0);
    assertThat(ids(source, 0, 7)).containsExactly(20L, 40L, 30L, 10L, 50L, 20L, 40L);
    assertThat(source.at(5).id()).isEqualTo(5);
  }

  @Test
  void towardsATargetProblemsAreDrawnByTheirWeights() {
    // Rates 8.5/9 and 4.5/9: weights 0.2099 and 1, so that the second comes first in 82.65 % of
    // draws
    MeasuredProblems source = measured(RULE, 8, 4);
    int first = 0;
    for (int step = 0; step < 4000; step++) {
      first += source.at(step).problem().id() == 20 ? 1 : 0;
      source.learn(step + 1, List.of());
    }
    assertThat(first / 4000.0).isBetween(0.808, 0.845); // three standard deviations
  }

  @Test
  void noProblemIsDrawnTwiceInAStep() {
    assertThat(ids(measured(RULE, 4, 4, 1, 8, 0), 0, 5)).doesNotHaveDuplicates();
  }

  @Test
  void aProblemThatHasBecomeEasyIsLeft() {
    MeasuredProblems source = measured(RULE, 4, 4);
    for (int step = 0; step < 20; step++) {
      List<Group> groups = new ArrayList<>();
      var posed = source.at(step);
      groups.add(CountedTask.group(posed, posed.problem().id() == 10 ? 8 : 4, 8));
      source.learn(step + 1, groups);
    }
    long hard = 0;
    for (int step = 20; step < 220; step++) {
      hard += source.at(step).problem().id() == 20 ? 1 : 0;
      source.learn(step + 1, List.of());
    }
    assertThat(hard).isGreaterThan(150);
  }

  @Test
  void whatWasSavedGoesOnAsItWas() {
    MeasuredProblems whole = measured(RULE, 4, 4, 1, 8, 0);
    whole.learn(3, List.of(CountedTask.group(whole.at(0), 1, 8)));
    MeasuredProblems resumed = measured(RULE, 4, 4, 1, 8, 0);
    resumed.restore(Json.MAPPER.readTree(Json.line(whole.state().orElseThrow())));
    assertThat(ids(resumed, 3, 8)).isEqualTo(ids(whole, 3, 8));
    assertThat(resumed.state()).isEqualTo(whole.state());
  }
}
