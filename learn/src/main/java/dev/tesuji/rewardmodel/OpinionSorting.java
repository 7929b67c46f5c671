package dev.tesuji.rewardmodel;

import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.Columns;
import dev.tesuji.dataset.Example;
import dev.tesuji.dataset.Row;
import dev.tesuji.dataset.Text;
import dev.tesuji.env.Problem;
import dev.tesuji.overlap.Fingerprints;
import dev.tesuji.overlap.PromptKey;
import dev.tesuji.random.Rng;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.tokenized.TokenizedDataset;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// Opinions on their way to one side, those of one prompt together.
final class OpinionSorting {
  private static final String MARGIN = "margin";

  private final RewardExamples.Reading reading;
  private final OpinionGroups train = new OpinionGroups();
  private final OpinionGroups heldOut = new OpinionGroups();
  private int touched;

  OpinionSorting(RewardExamples.Reading reading) {
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
        List<RewardExample.Answer> answer =
            within(row::bad, List.of(text(row, prompt, completion)));
        if (!answer.isEmpty()) {
          String key = PromptKey.of(prompt);
          side(isHeldOut(key)).label(key, answer.getFirst(), label);
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
      String key = PromptKey.of(prompt);
      side(isHeldOut(key)).rank(key, answers, margin(row));
    }
  }

  /// Adds a ranking that was not read from a file.
  ///
  /// @param key of the prompt
  void rank(Problem problem, String key, List<TokenSequence> texts, boolean heldOut) {
    List<RewardExample.Answer> answers =
        within(why -> new BadInput(problem.source() + ": " + why), texts);
    if (!answers.isEmpty()) {
      side(heldOut).rank(key, answers, 0);
    }
  }

  private static double margin(Row row) {
    JsonNode margin = row.get(MARGIN);
    if (margin == null) {
      return 0;
    }
    double value = margin.isNumber() ? margin.doubleValue(Double.NaN) : Double.NaN;
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

  /// Returns whether a prompt is held out.
  boolean isHeldOut(String key) {
    return Rng.uniform(reading.seed(), Fingerprints.of(key), 0, 0) < reading.heldOut();
  }

  private OpinionGroups side(boolean isHeldOut) {
    return isHeldOut ? heldOut : train;
  }

  RewardExamples done(String source) {
    List<RewardExample> learned = train.examples();
    List<RewardExample> measured = heldOut.examples();
    if (learned.isEmpty() || measured.isEmpty()) {
      throw new BadInput(
          source
              + ": "
              + (train.rows() + heldOut.rows())
              + " rankings or labelled answers within the limit of "
              + reading.limit().maxTokens()
              + " tokens leave none "
              + (learned.isEmpty() ? "to train on" : "to hold out")
              + "; give more, or change heldOutShare");
    }
    boolean labels = learned.getFirst() instanceof RewardExample.Labelled;
    if (labels && learned.stream().map(OpinionSorting::good).distinct().count() < 2) {
      throw new BadInput(
          source + ": all labels are the same, so that there is nothing to tell apart");
    }
    return new RewardExamples(learned, measured, touched);
  }

  private static boolean good(RewardExample opinion) {
    return opinion instanceof RewardExample.Labelled l && l.good();
  }
}
