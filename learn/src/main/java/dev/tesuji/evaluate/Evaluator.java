package dev.tesuji.evaluate;

import dev.tesuji.check.BadInput;
import dev.tesuji.env.Task;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.reward.Format;
import dev.tesuji.reward.Graded;
import dev.tesuji.rollout.Group;
import dev.tesuji.rollout.HeldOutProblems;
import dev.tesuji.rollout.RolloutSampler;
import dev.tesuji.rollout.RolloutSettings;
import dev.tesuji.weights.LoadedModel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Poses held-out problems to a model and grades what it answers.
public final class Evaluator {
  private final EvaluatedModel model;
  private final Task task;
  private final EvaluationConfig config;
  private final long seed;

  /// Prepares an evaluation of a model of this process.
  ///
  /// @param seed of the stream that responses are sampled with
  public Evaluator(LoadedModel model, Task task, EvaluationConfig config, long seed) {
    this(EvaluatedModel.Local.of(model, task), task, config, seed);
  }

  /// Prepares an evaluation.
  ///
  /// @param seed of the stream that responses are sampled with
  public Evaluator(EvaluatedModel model, Task task, EvaluationConfig config, long seed) {
    this.model = model;
    this.task = task;
    this.config = config;
    this.seed = seed;
  }

  /// Evaluates.
  public Evaluation evaluate() {
    return summary(sample());
  }

  /// Responses that were drawn and graded.
  ///
  /// @param byProblem the responses to each problem, equally many
  /// @param tooLong problems that were left out because their prompts exceed the model's positions
  /// @param seconds how long it took
  public record Sampled(List<List<Graded>> byProblem, int tooLong, double seconds) {
    /// Copies the list.
    public Sampled {
      byProblem = List.copyOf(byProblem);
    }
  }

  /// Draws responses to held-out problems and grades them.
  public Sampled sample() {
    long start = System.nanoTime();
    HeldOutProblems problems = model.problems(config.problems());
    if (problems.posed().isEmpty()) {
      throw new BadInput(
          "task '" + task.name() + "' has no held-out problem that fits the model's positions");
    }
    RolloutSettings settings =
        new RolloutSettings(config.samples(), config.maxNewTokens(), config.sampling(), seed);
    try (RolloutSampler sampler = model.sampler()) {
      List<List<Graded>> byProblem =
          sampler.sample(problems.posed(), settings).stream().map(Group::graded).toList();
      return new Sampled(byProblem, problems.tooLong(), (System.nanoTime() - start) / 1e9);
    }
  }

  /// Sums up what was drawn.
  public Evaluation summary(Sampled sampled) {
    List<Graded> graded = sampled.byProblem().stream().flatMap(List::stream).toList();
    List<List<@Nullable String>> answers = new ArrayList<>();
    for (List<Graded> responses : sampled.byProblem()) {
      answers.add(Ballot.votes(task, responses));
    }
    double n = graded.size();
    Evaluation.Tally tally =
        new Evaluation.Tally(
            graded.stream().filter(g -> Format.holds(g.response().text())).count() / n,
            graded.stream().mapToInt(g -> g.response().tokens()).sum() / n,
            graded.stream().mapToInt(g -> model.thinking(g.response())).sum() / n,
            graded.stream().filter(g -> g.response().reason() == FinishReason.LENGTH).count() / n,
            sampled.tooLong());
    return Evaluation.of(sampled.byProblem(), answers, tally, sampled.seconds());
  }
}
