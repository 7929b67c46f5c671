package dev.tesuji.recipe;

import dev.tesuji.chat.ChatTemplate;
import dev.tesuji.data.Columns;
import dev.tesuji.data.Dataset;
import dev.tesuji.data.Shape;
import dev.tesuji.evaluate.EvaluationConfig;
import dev.tesuji.evaluate.Evaluator;
import dev.tesuji.input.BadInput;
import dev.tesuji.reward.Grader;
import dev.tesuji.rl.PromptSource;
import dev.tesuji.rl.RlConfig;
import dev.tesuji.rl.RlTrainer;
import dev.tesuji.rl.RolloutLog;
import dev.tesuji.run.Guardian;
import dev.tesuji.run.MemoryPlan;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.run.Trainer;
import dev.tesuji.sft.ImitationConfig;
import dev.tesuji.sft.ImitationTrainer;
import dev.tesuji.sft.SftLoss;
import dev.tesuji.sft.TextSource;
import dev.tesuji.sft.Texts;
import dev.tesuji.task.ChainSums;
import dev.tesuji.task.Task;
import dev.tesuji.tensor.Rng;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.world.World;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Turns the stages of a recipe into trainers, and checks them first.
final class StageRunner {
  private static final Duration GRADING = Duration.ofSeconds(10); // of CPU time, for one response
  private static final int MOST_ROWS = 512;

  private final Recipe recipe;
  private final LoadedModel model;
  private final Tokenizer tokenizer;
  private final Task task;
  private final PrintStream console;
  private final Map<String, TextSource> texts = new HashMap<>();
  private final Map<String, PromptSource> prompts = new HashMap<>();
  private int longPrompts;
  private int longTexts;

  StageRunner(Recipe recipe, LoadedModel model, Task task, PrintStream console) {
    this.recipe = recipe;
    this.model = model;
    this.tokenizer = model.requireTokenizer();
    this.task = task;
    this.console = console;
  }

  /// Returns how many prompts were dropped or truncated.
  int longPrompts() {
    return longPrompts;
  }

  /// Returns how many texts were dropped or truncated.
  int longTexts() {
    return longTexts;
  }

  /// Reads the data of all stages that are left, and reckons their memory.
  ///
  /// @param from the first stage that is left
  /// @throws BadInput when a file or a plan will not do
  void check(int from) {
    for (int i = 0; i < recipe.stages().size(); i++) {
      Stage stage = recipe.stages().get(i);
      if (i < from) {
        continue;
      }
      switch (stage) {
        case Stage.Pretrain s -> texts.put(s.name(), corpus(s));
        case Stage.Sft s -> texts.put(s.name(), demonstrations(s));
        case Stage.Rl s -> {
          config(s); // its ranges
          if (s.algorithm().replaceReferenceEvery() > 0 && model.decoder().lora() != null) {
            throw new BadInput(
                "stage '"
                    + s.name()
                    + "': reference.replaceEvery must be 0 with lora: the reference is the base"
                    + " under the adapters, which stays");
          }
          PromptSource source = new PromptSource(task, tokenizer, limit(s), recipe.seed());
          longPrompts += source.touched();
          report(source.touched(), "prompts", limit(s).maxTokens());
          prompts.put(s.name(), source);
          audit(s);
        }
      }
      plan(stage).requireFits(stage.name());
    }
  }

  /// Returns the limit on prompts that leaves a completion its full length.
  private PromptSource.Limit limit(Stage.Rl s) {
    int positions = model.decoder().config().maxPositions();
    if (s.maxNewTokens() >= positions) {
      throw new BadInput(
          "stage '"
              + s.name()
              + "': maxNewTokens must be below the "
              + positions
              + " positions of the model (max_position_embeddings), got "
              + s.maxNewTokens());
    }
    int room = positions - s.maxNewTokens();
    return new PromptSource.Limit(Math.min(room, s.prompts().maxTokens()), s.prompts().policy());
  }

  private void report(int touched, String what, int limit) {
    if (touched > 0) {
      console.println(
          touched + " " + what + " are longer than " + limit + " tokens and were dropped or cut");
    }
  }

  private TextSource corpus(Stage.Pretrain s) {
    return switch (s.corpus()) {
      case Stage.Corpus.ChainSums c -> {
        if (!(task instanceof ChainSums sums)) {
          throw new BadInput("stage '" + s.name() + "': corpus chainSums goes with task chainSums");
        }
        yield Texts.chainSums(sums, c.open(), tokenizer, model.endToken());
      }
      case Stage.Corpus.World c -> {
        if (!(task instanceof World world)) {
          throw new BadInput("stage '" + s.name() + "': corpus world goes with task world");
        }
        yield c.mixture().texts(world, tokenizer, model.endToken());
      }
      case Stage.Corpus.Jsonl c ->
          counted(
              Texts.read(
                  new Dataset(
                      List.of(c.data()),
                      Columns.DEFAULT.withText(c.column()),
                      Shape.LANGUAGE_MODELING),
                  words(),
                  new Texts.Limit(c.maxTokens(), c.tooLong())),
              c.maxTokens());
    };
  }

  private TextSource demonstrations(Stage.Sft s) {
    Path data = s.data() == null ? recipe.data() : s.data();
    if (data == null) {
      throw new BadInput("stage '" + s.name() + "' needs 'data', the file with its demonstrations");
    }
    return counted(
        Texts.read(
            new Dataset(List.of(data), s.columns(), null),
            words(),
            new Texts.Limit(s.maxTokens(), s.tooLong())),
        s.maxTokens());
  }

  private Texts.Words words() {
    boolean chats = ChatTemplate.exists(model.directory());
    return new Texts.Words(
        tokenizer, model.endToken(), chats ? ChatTemplate.read(model.directory()) : null);
  }

  private TextSource counted(Texts.Loaded loaded, int limit) {
    longTexts += loaded.touched();
    report(loaded.touched(), "texts", limit);
    return loaded;
  }

  /// Reckons what a stage takes in memory.
  MemoryPlan plan(Stage stage) {
    return MemoryPlan.training(
        model.decoder(), load(stage), recipe.compute(), stage.optimizer().moments());
  }

  /// Returns the largest pass of a stage.
  MemoryPlan.Load load(Stage stage) {
    int tokens = recipe.compute().tokensPerDevice();
    int positions = model.decoder().config().maxPositions();
    return switch (stage) {
      case Stage.Pretrain _ ->
          new MemoryPlan.Load(tokens, 0, Math.min(tokens, positions), false, false);
      case Stage.Sft s ->
          new MemoryPlan.Load(
              Math.max(tokens, Math.min(s.maxTokens(), positions)),
              0,
              Math.min(s.maxTokens(), positions),
              false,
              false);
      case Stage.Rl s -> {
        int longest = limit(s).maxTokens() + s.maxNewTokens();
        int rows = Math.min(MOST_ROWS, s.promptsPerStep() * s.groupSize());
        yield new MemoryPlan.Load(
            Math.max(tokens, longest),
            rows,
            longest,
            s.algorithm().needsReference() && model.decoder().lora() == null,
            s.algorithm().needsSecondModel());
      }
    };
  }

  /// A trainer with what must be closed after it.
  record OpenTrainer(Trainer trainer, List<AutoCloseable> parts) implements AutoCloseable {
    @Override
    public void close() {
      for (AutoCloseable part : parts.reversed()) {
        try {
          part.close();
        } catch (RuntimeException e) {
          throw e;
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  /// Makes the trainer of a stage.
  ///
  /// @param from the model that the stage starts from, which a KL term holds to
  OpenTrainer open(Stage stage, RunDirectory run, Path from, long seed) {
    return switch (stage) {
      case Stage.Pretrain s ->
          imitation(
              new ImitationConfig(
                  s.steps(), s.batchSize(), SftLoss.NLL, s.optimizer(), recipe.compute()),
              s.name(),
              seed);
      case Stage.Sft s ->
          imitation(
              new ImitationConfig(
                  s.steps(), s.batchSize(), s.loss(), s.optimizer(), recipe.compute()),
              s.name(),
              seed);
      case Stage.Rl s -> reinforcement(s, run, from, seed);
    };
  }

  private OpenTrainer imitation(ImitationConfig config, String stage, long seed) {
    TextSource source = texts.get(stage);
    if (source == null) {
      throw new IllegalStateException("stage " + stage + " was not checked");
    }
    ImitationTrainer trainer = new ImitationTrainer(model, source, config, seed);
    return new OpenTrainer(trainer, List.of(trainer));
  }

  private OpenTrainer reinforcement(Stage.Rl s, RunDirectory run, Path from, long seed) {
    PromptSource source = prompts.get(s.name());
    if (source == null) {
      throw new IllegalStateException("stage " + s.name() + " was not checked");
    }
    List<AutoCloseable> parts = new ArrayList<>();
    Grader grader = new Grader(s.payment().open(task, s.maxNewTokens()), GRADING);
    parts.add(grader);
    LoadedModel reference = null;
    if (s.algorithm().needsReference() && model.decoder().lora() == null) {
      reference = another(from);
      parts.add(reference);
    }
    LoadedModel second = null;
    if (s.algorithm().needsSecondModel()) {
      second = another(from);
      parts.add(second);
    }
    RlTrainer trainer =
        new RlTrainer(
            model,
            new RlTrainer.Parts(
                source, grader, new RolloutLog(run.rollouts(s.name())), reference, second),
            config(s),
            seed);
    parts.add(trainer);
    return new OpenTrainer(trainer, parts);
  }

  private LoadedModel another(Path from) {
    return LoadedModel.load(from, model.decoder().dtype(), model.decoder().device());
  }

  /// Makes the guardian of a stage, which poses held-out problems as the stage poses its own.
  Guardian guardian(Stage stage, long seed) {
    int vocabulary = model.decoder().config().vocabularySize();
    if (!(stage instanceof Stage.Rl s)) {
      return new Guardian(stage.guardian(), vocabulary, null);
    }
    EvaluationConfig posed =
        new EvaluationConfig(s.guardian().heldOutProblems(), 1, s.maxNewTokens(), s.sampling());
    return new Guardian(
        s.guardian(),
        vocabulary,
        () -> new Evaluator(model, task, posed, Rng.derive(seed, 11)).evaluate().accuracy());
  }

  /// Puts the reward of a stage to the test.
  ///
  /// @throws BadInput when it pays for nothing good and the recipe does not say otherwise
  private void audit(Stage.Rl s) {
    Payment.Audit audit = s.payment().audit();
    if (audit == Payment.Audit.OFF) {
      return;
    }
    for (String complaint : RecipeAudit.of(s, task, tokenizer::encode).complaints()) {
      String sentence = "stage '" + s.name() + "': " + complaint;
      if (audit == Payment.Audit.REFUSE) {
        throw new BadInput(
            sentence
                + "; see './tesuji audit', mend the rewards, or set "
                + "'audit: warn' to train on them all the same");
      }
      console.println("Warning: " + sentence);
    }
  }

  private RlConfig config(Stage.Rl s) {
    try {
      RlTrainer.requireComparable(s.algorithm(), s.payment().aggregation());
      return new RlConfig(
          s.steps(),
          s.promptsPerStep(),
          s.groupSize(),
          s.maxNewTokens(),
          s.sampling(),
          s.algorithm(),
          s.samplingRounds(),
          s.optimizer(),
          recipe.compute());
    } catch (IllegalArgumentException e) {
      throw new BadInput("stage '" + s.name() + "': " + e.getMessage(), e);
    }
  }
}
