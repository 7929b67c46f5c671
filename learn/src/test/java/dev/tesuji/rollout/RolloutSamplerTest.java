package dev.tesuji.rollout;

import static dev.tesuji.rollout.RandomSampler.problems;
import static dev.tesuji.rollout.RandomSampler.with;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import dev.tesuji.answer.Verdict;
import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.generate.Completion;
import dev.tesuji.generate.EngineCapacity;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.generate.GenerationEngine;
import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.PromptLookup;
import dev.tesuji.generate.RandomKey;
import dev.tesuji.generate.Sampling;
import dev.tesuji.json.Json;
import dev.tesuji.reward.Judgement;
import dev.tesuji.reward.Reward;
import dev.tesuji.reward.RewardFailure;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

@ExtendWith(LeakCheck.class)
@Timeout(120)
class RolloutSamplerTest {
  private static final RolloutSettings SETTINGS = new RolloutSettings(4, 8, Sampling.DEFAULT, 7);

  @TempDir private Path folder = Path.of("");

  @Test
  void groupsComeInTheOrderOfTheProblemsWithTheTokensOfTheEngine() {
    with(
        folder,
        ChainSums.DEFAULT,
        RandomSampler::length,
        (sampler, model) -> {
          List<PosedProblem> posed = problems(model, 5);
          List<Group> groups = sampler.sample(posed, SETTINGS);
          assertThat(groups).extracting(Group::posed).containsExactlyElementsOf(posed);
          Limits limits = new Limits(8, model.endTokens());
          List<GenerationRequest> requests =
              posed.stream()
                  .map(p ->
                      new GenerationRequest(
                          p.prompt(), 4, Sampling.DEFAULT, limits, new RandomKey(7, p.id())))
                  .toList();
          List<Completion> drawn = GenerationEngine.generate(model.decoder(), requests, 20);
          for (int i = 0; i < drawn.size(); i++) {
            Rollout r = groups.get(i / 4).rollouts().get(i % 4);
            int[] tokens = drawn.get(i).tokens();
            assertThat(r.trajectory().sampled()).isEqualTo(tokens);
            assertThat(r.trajectory().logProbs()).isEqualTo(drawn.get(i).logProbs());
            assertThat(r.graded().response().ids()).isEqualTo(tokens);
            assertThat(r.graded().response().text()).isEqualTo(model.completionText().of(tokens));
            assertThat(r.reward()).isEqualTo(tokens.length);
            assertThat(r.isTruncated()).isEqualTo(drawn.get(i).reason() == FinishReason.LENGTH);
            assertThat(r.trajectory().segments()).hasSize(2);
            assertThat(r.trajectory().prompt()).isEqualTo(posed.get(i / 4).prompt());
          }
        });
  }

  /// A fleet whose samplers propose tokens is in the report and the progress line all the same.
  @Test
  void enginesThatLookUpTellOfTheMachinesThatDraw() {
    TurnEngines fleet =
        new TurnEngines() {
          @Override
          public TurnEngine open(LoadedModel model, EngineCapacity capacity) {
            throw new IllegalStateException("nothing is drawn here");
          }

          @Override
          public Optional<ObjectNode> account() {
            return Optional.of(Json.MAPPER.createObjectNode().put("executors", 2));
          }

          @Override
          public String note() {
            return "2 executors";
          }
        };
    assertThat(fleet.lookingUp(4).account()).isEqualTo(fleet.account());
    assertThat(fleet.lookingUp(4).note()).isEqualTo("2 executors");
  }

  /// An engine that says of itself that ten tokens were proposed, and four of them drawn.
  private record Proposing(TurnEngine engine) implements TurnEngine {
    @Override
    public void submit(GenerationRequest request, Consumer<Completion> finished) {
      engine.submit(request, finished);
    }

    @Override
    public boolean hasWork() {
      return engine.hasWork();
    }

    @Override
    public void step() {
      engine.step();
    }

    @Override
    public PromptLookup.Counts lookups() {
      return new PromptLookup.Counts(10, 4);
    }

    @Override
    public void close() {
      engine.close();
    }
  }

  @Test
  void proposedTokensAreCountedOverAllStreams() {
    with(
        folder,
        ChainSums.DEFAULT,
        RandomSampler::length,
        (plain, model) -> {
          plain.sample(problems(model, 1), SETTINGS);
          assertThat(plain.metrics()).isEmpty();
          List<Integer> asked = new ArrayList<>();
          TurnEngines engines =
              (own, room) -> {
                asked.add(room.promptLookup());
                return new Proposing(TurnEngines.LOCAL.open(own, room));
              };
          try (RolloutSampler sampler = LocalRolloutSampler.ofTokens(engines.lookingUp(6), model)) {
            sampler.sample(problems(model, 1), SETTINGS);
            sampler.sample(problems(model, 2), SETTINGS);
            assertThat(sampler.metrics())
                .containsOnly(
                    entry("perf/proposed_tokens", 20.0), entry("perf/accepted_tokens", 8.0));
          }
          assertThat(asked).containsExactly(6, 6);
        });
  }

  @Test
  void aGroupStreamsOutWhileAnotherIsStillBeingJudged() {
    CountDownLatch first = new CountDownLatch(1);
    Reward slow =
        r -> {
          if (r.problem().equals(ChainSums.DEFAULT.heldOut(1).getFirst())) {
            try {
              first.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
          return new Judgement.Points(1);
        };
    with(
        folder,
        ChainSums.DEFAULT,
        slow,
        (sampler, model) -> {
          List<Long> order = new ArrayList<>();
          // One sample each: rules that compute have as many threads as there are processors.
          try (RolloutStream stream = sampler.start(problems(model, 3), SETTINGS.withSamples(1))) {
            for (Optional<Group> g = stream.next(); g.isPresent(); g = stream.next()) {
              order.add(g.get().posed().id());
              if (order.size() == 2) {
                first.countDown();
              }
            }
            assertThat(stream.next()).isEmpty();
          }
          assertThat(order).containsExactlyInAnyOrder(0L, 1L, 2L).endsWith(0L);
        });
  }

  /// What `timing_s/reward_wait` says: a verdict after 0.3 s is waited for when all is drawn.
  @Test
  void timeInWhichJudgesAloneAreWaitedForIsCounted() {
    Reward slow =
        _ -> {
          LockSupport.parkNanos(300_000_000);
          return new Judgement.Points(1);
        };
    double[] waited = new double[2];
    List<Reward> rewards = List.of(slow, _ -> new Judgement.Points(1));
    for (int i = 0; i < waited.length; i++) {
      int which = i;
      with(
          folder,
          ChainSums.DEFAULT,
          rewards.get(i),
          (sampler, model) -> {
            List<PosedProblem> posed = problems(model, 1);
            long began = System.nanoTime();
            try (RolloutStream stream = sampler.start(posed, SETTINGS.withSamples(1))) {
              assertThat(stream.secondsWaited()).isZero();
              stream.inOrder(posed);
              waited[which] = stream.secondsWaited();
            }
            assertThat(waited[which]).isLessThan((System.nanoTime() - began) / 1e9);
          });
    }
    assertThat(waited[0]).isGreaterThan(0.25).isGreaterThan(waited[1]);
  }

  @Test
  void aStreamThatIsCancelledOrClosedEndsAndLeavesNothing() {
    with(
        folder,
        ChainSums.DEFAULT,
        RandomSampler::length,
        (sampler, model) -> {
          RolloutStream dropped = sampler.start(problems(model, 3), SETTINGS);
          dropped.cancel();
          dropped.cancel();
          assertThat(dropped.next()).isEmpty();
          assertThatExceptionOfType(CancellationException.class)
              .isThrownBy(() -> dropped.inOrder(problems(model, 3)))
              .withMessage("sampling was cancelled");
          dropped.close();
          dropped.close();
          try (RolloutStream closed = sampler.start(problems(model, 3), SETTINGS)) {
            assertThat(closed.next()).isPresent();
          }
          assertThat(sampler.sample(List.of(), SETTINGS)).isEmpty();
          assertThat(sampler.sample(problems(model, 2), SETTINGS)).hasSize(2);
        });
  }

  @Test
  void theBaselineTakesTheMostLikelyTokens() {
    with(
        folder,
        ChainSums.DEFAULT,
        RandomSampler::length,
        (sampler, model) -> {
          List<PosedProblem> posed = problems(model, 2);
          RolloutSettings both = new RolloutSettings(4, 8, Sampling.DEFAULT, true, 7);
          RolloutSettings greedy = new RolloutSettings(1, 8, Sampling.GREEDY, 0);
          List<Group> with = sampler.sample(posed, both);
          List<Group> without = sampler.sample(posed, SETTINGS);
          List<Group> best = sampler.sample(posed, greedy);
          for (int i = 0; i < 2; i++) {
            assertThat(requireNonNull(with.get(i).greedy()).trajectory().sampled())
                .isEqualTo(best.get(i).rollouts().getFirst().trajectory().sampled());
            assertThat(without.get(i).greedy()).isNull();
            for (int s = 0; s < 4; s++) {
              assertThat(with.get(i).rollouts().get(s).trajectory().sampled())
                  .isEqualTo(without.get(i).rollouts().get(s).trajectory().sampled());
            }
          }
        });
  }

  @Test
  void aRewardThatCannotBeHadEndsTheSampling() {
    with(
        folder,
        ChainSums.DEFAULT,
        _ -> {
          throw new RewardFailure("the reward's server is gone");
        },
        (sampler, model) ->
            assertThatExceptionOfType(RewardFailure.class)
                .isThrownBy(() -> sampler.sample(problems(model, 3), SETTINGS))
                .withMessage("the reward's server is gone"));
  }

  @Test
  void whatCannotBeSampledIsRefused() {
    with(
        folder,
        ChainSums.DEFAULT,
        RandomSampler::length,
        (sampler, model) -> {
          PosedProblem one = problems(model, 1).getFirst();
          assertThatIllegalArgumentException()
              .isThrownBy(() -> sampler.sample(List.of(one, one), SETTINGS))
              .withMessage("problems of one request must have different ids, got 0 twice");
          PosedProblem huge = new PosedProblem(1, one.problem(), new int[64]);
          assertThatIllegalArgumentException()
              .isThrownBy(() -> sampler.sample(List.of(one, huge), SETTINGS))
              .withMessage("a prompt must be shorter than the model's 64 positions, got 64");
        });
  }

  @Test
  void aSamplerOfTokensContinuesPromptsWithoutJudging() {
    with(
        folder,
        ChainSums.DEFAULT,
        RandomSampler::length,
        (sampler, model) -> {
          List<PosedProblem> posed = problems(model, 2);
          try (RolloutSampler tokens = LocalRolloutSampler.ofTokens(TurnEngines.LOCAL, model)) {
            List<Group> plain = tokens.sample(posed, SETTINGS);
            List<Group> graded = sampler.sample(posed, SETTINGS);
            for (int i = 0; i < 2; i++) {
              Rollout r = plain.get(i).rollouts().getFirst();
              assertThat(r.trajectory().ids())
                  .isEqualTo(graded.get(i).rollouts().getFirst().trajectory().ids());
              assertThat(r.reward()).isNaN();
              assertThat(r.graded().verdict()).isNotEqualTo(Verdict.CORRECT);
            }
          }
        });
  }
}
