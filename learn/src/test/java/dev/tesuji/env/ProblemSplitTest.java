package dev.tesuji.env;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A file's problems, in those to train on and those to evaluate on.
class ProblemSplitTest {
  private static final long SEED = 1;

  private static Problem problem(long id, String text) {
    return new Problem(id, text, "0", "here:" + id);
  }

  private static List<Problem> numbered(int count) {
    return IntStream.range(0, count).mapToObj(i -> problem(i, "p" + i)).toList();
  }

  @Test
  void aTenthIsHeldOutOnceAndNothingThatRepeatsItIsTrainedOn() {
    List<Problem> once = numbered(20);
    List<Problem> again = once.stream().map(p -> problem(20 + p.id(), p.text())).toList();
    ProblemSplit split =
        ProblemSplit.drawn(Stream.of(once, again).flatMap(List::stream).toList(), SEED);
    assertThat(split.heldOut()).hasSize(2).doesNotHaveDuplicates().isSubsetOf(once);
    assertThat(split.leftOut()).hasSize(2).isSubsetOf(again);
    assertThat(split.leftOut().stream().map(Problem::text))
        .containsExactlyInAnyOrderElementsOf(split.heldOut().stream().map(Problem::text).toList());
    assertThat(split.training())
        .hasSize(36)
        .doesNotContainAnyElementsOf(split.heldOut())
        .doesNotContainAnyElementsOf(split.leftOut());
  }

  @Test
  void rowsThatAllAskOneProblemAreTrainedOn() {
    List<Problem> same = List.of(problem(0, "p"), problem(1, "p"), problem(2, "p"));
    assertThat(ProblemSplit.drawn(same, SEED))
        .isEqualTo(new ProblemSplit(same, List.of(), List.of()));
  }

  @Test
  void whatAnotherFileHoldsOutIsLeftOutOfTraining() {
    List<Problem> all = numbered(3);
    List<Problem> heldOut = List.of(problem(3, "p1"), problem(4, "new"));
    assertThat(ProblemSplit.of(all, heldOut))
        .isEqualTo(new ProblemSplit(List.of(all.get(0), all.get(2)), heldOut, List.of(all.get(1))));
  }
}
