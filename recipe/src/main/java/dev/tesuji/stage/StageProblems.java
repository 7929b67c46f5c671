package dev.tesuji.stage;

import static java.util.Objects.requireNonNull;

import dev.tesuji.check.BadInput;
import dev.tesuji.curriculum.Curriculum;
import dev.tesuji.curriculum.MeasuredProblems;
import dev.tesuji.curriculum.MixedProblems;
import dev.tesuji.curriculum.PassRateFilter;
import dev.tesuji.curriculum.PassRates;
import dev.tesuji.env.Task;
import dev.tesuji.env.TaskMixture;
import dev.tesuji.random.Purpose;
import dev.tesuji.random.Streams;
import dev.tesuji.recipe.Difficulty;
import dev.tesuji.recipe.RlSettings;
import dev.tesuji.rollout.LocalRolloutSampler;
import dev.tesuji.rollout.ProblemSource;
import dev.tesuji.rollout.PromptStream;
import dev.tesuji.rollout.RolloutSampler;
import dev.tesuji.rollout.RolloutSettings;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The problems of a stage: those of a task, or of the tasks of a mixture, each in an order of its
/// own.
///
/// @param task the task, or the mixture
/// @param streams the problems of each task, read and checked
/// @param random the stage's streams of randomness
record StageProblems(Task task, List<PromptStream> streams, Streams random) {
  /// Reads the prompts.
  static StageProblems read(
      Task task, Tokenizer tokenizer, PromptStream.Limit limit, Streams random) {
    List<PromptStream> streams = new ArrayList<>();
    for (TaskMixture.Part part : TaskMixture.parts(task)) {
      long seed = of(random, task, part).seed(Purpose.PROBLEMS);
      streams.add(new PromptStream(part.task(), tokenizer, limit, seed));
    }
    return new StageProblems(task, streams, random);
  }

  /// Returns the streams of a task: its own in a mixture, by its name, so that a task more changes
  /// nothing of what the others pose.
  private static Streams of(Streams random, Task task, TaskMixture.Part part) {
    return task instanceof TaskMixture ? random.stage("task " + part.name()) : random;
  }

  /// Returns how many prompts were dropped or truncated.
  int touched() {
    return streams.stream().mapToInt(PromptStream::touched).sum();
  }

  /// Returns the problems in their order, in the shares of the weights.
  ProblemSource source() {
    return source(streams, null);
  }

  private ProblemSource source(List<? extends ProblemSource> each, @Nullable Curriculum order) {
    return task instanceof TaskMixture mixture
        ? new MixedProblems(
            mixture,
            List.copyOf(each),
            order instanceof Curriculum.Learnability learnability ? learnability : null)
        : each.getFirst();
  }

  /// Returns the problems as their difficulty has it, which is measured first where it counts.
  ///
  /// @throws BadInput when no problem has a pass rate that the filter lets pass
  ProblemSource open(RlSettings settings, RunContext context, RunDirectory run) {
    Difficulty difficulty = settings.difficulty();
    PassRateFilter filter = difficulty.filter();
    if (filter == null) {
      return source(streams, difficulty.curriculum());
    }
    List<ProblemSource> each = new ArrayList<>();
    List<TaskMixture.Part> parts = TaskMixture.parts(task);
    for (int k = 0; k < parts.size(); k++) {
      TaskMixture.Part part = parts.get(k);
      PassRates measured = measure(settings, part, streams.get(k), context, run);
      String where = " '" + settings.name() + "', task '" + part.name() + "': ";
      context.notes().say("Stage" + where + measured.summary(filter));
      List<PassRates.Measured> kept = measured.kept(filter);
      if (kept.isEmpty()) {
        throw new BadInput(
            "stage"
                + where
                + measured.summary(filter)
                + "; widen filter.minPassRate or filter.maxPassRate, raise filter.samples or"
                + " filter.problems, or start from a model that solves some of them");
      }
      each.add(
          new MeasuredProblems(
              streams.get(k),
              kept,
              difficulty.curriculum(),
              of(random, task, part).seed(Purpose.CURRICULUM)));
    }
    return source(each, difficulty.curriculum());
  }

  private PassRates measure(
      RlSettings settings,
      TaskMixture.Part part,
      PromptStream stream,
      RunContext context,
      RunDirectory run) {
    PassRateFilter filter = requireNonNull(settings.difficulty().filter());
    Integer wanted = filter.problems();
    int count = (int) Math.min(wanted == null ? Long.MAX_VALUE : wanted, stream.size());
    int rows = settings.promptsPerStep() * settings.groupSize();
    RolloutSettings drawing =
        new RolloutSettings(
            filter.samples(),
            settings.maxNewTokens(),
            settings.sampling(),
            of(random, task, part).seed(Purpose.PASS_RATES));
    PassRates.Plan plan =
        new PassRates.Plan(
            count, Math.clamp(rows / filter.samples(), 1, settings.promptsPerStep()), drawing);
    try (RolloutSampler sampler =
        LocalRolloutSampler.ofAccuracy(context.engines(), context.model(), part.task())) {
      return PassRates.measure(
          stream, sampler, plan, run.passRates(settings.name(), part.name()), (_, _) -> {});
    }
  }
}
