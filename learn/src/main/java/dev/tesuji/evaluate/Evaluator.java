package dev.tesuji.evaluate;

import dev.tesuji.check.BadInput;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.generate.Completion;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.generate.Generator;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.Prompt;
import dev.tesuji.reward.Format;
import dev.tesuji.reward.Graded;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.Response;
import dev.tesuji.reward.Reward;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.text.CompletionText;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.weights.LoadedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Poses held-out problems to a model and grades what it answers.
public final class Evaluator {
  private final LoadedModel model;
  private final Task task;
  private final EvaluationConfig config;
  private final long seed;

  /// Prepares an evaluation.
  ///
  /// @param seed makes it repeatable
  public Evaluator(LoadedModel model, Task task, EvaluationConfig config, long seed) {
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
    Tokenizer tokenizer = model.requireTokenizer();
    CompletionText text = model.completionText();
    List<Problem> problems = new ArrayList<>();
    List<Prompt> prompts = new ArrayList<>();
    int tooLong = 0;
    for (Problem problem : task.heldOut(config.problems())) {
      int[] ids = task.promptTokens(problem, tokenizer);
      if (ids.length < model.decoder().config().maxPositions()) {
        prompts.add(new Prompt(problems.size(), ids, config.samples()));
        problems.add(problem);
      } else {
        tooLong++;
      }
    }
    if (problems.isEmpty()) {
      throw new BadInput(
          "task '" + task.name() + "' has no held-out problem that fits the model's positions");
    }
    Limits limits = new Limits(config.maxNewTokens(), model.endTokens(), Limits.MOST_ROWS);
    Generator generator = new Generator(model.decoder(), config.sampling(), limits, seed);
    RewardMix rewards =
        new RewardMix(task, List.of(new RewardMix.Part("accuracy", 1, Reward.accuracy(task))));
    Map<Long, Grader.Pending> pending = new TreeMap<>(); // by problem and sample
    try (Grader grader = new Grader(rewards)) {
      generator.generate(
          prompts,
          c -> {
            Problem problem = problems.get((int) c.prompt().id());
            pending.put(
                c.prompt().id() * config.samples() + c.sample(),
                grader.submit(response(problem, c, text)));
          });
      List<Graded> graded = pending.values().stream().map(Grader.Pending::await).toList();
      List<List<Graded>> byProblem = new ArrayList<>();
      for (int i = 0; i < graded.size(); i += config.samples()) {
        byProblem.add(graded.subList(i, i + config.samples()));
      }
      return new Sampled(byProblem, tooLong, (System.nanoTime() - start) / 1e9);
    }
  }

  private Response response(Problem problem, Completion c, CompletionText text) {
    return new Response(problem, task.response(text.of(c.tokens())), c.tokens(), c.reason());
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
            graded.stream().mapToInt(g -> thinking(g.response())).sum() / n,
            graded.stream().filter(g -> g.response().reason() == FinishReason.LENGTH).count() / n,
            sampled.tooLong());
    return Evaluation.of(sampled.byProblem(), answers, tally, sampled.seconds());
  }

  /// Counts the tokens between the tags of thinking; without an opening tag there is none.
  private int thinking(Response response) {
    String text = response.text();
    return text.contains("<think>")
        ? model.requireTokenizer().encode(Format.thinking(text)).length
        : 0;
  }
}
