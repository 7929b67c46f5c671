package dev.tesuji.evaluate;

import dev.tesuji.env.Task;
import dev.tesuji.reward.Format;
import dev.tesuji.reward.Response;
import dev.tesuji.rollout.EndpointPolicy;
import dev.tesuji.rollout.EndpointRolloutSampler;
import dev.tesuji.rollout.HeldOutProblems;
import dev.tesuji.rollout.LocalRolloutSampler;
import dev.tesuji.rollout.RolloutSampler;
import dev.tesuji.rollout.TurnEngines;
import dev.tesuji.text.CompletionText;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.weights.LoadedModel;
import java.util.function.Supplier;

/// A model as an evaluation sees it.
public interface EvaluatedModel {
  /// Makes a sampler that grades the task's answers; it is closed after its use.
  RolloutSampler sampler();

  /// Returns the held-out problems of the task that the model has room for.
  ///
  /// @param count how many at most
  HeldOutProblems problems(int count);

  /// Returns how many tokens of a response are thinking; without an opening tag there is none.
  int thinking(Response response);

  /// A model of this process.
  ///
  /// @param task the problems
  /// @param samplers makes samplers
  /// @param tokenizer the model's
  /// @param text reads its completions
  /// @param positions the most tokens that the model can read
  record Local(
      Task task,
      Supplier<? extends RolloutSampler> samplers,
      Tokenizer tokenizer,
      CompletionText text,
      int positions)
      implements EvaluatedModel {
    /// Takes a model that draws in this process.
    public static Local of(LoadedModel model, Task task) {
      return of(TurnEngines.LOCAL, model, task);
    }

    /// Takes a model.
    ///
    /// @param engines draw its responses
    public static Local of(TurnEngines engines, LoadedModel model, Task task) {
      return new Local(
          task,
          () -> LocalRolloutSampler.ofAccuracy(engines, model, task),
          model.requireTokenizer(),
          model.completionText(),
          model.decoder().config().maxPositions());
    }

    @Override
    public RolloutSampler sampler() {
      return samplers.get();
    }

    @Override
    public HeldOutProblems problems(int count) {
      return HeldOutProblems.of(task, tokenizer, count, positions - 1);
    }

    @Override
    public int thinking(Response response) {
      String text = response.text();
      return text.contains("<think>") ? tokenizer.encode(Format.thinking(text)).length : 0;
    }
  }

  /// A model behind an endpoint. Its tokenizer is not known: no problem is left out for its length,
  /// and the thinking's tokens are the response's by their share of its characters.
  ///
  /// @param policy asks
  record Served(EndpointPolicy policy) implements EvaluatedModel {
    @Override
    public RolloutSampler sampler() {
      return EndpointRolloutSampler.ofAccuracy(policy);
    }

    @Override
    public HeldOutProblems problems(int count) {
      return HeldOutProblems.of(policy.task(), count);
    }

    @Override
    public int thinking(Response response) {
      String text = response.text();
      return text.contains("<think>")
          ? (int)
              Math.round(
                  (double) response.tokens() * Format.thinking(text).length() / text.length())
          : 0;
    }
  }
}
