package dev.tesuji.examples;

import dev.tesuji.answer.Verdict;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.evaluate.EvaluationConfig;
import dev.tesuji.generate.Sampling;
import dev.tesuji.math.MathAnswers;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.recipe.BaseModel;
import dev.tesuji.recipe.CommonSettings;
import dev.tesuji.recipe.Difficulty;
import dev.tesuji.recipe.EvaluationPlan;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.recipe.RewardConfig;
import dev.tesuji.recipe.RewardSpec;
import dev.tesuji.recipe.RlSettings;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.reward.Judgement;
import dev.tesuji.reward.Reward;
import dev.tesuji.rl.Staleness;
import dev.tesuji.rl.grpo.Grpo;
import dev.tesuji.rollout.PromptStream;
import dev.tesuji.run.StopSignal;
import dev.tesuji.runner.RecipeRunner;
import dev.tesuji.stage.Registry;
import dev.tesuji.stage.StandardKinds;
import dev.tesuji.tracking.TrackingSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Trains a model by reinforcement on a task and a reward of one's own, without YAML.
public final class TrainOnOwnTask {
  private static final Registry REGISTRY =
      StandardKinds.ALL.with(TaskConfig.class, Sums.class).with(RewardConfig.class, Tidy.class);

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
                List.of(RewardConfig.Accuracy.DEFAULT, new Tidy("tidy", 0.1)),
                RewardSpec.DEFAULT.aggregation(),
                RewardSpec.DEFAULT.audit(),
                null),
            Grpo.DEFAULT,
            /* samplingRounds= */ 1,
            Staleness.DEFAULT,
            Difficulty.DEFAULT,
            CommonSettings.of(
                "rl", steps, OptimizerConfig.DEFAULT.change().learningRate(3e-4).build()));
    EvaluationPlan evaluation =
        new EvaluationPlan(new EvaluationConfig(256, 8, 64, Sampling.DEFAULT), null, List.of());
    Recipe recipe =
        new Recipe(
            "sums-of-four",
            /* seed= */ 1,
            BaseModel.at(model),
            null,
            Recipe.Machine.DEFAULT,
            ComputeConfig.DEFAULT,
            null,
            new Sums(),
            null,
            evaluation,
            TrackingSettings.DEFAULT,
            List.of(rl));
    try (StopSignal stop = new StopSignal()) {
      return new RecipeRunner(REGISTRY, recipe, out, /* resume= */ false, System.err).run(stop);
    }
  }

  /// The sums of four digits, whose answers are graded as mathematics. Problem number n has the
  /// digits of n; multiples of 11 are held out.
  public record Sums() implements TaskConfig, Task {
    private static final int PROBLEMS = 10_000;
    private static final int HELD_OUT = 11; // one in so many

    @Override
    public Task open(@Nullable Path data) {
      return this;
    }

    @Override
    public String name() {
      return "sums-of-four";
    }

    @Override
    public long size() {
      return (long) PROBLEMS - heldOut(PROBLEMS).size();
    }

    @Override
    public Problem problem(long index) {
      return posed(index + index / (HELD_OUT - 1) + 1);
    }

    @Override
    public List<Problem> heldOut(int count) {
      return LongStream.range(0, PROBLEMS)
          .filter(n -> n % HELD_OUT == 0)
          .limit(count)
          .mapToObj(Sums::posed)
          .toList();
    }

    private static Problem posed(long number) {
      int[] digits = String.format(Locale.ROOT, "%04d", number).chars().map(c -> c - '0').toArray();
      String sum =
          IntStream.of(digits).mapToObj(Integer::toString).collect(Collectors.joining("+"));
      return new Problem(
          number, sum + "=?", Integer.toString(IntStream.of(digits).sum()), "sums-of-four");
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

  /// Pays a little for a response that ends with its answer.
  ///
  /// @param name the name under which it is shown
  /// @param weight the factor of what it pays
  public record Tidy(String name, double weight) implements RewardConfig {
    @Override
    public Reward open(Place place) {
      return response -> new Judgement.Points(response.text().endsWith("</answer>") ? 1 : 0);
    }
  }
}
