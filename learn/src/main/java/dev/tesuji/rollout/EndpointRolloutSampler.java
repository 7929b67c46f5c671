package dev.tesuji.rollout;

import dev.tesuji.endpoint.Spending;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.Reward;
import dev.tesuji.reward.RewardMix;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Samples with a model behind an endpoint, a request for each sample, and has it graded here.
///
/// Reinforcement learning cannot use it ([#exact]): the endpoint gives texts, not the tokens that
/// were drawn.
public final class EndpointRolloutSampler implements RolloutSampler {
  private final EndpointPolicy policy;
  private final Judge judge;
  private final Runnable owned;

  private EndpointRolloutSampler(EndpointPolicy policy, Judge judge, Runnable owned) {
    this.policy = policy;
    this.judge = judge;
    this.owned = owned;
    if (policy.task().turns() > 1) {
      throw new IllegalArgumentException(
          "task '"
              + policy.task().name()
              + "' must have one turn to be posed to an endpoint, got up to "
              + policy.task().turns());
    }
  }

  /// Makes a sampler whose rollouts are graded by a grader of the caller's, which stays open, as
  /// does the client.
  public EndpointRolloutSampler(EndpointPolicy policy, Grader grader) {
    this(policy, response -> grader.submit(response).await(), () -> {});
  }

  /// Makes a sampler that pays for right answers.
  public static EndpointRolloutSampler ofAccuracy(EndpointPolicy policy) {
    RewardMix mix =
        new RewardMix(
            policy.task(),
            List.of(new RewardMix.Part("accuracy", 1, Reward.accuracy(policy.task()))));
    Grader grader = new Grader(mix);
    return new EndpointRolloutSampler(
        policy, response -> grader.submit(response).await(), grader::close);
  }

  @Override
  public RolloutStream start(List<PosedProblem> problems, RolloutSettings settings) {
    PosedProblem.requireDifferent(problems);
    return new EndpointRolloutStream(policy, judge, problems, settings);
  }

  @Override
  public boolean exact() {
    return false;
  }

  @Override
  public Map<String, Double> metrics() {
    Spending.Totals spent = policy.client().spent();
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("endpoint/answers", (double) spent.answers());
    metrics.put("endpoint/retries", (double) spent.retries());
    metrics.put("endpoint/prompt_tokens", (double) spent.usage().prompt());
    metrics.put("endpoint/completion_tokens", (double) spent.usage().completion());
    metrics.put("endpoint/reasoning_tokens", (double) spent.usage().reasoning());
    if (!Double.isNaN(spent.cost())) {
      metrics.put("endpoint/cost", spent.cost());
    }
    return metrics;
  }

  @Override
  public void close() {
    owned.run();
  }
}
