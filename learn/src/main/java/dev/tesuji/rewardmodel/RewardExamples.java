package dev.tesuji.rewardmodel;

import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.Columns;
import dev.tesuji.dataset.Dataset;
import dev.tesuji.dataset.Example;
import dev.tesuji.dataset.Row;
import dev.tesuji.dataset.Text;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.random.Rng;
import dev.tesuji.reward.Response;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.tokenized.TokenizedDataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// The opinions that a reward model learns from, and those held out.
///
/// Whether a prompt is held out follows from its tokens and the seed, so that all opinions of one
/// prompt are on one side.
///
/// @param train to learn from
/// @param heldOut to be measured on
/// @param touched how many texts the limit dropped or cut
public record RewardExamples(List<RewardExample> train, List<RewardExample> heldOut, int touched) {
  private static final String MARGIN = "margin";

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
    Sorting sorting = new Sorting(reading);
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
    Sorting sorting = new Sorting(reading);
    for (Ranked ranked : rankings) {
      Problem problem = ranked.problem();
      int[] prompt = task.promptTokens(problem, reading.words().tokenizer());
      List<TokenSequence> texts = new ArrayList<>();
      for (String response : ranked.responses()) {
        Response ended = new Response(problem, response, new int[0], FinishReason.EOS);
        texts.add(text(task, prompt, ended, reading.words()));
      }
      sorting.rank(problem, texts, sorting.side(texts.getFirst()));
    }
    return sorting.done("the rankings of task '" + task.name() + "'");
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
    Sorting sorting = new Sorting(reading);
    train.forEach(p -> sorting.rank(p.problem(), texts(task, p, reading), sorting.train));
    heldOut.forEach(p -> sorting.rank(p.problem(), texts(task, p, reading), sorting.heldOut));
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

  /// Opinions on their way to one side.
  private static final class Sorting {
    private final Reading reading;
    private final List<RewardExample> train = new ArrayList<>();
    private final List<RewardExample> heldOut = new ArrayList<>();
    private int touched;

    Sorting(Reading reading) {
      this.reading = reading;
    }

    void add(Row row, Example example, Columns columns) {
      switch (example) {
        case Example.Preference(Text prompt, Text chosen, Text rejected) -> {
          if (chosen.equals(rejected)) {
            throw row.bad(
                "field '"
                    + columns.rejected()
                    + "' must differ from '"
                    + columns.chosen()
                    + "': a tie teaches nothing; leave the row out");
          }
          rank(row, prompt, List.of(chosen, rejected));
        }
        case Example.Ranking(Text prompt, List<Text> responses) -> rank(row, prompt, responses);
        case Example.UnpairedPreference(Text prompt, Text completion, boolean label) -> {
          TokenSequence text = text(row, prompt, completion);
          List<RewardExample.Answer> answer = within(row::bad, List.of(text));
          if (!answer.isEmpty()) {
            side(text).add(new RewardExample.Labelled(answer.getFirst(), label));
          }
        }
        case Example.PromptCompletion _,
            Example.PromptOnly _,
            Example.LanguageModeling _,
            Example.Stepwise _ ->
            throw without(row, columns);
      }
    }

    /// Makes the error about a row that says of no answer whether it is good.
    private static BadInput without(Row row, Columns columns) {
      JsonNode label = row.get(columns.label());
      return row.bad(
          label == null
              ? "says of no answer whether it is good; a reward model learns from 'chosen' and"
                  + " 'rejected', from 'prompt' and 'responses', or from 'prompt', 'completion'"
                  + " and 'label'"
              : "field '"
                  + columns.label()
                  + "' must be true or false, got "
                  + BadInput.brief(label));
    }

    private void rank(Row row, Text prompt, List<Text> responses) {
      List<TokenSequence> texts = responses.stream().map(r -> text(row, prompt, r)).toList();
      List<RewardExample.Answer> answers = within(row::bad, texts);
      if (!answers.isEmpty()) {
        side(texts.getFirst()).add(new RewardExample.Ranked(answers, margin(row)));
      }
    }

    /// Adds a ranking that was not read from a file.
    void rank(Problem problem, List<TokenSequence> texts, List<RewardExample> side) {
      List<RewardExample.Answer> answers =
          within(why -> new BadInput(problem.source() + ": " + why), texts);
      if (!answers.isEmpty()) {
        side.add(new RewardExample.Ranked(answers, 0));
      }
    }

    private static double margin(Row row) {
      JsonNode margin = row.get(MARGIN);
      if (margin == null) {
        return 0;
      }
      double value = margin.isNumber() ? margin.doubleValue() : Double.NaN;
      if (!Double.isFinite(value) || value < 0) {
        throw row.bad(
            "field '" + MARGIN + "' must be a number from 0, got " + BadInput.brief(margin));
      }
      return value;
    }

    private TokenSequence text(Row row, Text prompt, Text completion) {
      return TokenizedDataset.answer(row, prompt, completion, reading.words());
    }

    /// Holds texts to the limit; none are returned where they are to be dropped.
    private List<RewardExample.Answer> within(
        Function<String, BadInput> bad, List<TokenSequence> texts) {
      int most = reading.limit().maxTokens();
      int longest = texts.stream().mapToInt(TokenSequence::length).max().orElse(0);
      if (longest > most) {
        switch (reading.limit().policy()) {
          case ERROR ->
              throw bad.apply(
                  "a text has "
                      + longest
                      + " tokens, the limit is "
                      + most
                      + "; raise maxTokens, or set tooLong to drop or truncate");
          case DROP -> {
            touched += texts.size();
            return List.of();
          }
          case TRUNCATE -> touched += (int) texts.stream().filter(t -> t.length() > most).count();
        }
      }
      return texts.stream().map(this::cut).toList();
    }

    private RewardExample.Answer cut(TokenSequence text) {
      int[] end = RewardModel.end(text.ids(), reading.limit().maxTokens());
      return new RewardExample.Answer(end, text.scored());
    }

    private List<RewardExample> side(TokenSequence text) {
      int prompt = text.scored() == 0 ? text.length() : text.targets()[0];
      long hash = Arrays.hashCode(Arrays.copyOf(text.ids(), prompt));
      return Rng.uniform(reading.seed(), hash, 0, 0) < reading.heldOut() ? heldOut : train;
    }

    RewardExamples done(String source) {
      if (train.isEmpty() || heldOut.isEmpty()) {
        throw new BadInput(
            source
                + ": "
                + (train.size() + heldOut.size())
                + " rankings or labelled answers within the limit of "
                + reading.limit().maxTokens()
                + " tokens leave none "
                + (train.isEmpty() ? "to train on" : "to hold out")
                + "; give more, or change heldOutShare");
      }
      boolean labels = train.getFirst() instanceof RewardExample.Labelled;
      if (labels && train.stream().map(Sorting::good).distinct().count() < 2) {
        throw new BadInput(
            source + ": all labels are the same, so that there is nothing to tell apart");
      }
      return new RewardExamples(train, heldOut, touched);
    }

    private static boolean good(RewardExample opinion) {
      return opinion instanceof RewardExample.Labelled l && l.good();
    }
  }
}
