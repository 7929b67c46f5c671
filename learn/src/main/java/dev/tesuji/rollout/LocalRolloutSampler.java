package dev.tesuji.rollout;

import static java.util.Objects.requireNonNull;

import dev.tesuji.answer.Verdict;
import dev.tesuji.env.Env;
import dev.tesuji.env.Episode;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Step;
import dev.tesuji.env.Task;
import dev.tesuji.generate.PromptLookup;
import dev.tesuji.reward.Graded;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.Response;
import dev.tesuji.reward.Reward;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.text.CompletionText;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.weights.LoadedModel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/// Samples with a model of this process, whose environments and judges are of this process too; its
/// turns are drawn where the engines are. The weights may move between two calls, and not while a
/// stream is open.
public final class LocalRolloutSampler implements RolloutSampler {
  private final Parts parts;
  private final AutoCloseable owned;

  /// The objects that a sampler works with.
  ///
  /// @param engines draw the turns
  /// @param lookups what came of the tokens that engines of closed streams proposed
  record Parts(
      TurnEngines engines,
      LoadedModel model,
      Env env,
      Judge judge,
      AtomicReference<PromptLookup.Counts> lookups) {
    Parts(TurnEngines engines, LoadedModel model, Env env, Judge judge) {
      this(engines, model, env, judge, new AtomicReference<>(PromptLookup.Counts.NONE));
    }
  }

  private LocalRolloutSampler(Parts parts, AutoCloseable owned) {
    this.parts = parts;
    this.owned = owned;
  }

  /// Makes a sampler that draws here, and whose rollouts are graded by a grader of the caller's,
  /// which stays open.
  public LocalRolloutSampler(LoadedModel model, Env env, Grader grader) {
    this(TurnEngines.LOCAL, model, env, grader);
  }

  /// Makes a sampler whose rollouts are graded by a grader of the caller's, which stays open.
  public LocalRolloutSampler(TurnEngines engines, LoadedModel model, Env env, Grader grader) {
    this(new Parts(engines, model, env, response -> grader.submit(response).await()), () -> {});
  }

  /// Makes a sampler for the problems of a task, which pays for right answers.
  public static LocalRolloutSampler ofAccuracy(TurnEngines engines, LoadedModel model, Task task) {
    Grader grader =
        new Grader(
            new RewardMix(task, List.of(new RewardMix.Part("accuracy", 1, Reward.accuracy(task)))));
    return new LocalRolloutSampler(
        new Parts(engines, model, task, response -> grader.submit(response).await()), grader);
  }

  /// Makes a sampler that continues prompts and leaves what comes of it without text and judgement.
  public static LocalRolloutSampler ofTokens(TurnEngines engines, LoadedModel model) {
    return new LocalRolloutSampler(
        new Parts(engines, model, new Continuation(), LocalRolloutSampler::unjudged), () -> {});
  }

  private static Graded unjudged(Response response) {
    return new Graded(
        response,
        Verdict.UNPARSEABLE,
        Map.of(),
        0,
        false,
        "nobody was asked to judge it",
        Graded.Cost.NONE);
  }

  /// One turn that nobody reads.
  private record Continuation() implements Env {
    @Override
    public int[] promptTokens(Problem problem, Tokenizer tokenizer) {
      return tokenizer.encodeWithSpecials(problem.text());
    }

    @Override
    public Episode reset(Problem problem, CompletionText text) {
      return _ -> new Step.End("");
    }

    @Override
    public int turns() {
      return 1;
    }
  }

  @Override
  public RolloutStream start(List<PosedProblem> problems, RolloutSettings settings) {
    PosedProblem.requireDifferent(problems);
    return new LocalRolloutStream(parts, problems, settings);
  }

  @Override
  public Map<String, Double> metrics() {
    PromptLookup.Counts counts = requireNonNull(parts.lookups.get());
    return counts.proposed() == 0
        ? Map.of()
        : Map.of(
            "perf/proposed_tokens", (double) counts.proposed(),
            "perf/accepted_tokens", (double) counts.accepted());
  }

  @Override
  public void close() {
    try {
      owned.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
