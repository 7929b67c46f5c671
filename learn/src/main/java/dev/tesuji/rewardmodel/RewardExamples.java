package dev.tesuji.rewardmodel;

import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.Dataset;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.overlap.PromptKey;
import dev.tesuji.reward.Response;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.tokenized.TokenizedDataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The opinions that a reward model learns from, and those held out.
///
/// All opinions of one prompt ([PromptKey]) are on one side; which it is follows from the prompt
/// and the seed. All comparisons of answers to one prompt are one example, whether they came in a
/// ranking or in pairs, row by row.
///
/// @param train to learn from
/// @param heldOut to be measured on
/// @param touched how many texts the limit dropped or cut
public record RewardExamples(List<RewardExample> train, List<RewardExample> heldOut, int touched) {
  /// Copies the lists.
  public RewardExamples {
    train = List.copyOf(train);
    heldOut = List.copyOf(heldOut);
  }

  /// How opinions are read.
  ///
  /// @param words makes tokens of texts
  /// @param limit the limit on texts; truncating takes off the beginning, since the end is judged
  /// @param heldOut the share of prompts that is held out
  /// @param seed decides which
  public record Reading(
      TokenizedDataset.Words words, TokenizedDataset.Limit limit, double heldOut, long seed) {}

  /// Reads a data set of preference pairs, rankings or labelled answers.
  ///
  /// @throws BadInput when a row does not fit, naming file, line and field, or one side has nothing
  public static RewardExamples read(Dataset data, Reading reading) {
    OpinionSorting sorting = new OpinionSorting(reading);
    data.forEach((row, example) -> sorting.add(row, example, data.columns()));
    return sorting.done(data.paths().getFirst().toString());
  }

  /// A way of answering a problem.
  @FunctionalInterface
  public interface Author {
    /// Writes a response.
    String response(Problem problem);
  }

  /// Responses to a problem, best first.
  public record Ranked(Problem problem, List<String> responses) {
    /// Copies the list.
    public Ranked {
      responses = List.copyOf(responses);
    }
  }

  /// Ranks the responses of authors to the problems of a task.
  ///
  /// @param prompts how many problems
  /// @param authors best first
  public static RewardExamples of(Task task, int prompts, List<Author> authors, Reading reading) {
    List<Ranked> rankings = new ArrayList<>();
    for (int i = 0; i < prompts; i++) {
      Problem problem = task.problem(i);
      rankings.add(new Ranked(problem, authors.stream().map(a -> a.response(problem)).toList()));
    }
    return of(task, rankings, reading);
  }

  /// Takes rankings of responses to the problems of a task.
  public static RewardExamples of(Task task, List<Ranked> rankings, Reading reading) {
    OpinionSorting sorting = new OpinionSorting(reading);
    for (Ranked ranked : rankings) {
      String key = key(task, ranked.problem());
      sorting.rank(ranked.problem(), key, texts(task, ranked, reading), sorting.isHeldOut(key));
    }
    return sorting.done("the rankings of task '" + task.name() + "'");
  }

  /// Takes rankings of responses to problems that are trained on, and to others that are held out.
  ///
  /// @param reading how; its share of prompts to hold out is not used
  /// @throws BadInput when a text is beyond the limit and that is an error, or one side has nothing
  public static RewardExamples ranked(
      Task task, List<Ranked> train, List<Ranked> heldOut, Reading reading) {
    OpinionSorting sorting = new OpinionSorting(reading);
    for (Ranked r : train) {
      sorting.rank(r.problem(), key(task, r.problem()), texts(task, r, reading), false);
    }
    for (Ranked r : heldOut) {
      sorting.rank(r.problem(), key(task, r.problem()), texts(task, r, reading), true);
    }
    return sorting.done("the rankings of task '" + task.name() + "'");
  }

  private static String key(Task task, Problem problem) {
    return PromptKey.of(task.prompt(problem));
  }

  private static List<TokenSequence> texts(Task task, Ranked ranked, Reading reading) {
    Problem problem = ranked.problem();
    int[] prompt = task.promptTokens(problem, reading.words().tokenizer());
    return ranked.responses().stream()
        .map(r -> new Response(problem, r, new int[0], FinishReason.EOS))
        .map(ended -> text(task, prompt, ended, reading.words()))
        .toList();
  }

  /// Two responses to a problem, of which one is better. Each gets an end token where it ended.
  public record Pair(Response better, Response worse) {
    /// Checks that both respond to one problem.
    public Pair {
      if (!better.problem().equals(worse.problem())) {
        throw new IllegalArgumentException(
            "both responses must be to one problem, got "
                + better.problem().source()
                + " and "
                + worse.problem().source());
      }
    }

    private Problem problem() {
      return better.problem();
    }
  }

  /// Takes comparisons that were made already, and those held out.
  ///
  /// @param reading how; its share of prompts to hold out is not used
  /// @throws BadInput when a text is beyond the limit and that is an error, or one side has nothing
  public static RewardExamples of(
      Task task, List<Pair> train, List<Pair> heldOut, Reading reading) {
    OpinionSorting sorting = new OpinionSorting(reading);
    for (Pair p : train) {
      sorting.rank(p.problem(), key(task, p.problem()), texts(task, p, reading), false);
    }
    for (Pair p : heldOut) {
      sorting.rank(p.problem(), key(task, p.problem()), texts(task, p, reading), true);
    }
    return sorting.done("the comparisons of task '" + task.name() + "'");
  }

  private static List<TokenSequence> texts(Task task, Pair pair, Reading reading) {
    int[] prompt = task.promptTokens(pair.problem(), reading.words().tokenizer());
    return List.of(
        text(task, prompt, pair.better(), reading.words()),
        text(task, prompt, pair.worse(), reading.words()));
  }

  private static TokenSequence text(
      Task task, int[] prompt, Response response, TokenizedDataset.Words words) {
    String before = task.prompt(response.problem());
    int[] ids = words.tokenizer().encodeContinuation(before, prompt, response.text());
    if (!response.ended()) {
      return TokenSequence.of(prompt, ids);
    }
    int[] ended = Arrays.copyOf(ids, ids.length + 1);
    ended[ids.length] = words.endToken();
    return TokenSequence.of(prompt, ended);
  }
}
