package dev.tesuji.examples;

import dev.tesuji.answer.Verdict;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.evaluate.EvaluationConfig;
import dev.tesuji.generate.Sampling;
import dev.tesuji.math.MathAnswers;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.recipe.CommonSettings;
import dev.tesuji.recipe.EvaluationPlan;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.recipe.RewardConfig;
import dev.tesuji.recipe.RewardSpec;
import dev.tesuji.recipe.RlSettings;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.reward.Judgement;
import dev.tesuji.reward.Reward;
import dev.tesuji.rl.grpo.Grpo;
import dev.tesuji.rollout.PromptStream;
import dev.tesuji.run.StopSignal;
import dev.tesuji.runner.RecipeRunner;
import dev.tesuji.stage.Registry;
import dev.tesuji.stage.StandardKinds;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Trains a model by reinforcement on a task and a reward of one's own, without YAML.
public final class TrainOnOwnTask {
  private static final Registry REGISTRY =
      StandardKinds.ALL.with(TaskConfig.class, Sums.class).with(RewardConfig.class, Brief.class);

  private TrainOnOwnTask() {}

  /// Trains, and prints the accuracy before and after.
  ///
  /// @param arguments a model directory, and the folder of the run, which must be new
  public static void main(String[] arguments) {
    ObjectNode report = train(Path.of(arguments[0]), Path.of(arguments[1]), 60);
    System.out.printf(
        "accuracy %.3f before, %.3f after%n",
        report.path("before").path("accuracy").asDouble(),
        report.path("after").path("accuracy").asDouble());
  }

  static ObjectNode train(Path model, Path out, int steps) {
    RlSettings rl =
        new RlSettings(
            /* task= */ null, // the recipe's
            /* promptsPerStep= */ 16,
            /* groupSize= */ 8,
            /* maxNewTokens= */ 64,
            PromptStream.Limit.DEFAULT,
            Sampling.DEFAULT,
            new RewardSpec(
                List.of(RewardConfig.Accuracy.DEFAULT, new Brief("brief", 0.1)),
                RewardSpec.DEFAULT.aggregation(),
                RewardSpec.DEFAULT.audit(),
                null),
            Grpo.DEFAULT,
            /* samplingRounds= */ 1,
            CommonSettings.of(
                "rl", steps, OptimizerConfig.DEFAULT.change().learningRate(3e-4).build()));
    EvaluationPlan evaluation =
        new EvaluationPlan(new EvaluationConfig(50, 8, 64, Sampling.DEFAULT), null, List.of());
    Recipe recipe =
        new Recipe(
            "sums-of-two",
            /* seed= */ 1,
            model,
            null,
            "auto",
            "auto",
            ComputeConfig.DEFAULT,
            null,
            new Sums(),
            null,
            evaluation,
            List.of(rl));
    try (StopSignal stop = new StopSignal()) {
      return new RecipeRunner(REGISTRY, recipe, out, /* resume= */ false, System.err).run(stop);
    }
  }

  /// The sums of two numbers, whose answers are graded as mathematics.
  public record Sums() implements TaskConfig, Task {
    private static final int SIDE = 50;

    @Override
    public Task open(@Nullable Path data) {
      return this;
    }

    @Override
    public String name() {
      return "sums-of-two";
    }

    @Override
    public long size() {
      return (long) SIDE * SIDE - heldOut(SIDE).size();
    }

    @Override
    public Problem problem(long index) {
      long number = index + index / SIDE + 1; // the diagonal is held out
      return posed(number / SIDE, number % SIDE);
    }

    @Override
    public List<Problem> heldOut(int count) {
      return IntStream.range(0, SIDE).limit(count).mapToObj(i -> posed(i, i)).toList();
    }

    private static Problem posed(long a, long b) {
      return new Problem(a * SIDE + b, a + "+" + b + "=?", Long.toString(a + b), "sums");
    }

    @Override
    public String prompt(Problem problem) {
      return problem.text();
    }

    @Override
    public String extract(String response) {
      return MathAnswers.numbers(/* strict= */ true).extract(response);
    }

    @Override
    public Verdict grade(Problem problem, String response) {
      return MathAnswers.numbers(true).grade(problem.answer(), extract(response));
    }
  }

  /// Pays a little for few tokens.
  ///
  /// @param name the name under which it is shown
  /// @param weight the factor of what it pays
  public record Brief(String name, double weight) implements RewardConfig {
    @Override
    public Reward open(Place place) {
      return response ->
          new Judgement.Points(1 - (double) response.tokens() / place.maxNewTokens());
    }
  }
}
