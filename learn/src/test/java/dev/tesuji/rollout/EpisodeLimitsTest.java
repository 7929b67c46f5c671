package dev.tesuji.rollout;

import static dev.tesuji.rollout.RandomSampler.problems;
import static dev.tesuji.rollout.RandomSampler.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.env.Env;
import dev.tesuji.env.Episode;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Segment;
import dev.tesuji.env.Step;
import dev.tesuji.env.Trajectory;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.generate.Sampling;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.text.CompletionText;
import dev.tesuji.text.Tokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What of an episode is learned, and how it ends where there is no room for another turn.
@ExtendWith(LeakCheck.class)
@Timeout(120)
class EpisodeLimitsTest {
  private static final RolloutSettings SETTINGS = new RolloutSettings(4, 8, Sampling.DEFAULT, 7);

  @TempDir private Path folder = Path.of("");

  @Test
  void anEpisodeOfTwoTurnsKeepsItsTokensAndItsMask() {
    EchoEnv env = new EchoEnv();
    with(
        folder,
        env,
        RandomSampler::length,
        (sampler, model) -> {
          Tokenizer tokenizer = model.requireTokenizer();
          List<Rollout> all =
              sampler.sample(problems(model, 6), SETTINGS).stream()
                  .flatMap(g -> g.rollouts().stream())
                  .toList();
          assertThat(all).anyMatch(r -> r.trajectory().turns() == 2);
          assertThat(all).anyMatch(r -> r.trajectory().turns() == 1);
          for (Rollout r : all) {
            Trajectory t = r.trajectory();
            assertThat(t.sampledLength()).isLessThanOrEqualTo(8); // of both turns together
            assertThat(r.graded().response().ids()).isEqualTo(t.sampled());
            assertThat(r.sequence().ids()).isEqualTo(t.ids());
            if (t.turns() == 2) {
              assertThat(t.segments())
                  .extracting(Segment::learned)
                  .containsExactly(false, true, false, true);
              int[] first = t.segments().get(1).ids();
              int[] answer = EchoEnv.observation(first, tokenizer);
              assertThat(t.segments().get(2).ids()).isEqualTo(answer);
              int from = t.prompt().length;
              int second = from + first.length + answer.length;
              assertThat(r.sequence().targets())
                  .isEqualTo(
                      IntStream.concat(
                              IntStream.range(from, from + first.length),
                              IntStream.range(second, t.length()))
                          .toArray());
              assertThat(r.graded().response().text())
                  .isEqualTo(model.completionText().of(t.segments().get(3).ids()));
            } else {
              assertThat(r.isTruncated()).isTrue();
            }
          }
          assertThat(env.open()).as("episodes that were not closed").isEmpty();
          assertSame(all, sampler.sample(problems(model, 6), SETTINGS));
        });
  }

  private static void assertSame(List<Rollout> all, List<Group> again) {
    List<Rollout> others = again.stream().flatMap(g -> g.rollouts().stream()).toList();
    for (int i = 0; i < all.size(); i++) {
      assertThat(others.get(i).trajectory().ids()).isEqualTo(all.get(i).trajectory().ids());
      assertThat(others.get(i).trajectory().logProbs())
          .isEqualTo(all.get(i).trajectory().logProbs());
    }
  }

  /// Answers every turn with so many tokens, however often.
  private record Talker(int length, boolean stops) implements Env {
    @Override
    public int[] promptTokens(Problem problem, Tokenizer tokenizer) {
      return ChainSums.DEFAULT.promptTokens(problem, tokenizer);
    }

    @Override
    public Episode reset(Problem problem, CompletionText text) {
      return turn ->
          stops && turn.reason() == FinishReason.LENGTH
              ? new Step.End("cut off after " + turn.tokens().length)
              : new Step.Observation(tokens());
    }

    private int[] tokens() {
      int[] all = new int[length];
      Arrays.fill(all, 5);
      return all;
    }

    @Override
    public int turns() {
      return 100;
    }

    @Override
    public List<String> turnEnds() {
      return new EchoEnv().turnEnds();
    }
  }

  @Test
  void anEpisodeWithoutRoomForAnotherTurnIsCutOff() {
    with(
        folder,
        new Talker(40, true),
        RandomSampler::length,
        (sampler, model) -> {
          List<Rollout> all =
              sampler
                  .sample(problems(model, 6), new RolloutSettings(4, 30, Sampling.DEFAULT, 7))
                  .stream()
                  .flatMap(g -> g.rollouts().stream())
                  .toList();
          assertThat(all).allMatch(Rollout::isTruncated);
          assertThat(all)
              .anyMatch(r ->
                  r.graded().response().text().equals("cut off after 0")
                      && r.trajectory().turns() == 1);
        });
  }

  @Test
  void anEnvironmentThatDoesNotEndACutOffEpisodeIsNamed() {
    with(
        folder,
        new Talker(1, false),
        RandomSampler::length,
        (sampler, model) ->
            assertThatIllegalStateException()
                .isThrownBy(() -> sampler.sample(problems(model, 2), SETTINGS))
                .withMessageStartingWith(
                    "an environment must end an episode after a turn that was cut off and after"
                        + " 100 turns, and went on after turn "));
  }

  @Test
  void aBeginningThatWasWrittenForThePolicyIsPartOfTheResponseAndNotLearned() {
    with(
        folder,
        ChainSums.DEFAULT,
        RandomSampler::length,
        (sampler, model) -> {
          Tokenizer tokenizer = model.requireTokenizer();
          PosedProblem plain = problems(model, 1).getFirst();
          int[] begun = tokenizer.encode("<think>1+");
          Rollout r =
              sampler
                  .sample(
                      List.of(new PosedProblem(3, plain.problem(), plain.prompt(), begun)),
                      SETTINGS)
                  .getFirst()
                  .rollouts()
                  .getFirst();
          assertThat(r.graded().response().text()).startsWith("<think>1+");
          assertThat(r.graded().response().tokens()).isEqualTo(begun.length + r.length());
          assertThat(r.sequence().targets()[0]).isEqualTo(plain.prompt().length + begun.length);
          assertThat(r.sequence().scored()).isEqualTo(r.length());
        });
  }
}
