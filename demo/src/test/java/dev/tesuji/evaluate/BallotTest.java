package dev.tesuji.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.reward.Graded;
import dev.tesuji.reward.Response;
import dev.tesuji.reward.Reward;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.world.World;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BallotTest {
  private static final Problem PROBLEM = new Problem(2, "1+2=?", "3", "test");

  private static List<Graded> graded(Task task, Problem problem, String... answers) {
    RewardMix mix =
        new RewardMix(task, List.of(new RewardMix.Part("accuracy", 1, Reward.accuracy(task))));
    return Stream.of(answers)
        .map(a -> a.isEmpty() ? "nothing" : "<answer>" + a + "</answer>")
        .map(text -> mix.grade(new Response(problem, text, new int[0], FinishReason.EOS)))
        .toList();
  }

  @Test
  void wrongAnswersThatComeToTheSameVoteTogether() {
    List<@Nullable String> votes =
        Ballot.votes(
            ChainSums.DEFAULT,
            graded(ChainSums.DEFAULT, PROBLEM, "4", "3", "4.0", "", "5", "\\boxed{4}", "3.00"));
    assertThat(votes).containsExactly("4", Ballot.RIGHT, "4", null, "5", "4", Ballot.RIGHT);
  }

  /// Two right answers against three spellings of one wrong answer: the vote is lost. By spelling
  /// it would be won.
  @Test
  void aMajorityIsNotFoundWhereThereIsNone() {
    List<Graded> responses =
        graded(ChainSums.DEFAULT, PROBLEM, "3", "3.0", "0.5", "1/2", "\\frac12");
    List<@Nullable String> votes = Ballot.votes(ChainSums.DEFAULT, responses);
    assertThat(Votes.majAtK(votes, Ballot.RIGHT, 5)).isZero();
    assertThat(Votes.majAtK(votes, Ballot.RIGHT, 1)).isCloseTo(2 / 5.0, within(1e-12));
  }

  @Test
  void theWorldsAnswersVoteByTheirNumbersInWhateverWords() {
    World world = World.DEFAULT;
    Problem puzzle = world.problem(0);
    List<@Nullable String> votes =
        Ballot.votes(world, graded(world, puzzle, "it is 97", "97", "the answer is 96"));
    assertThat(votes).containsExactly("it is 97", "it is 97", "the answer is 96");
  }
}
