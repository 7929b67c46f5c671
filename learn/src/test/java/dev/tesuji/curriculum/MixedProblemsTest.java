package dev.tesuji.curriculum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.env.TaskMixture;
import dev.tesuji.json.Json;
import dev.tesuji.rollout.Group;
import dev.tesuji.rollout.PosedProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MixedProblemsTest {
  private static final CountedTask EASY = new CountedTask("easy", Long.MAX_VALUE);
  private static final CountedTask HARD = new CountedTask("hard", Long.MAX_VALUE);
  private static final Curriculum.Learnability RULE = new Curriculum.Learnability(0.5, 0.8, 0.05);

  private static MixedProblems mixed(double easy, Curriculum.@Nullable Learnability rule) {
    TaskMixture mixture =
        new TaskMixture(
            List.of(
                new TaskMixture.Part("easy", easy, EASY), new TaskMixture.Part("hard", 1, HARD)));
    return new MixedProblems(mixture, List.of(EASY.source(), HARD.source()), rule);
  }

  private static List<String> texts(MixedProblems source, long from, long to) {
    return LongStream.range(from, to).mapToObj(p -> source.at(p).problem().text()).toList();
  }

  @Test
  void twoOfThreeProblemsComeFromATaskOfTwiceTheWeight() {
    // lags: easy 2/3, hard 1/3: easy; -1/3 + 2/3 against 2/3: hard; 1/3 + 2/3 against 0: easy
    MixedProblems source = mixed(2, null);
    assertThat(texts(source, 0, 6))
        .containsExactly("easy 0", "hard 0", "easy 1", "easy 2", "hard 1", "easy 3");
    PosedProblem fifth = source.at(4);
    assertThat(fifth.id()).isEqualTo(4);
    assertThat(fifth.problem().task()).isEqualTo("hard");
  }

  @Test
  void anEpochEndsWhereATaskWouldRepeatAProblem() {
    CountedTask small = new CountedTask("small", 10);
    TaskMixture mixture =
        new TaskMixture(
            List.of(
                new TaskMixture.Part("small", 1, small), new TaskMixture.Part("hard", 3, HARD)));
    MixedProblems source = new MixedProblems(mixture, List.of(small.source(), HARD.source()), null);
    assertThat(source.size()).isEqualTo(40);
    assertThat(texts(source, 0, 40)).doesNotHaveDuplicates();
    assertThat(mixed(1, null).size()).isEqualTo(Long.MAX_VALUE);
  }

  /// Learns from a step of six problems, four of which are easy.
  private static void learn(MixedProblems source, int easyRight, int hardRight) {
    List<Group> groups = new ArrayList<>();
    for (long p = 0; p < 6; p++) {
      PosedProblem posed = source.at(p);
      boolean easy = "easy".equals(posed.problem().task());
      groups.add(CountedTask.group(posed, easy ? easyRight : hardRight, 4));
    }
    source.learn(6, groups);
  }

  @Test
  void sharesFollowPassRates() {
    MixedProblems source = mixed(2, RULE);
    assertThat(source.metrics().get("curriculum/easy/share")).isCloseTo(2.0 / 3, within(1e-12));
    learn(source, 4, 1);
    // easy: 16 of 16, rate 16.5/17, weight 4 (16.5/17) (0.5/17); hard: 2 of 8, rate 2.5/9
    double easy = 4 * (16.5 / 17) * (0.5 / 17);
    double hard = 4 * (2.5 / 9) * (6.5 / 9);
    assertThat(source.metrics().get("curriculum/easy/pass_rate")).isCloseTo(0.970588, within(1e-6));
    assertThat(source.metrics().get("curriculum/easy/share"))
        .isCloseTo(2 * easy / (2 * easy + hard), within(1e-12));
    long hardOnes = texts(source, 6, 106).stream().filter(t -> t.startsWith("hard")).count();
    assertThat(hardOnes).isBetween(77L, 79L); // the share is 0.7785
    assertThat(source.at(6).problem().text()).isEqualTo("hard 2");
  }

  @Test
  void aTaskThatIsNeverSolvedKeepsTheFloor() {
    MixedProblems source = mixed(1, new Curriculum.Learnability(0.5, 1, 0.25));
    List<Group> groups = new ArrayList<>();
    for (long p = 0; p < 2; p++) {
      groups.add(
          CountedTask.group(
              source.at(p), source.at(p).problem().text().startsWith("easy") ? 500 : 0, 1000));
    }
    source.learn(2, groups);
    assertThat(source.metrics().get("curriculum/hard/share")).isCloseTo(0.25 / 1.25, within(1e-4));
  }

  @Test
  void whatWasSavedGoesOnAsItWas() {
    MixedProblems whole = mixed(2, RULE);
    learn(whole, 3, 0);
    MixedProblems resumed = mixed(2, RULE);
    resumed.restore(Json.MAPPER.readTree(Json.line(whole.state().orElseThrow())));
    assertThat(texts(resumed, 6, 60)).isEqualTo(texts(whole, 6, 60));
    assertThat(resumed.state()).isEqualTo(whole.state());
    assertThat(resumed.metrics()).isEqualTo(whole.metrics());
  }

  @Test
  void whatWasLearnedFromIsNotPosedAgain() {
    MixedProblems source = mixed(1, RULE);
    learn(source, 1, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> source.at(5))
        .withMessage("position must be at least 6, up to which was learned, got 5");
  }
}
