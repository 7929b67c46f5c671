package dev.tesuji.runner;

import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.Columns;
import dev.tesuji.dataset.Dataset;
import dev.tesuji.dataset.Example;
import dev.tesuji.dataset.Text;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.overlap.HeldOutTexts;
import dev.tesuji.overlap.PromptKey;
import dev.tesuji.random.Purpose;
import dev.tesuji.recipe.MadeData;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.recipe.StageSettings;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.recipe.TestTimeConfig;
import dev.tesuji.recipe.TrainingTexts;
import dev.tesuji.rewardmodel.RewardExample;
import dev.tesuji.rewardmodel.RewardExamples;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.tokenized.TextSource;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.weights.NewModel;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Holds what every stage of a recipe learns from against what is held out: the problems of the
/// evaluations, of the stage's own task, and the files that the stage is measured on.
///
/// Files are read whole, up to a million rows; of problems and texts without end the first
/// [#OF_ENDLESS] are looked at. What a model writes during the run is not there yet: rejection
/// sampling looks for overlap itself.
final class OverlapCheck {
  static final int OF_ENDLESS = 5000;
  private static final long ROWS = 1_000_000;
  private static final String NO_WORDS =
      "not checked: its texts are made up, and the model has no tokenizer yet";

  private final Recipe recipe;
  private final Task task;
  private final TokenizedDataset.@Nullable Words words;
  private final Map<TrainingTexts.Problems, Posed> posed = new HashMap<>();

  /// The findings among problems.
  private record Posed(String line, OverlapCount count) {}

  /// Prepares a check.
  ///
  /// @param task the recipe's
  /// @param words make texts of tokens; null where there are none, and what is made up of tokens is
  ///   not checked
  private OverlapCheck(Recipe recipe, Task task, TokenizedDataset.@Nullable Words words) {
    this.recipe = recipe;
    this.task = task;
    this.words = words;
  }

  /// Checks every stage of a recipe.
  ///
  /// @param task the recipe's
  /// @param words make texts of tokens; null where the model has none yet
  static Report of(Recipe recipe, Task task, TokenizedDataset.@Nullable Words words) {
    NewModel wanted = recipe.newModel();
    if (words != null || wanted == null) {
      return new OverlapCheck(recipe, task, words).report();
    }
    try (Tokenizer tokenizer = wanted.tokenizer()) {
      return new OverlapCheck(recipe, task, new TokenizedDataset.Words(tokenizer, 0, null))
          .report();
    }
  }

  /// The findings.
  ///
  /// @param lines a sentence for each thing that is learned from
  /// @param isClean whether nothing that is held out is learned from; words in a row can be chance
  ///   and do not count
  record Report(List<String> lines, boolean isClean) {
    /// Prints the sentences.
    void print(PrintStream out) {
      out.println(
          "\nOverlap of what is learned from with what is held out (the same but for case, white"
              + " space and look-alike characters; or "
              + HeldOutTexts.WORDS
              + " words in a row, as GPT-3 was checked):");
      lines.forEach(line -> out.println("  " + line));
      if (!isClean) {
        out.println(
            "Note: held-out figures will be too good: take out of training what is held out");
      }
    }
  }

  private Report report() {
    List<String> lines = new ArrayList<>();
    boolean clean = true;
    leftOut(task).ifPresent(lines::add);
    for (StageSettings stage : recipe.stages()) {
      for (TrainingTexts texts : learned(stage)) {
        OverlapCount count = new OverlapCount();
        lines.add("stage '" + stage.name() + "': " + tried(stage, texts, count));
        clean &= count.same() == 0;
      }
    }
    return new Report(lines, clean);
  }

  /// Returns what a stage learns from; nothing where its settings will not do, which it says
  /// itself.
  private List<TrainingTexts> learned(StageSettings stage) {
    try {
      return stage.learnsFrom(recipe.requireTask(), recipe.data());
    } catch (BadInput | IllegalArgumentException _) {
      return List.of();
    }
  }

  private String tried(StageSettings stage, TrainingTexts texts, OverlapCount count) {
    try {
      return look(stage, texts, count);
    } catch (BadInput | IllegalArgumentException e) {
      return "not checked: " + e.getMessage();
    }
  }

  private static Optional<String> leftOut(Task task) {
    List<Problem> left = task.leftOut();
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "task '%s': %,d of its problems are held out too, such as %s; they are left out of"
                    + " training",
                task.name(),
                left.size(),
                left.getFirst().source()));
  }

  private String look(StageSettings stage, TrainingTexts texts, OverlapCount count) {
    return switch (texts) {
      case TrainingTexts.Files files -> {
        look(files, stage, count);
        yield count.say("rows of " + files.path().getFileName());
      }
      case TrainingTexts.Problems problems -> look(problems, count);
      case TrainingTexts.Corpora corpora -> {
        if (words == null) {
          yield NO_WORDS;
        }
        TextSource made = corpora.made().texts(recipe.requireTask(), words);
        look(made, words, heldOut(null, stage), count);
        yield count.say("texts that are made up");
      }
      case TrainingTexts.Demonstrations demonstrations -> {
        look(demonstrations.made(), stage, count);
        yield count.say("demonstrations that are made up");
      }
      case TrainingTexts.Rankings rankings -> {
        if (words == null) {
          yield NO_WORDS;
        }
        look(rankings, words, stage, count);
        yield count.say("answers that are made up");
      }
      case TrainingTexts.Samples samples ->
          "learns from samples of stage '"
              + samples.stage()
              + "', whose problems are checked there";
    };
  }

  /// Returns what is held out of a stage.
  ///
  /// @param own its own task; null for the recipe's
  /// @param stage whose own files are left aside; null for none
  private HeldOutTexts heldOut(@Nullable Task own, @Nullable StageSettings stage) {
    HeldOutTexts texts = new HeldOutTexts();
    add(task, texts);
    if (own != null) {
      add(own, texts);
    }
    TestTimeConfig testTime = recipe.evaluation().testTime();
    if (testTime != null && testTime.task() != null) {
      add(open(testTime.task(), null), texts);
    }
    for (StageSettings other : recipe.stages()) {
      if (!other.equals(stage)) { // its own are looked for apart
        other.measuredOn().forEach(f -> measured(f, texts));
      }
    }
    return texts;
  }

  private void add(Task posed, HeldOutTexts texts) {
    boolean endless = posed.size() == Long.MAX_VALUE;
    int most = endless ? recipe.evaluation().posed().problems() : Integer.MAX_VALUE;
    posed.heldOut(most).forEach(p -> texts.add(p.key(), p.text(), p.source()));
  }

  private static void measured(TrainingTexts.Files files, HeldOutTexts texts) {
    forEach(
        files,
        (source, prompt, whole) -> {
          String asked = prompt == null ? whole : prompt;
          texts.add(PromptKey.of(asked), asked, source);
        });
  }

  private Task open(TaskConfig config, @Nullable Path data) {
    return config.open(data == null ? recipe.data() : data, recipe.modelDirectory());
  }

  /// Looks at problems, once where several stages pose the same.
  private String look(TrainingTexts.Problems problems, OverlapCount count) {
    Posed known = posed.get(problems);
    if (known == null) {
      known = new Posed(lookAt(problems, count), count);
      posed.put(problems, known);
    } else {
      count.take(known.count());
    }
    return known.line();
  }

  private String lookAt(TrainingTexts.Problems problems, OverlapCount count) {
    boolean other = problems.task() != null || problems.data() != null;
    TaskConfig config = problems.task() == null ? recipe.requireTask() : problems.task();
    Task asked = other ? open(config, problems.data()) : task;
    HeldOutTexts held = heldOut(other ? asked : null, null);
    boolean endless = asked.size() == Long.MAX_VALUE;
    long most = endless ? OF_ENDLESS : Math.min(ROWS, asked.size());
    for (long i = 0; i < most; i++) {
      Problem problem = asked.problem(i);
      count.add(problem.source(), held.find(problem.key(), problem.text()));
    }
    String left = other ? leftOut(asked).map(l -> "; " + l).orElse("") : "";
    String what = "problems of task '" + asked.name() + "'";
    return count.say(endless ? what + ", which has no end of them" : what) + left;
  }

  private void look(TrainingTexts.Files files, StageSettings stage, OverlapCount count) {
    HeldOutTexts held = heldOut(null, stage);
    HeldOutTexts own = new HeldOutTexts();
    stage.measuredOn().forEach(f -> measured(f, own));
    forEach(
        files,
        (source, prompt, whole) -> {
          Optional<HeldOutTexts.Match> match =
              prompt == null ? held.find(whole) : held.find(PromptKey.of(prompt), whole);
          String asked = prompt == null ? whole : prompt;
          Optional<HeldOutTexts.Match> left = own.find(PromptKey.of(asked), asked);
          if (left.filter(HeldOutTexts.Match::isSame).isPresent()) {
            count.addLeftOut();
          } else {
            count.add(source, match.isPresent() ? match : left);
          }
        });
  }

  /// Takes a row.
  private interface Reader {
    void take(String source, @Nullable String prompt, String whole);
  }

  /// Reads rows, each with its prompt, where it has one, and all of its text.
  private static void forEach(TrainingTexts.Files files, Reader reader) {
    new Dataset(List.of(files.path()), files.columns(), null, ROWS)
        .forEach(
            (row, example) -> {
              Text prompt =
                  switch (example) {
                    case Example.LanguageModeling _ -> null;
                    case Example.PromptOnly e -> e.prompt();
                    case Example.PromptCompletion e -> e.prompt();
                    case Example.Preference e -> e.prompt();
                    case Example.UnpairedPreference e -> e.prompt();
                    case Example.Ranking e -> e.prompt();
                    case Example.Stepwise e -> e.prompt();
                  };
              List<Text> rest =
                  switch (example) {
                    case Example.LanguageModeling e -> List.of(e.text());
                    case Example.PromptOnly _ -> List.<Text>of();
                    case Example.PromptCompletion e -> List.of(e.completion());
                    case Example.Preference e -> List.of(e.chosen(), e.rejected());
                    case Example.UnpairedPreference e -> List.of(e.completion());
                    case Example.Ranking e -> e.responses();
                    case Example.Stepwise e -> e.completions();
                  };
              String asked = prompt == null ? null : PromptKey.words(prompt);
              StringBuilder whole = new StringBuilder(asked == null ? "" : asked + "\n");
              rest.forEach(t -> whole.append(PromptKey.words(t)).append('\n'));
              reader.take(row.place().toString(), asked, whole.toString());
            },
            _ -> {}); // what is wrong with rows is said where the stage reads them
  }

  private void look(MadeData made, StageSettings stage, OverlapCount count) {
    try {
      Path folder = Files.createTempDirectory("tesuji-overlap");
      Path file = folder.resolve("made.jsonl");
      try {
        made.write(file, recipe.streams().stage(stage.name()).seed(Purpose.MADE_UP_DATA));
        look(new TrainingTexts.Files(file, Columns.DEFAULT), stage, count);
      } finally {
        Files.deleteIfExists(file);
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw new BadInput("a temporary file could not be written: " + e.getMessage(), e);
    }
  }

  private static void look(
      TextSource texts, TokenizedDataset.Words words, HeldOutTexts held, OverlapCount count) {
    for (long i = 0; i < Math.min(OF_ENDLESS, texts.size()); i++) {
      count.add("text " + i, held.find(words.tokenizer().decode(texts.text(i).ids())));
    }
  }

  private void look(
      TrainingTexts.Rankings rankings,
      TokenizedDataset.Words words,
      StageSettings stage,
      OverlapCount count) {
    RewardExamples.Reading reading =
        new RewardExamples.Reading(
            words,
            new TokenizedDataset.Limit(Integer.MAX_VALUE, TokenizedDataset.TooLong.ERROR),
            0.1,
            recipe.streams().stage(stage.name()).seed(Purpose.HELD_OUT));
    long seed = recipe.streams().stage(stage.name()).seed(Purpose.MADE_UP_DATA);
    HeldOutTexts held = heldOut(null, stage);
    int number = 0;
    for (RewardExample opinion : rankings.ranker().opinions(task, reading, seed).train()) {
      for (RewardExample.Answer answer : opinion.answers()) {
        count.add("answer " + number++, held.find(words.tokenizer().decode(answer.text())));
      }
    }
  }
}
