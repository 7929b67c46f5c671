package dev.tesuji.stage;

import static java.util.Objects.requireNonNull;

import dev.tesuji.check.BadInput;
import dev.tesuji.compute.choice.Decoders;
import dev.tesuji.distill.DistillationPrompts;
import dev.tesuji.distill.GkdConfig;
import dev.tesuji.distill.GkdTrainer;
import dev.tesuji.distill.Vocabularies;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.policy.MatmulPrecision;
import dev.tesuji.random.Purpose;
import dev.tesuji.recipe.GkdSettings;
import dev.tesuji.rollout.PromptStream;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.train.MemoryPlan;
import dev.tesuji.weights.AdapterDirectory;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.ModelFiles;
import dev.tesuji.weights.ModelParts;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Distillation from a teacher's distributions.
public final class GkdStage implements Stage {
  private final GkdSettings settings;
  private final RunContext context;
  private @Nullable DistillationPrompts lessons;

  /// Makes the stage.
  public GkdStage(GkdSettings settings, RunContext context) {
    this.settings = settings;
    this.context = context;
  }

  @Override
  public GkdSettings settings() {
    return settings;
  }

  @Override
  public RunContext context() {
    return context;
  }

  private Optional<Input> input(int maxTokens) {
    TokenizedDataset.Limit limit = new TokenizedDataset.Limit(maxTokens, settings.tooLong());
    return Input.of(settings.data(), settings.columns(), Input.IMITATED, limit).stream()
        .findFirst();
  }

  @Override
  public List<Input> inputs() {
    return input(settings.maxTokens()).stream().toList();
  }

  @Override
  public void check() {
    if (settings.data() == null && settings.gkd().needsData()) {
      throw new BadInput(
          "stage '"
              + name()
              + "' needs 'data', the file with prompts and completions, for the batches that the"
              + " student does not write (lambda "
              + settings.gkd().lambda()
              + "); or set 'lambda: 1', or 'seqKd: true' to have the teacher write them");
    }
    context.requireRoom(settings.gkd().maxNewTokens());
    config();
  }

  private GkdConfig config() {
    return new GkdConfig(
        settings.steps(),
        settings.batchSize(),
        settings.gkd(),
        settings.optimizer(),
        context.recipe().compute());
  }

  /// Returns its largest pass, of the student; the teacher's is no longer.
  @Override
  public MemoryPlan.Load pass() {
    int newTokens = settings.gkd().maxNewTokens();
    int longest = Math.min(context.positions(), settings.maxTokens() + newTokens);
    int size = settings.batchSize();
    return MemoryPlan.Load.plain(
        context.atOnce(longest),
        longest,
        new MemoryPlan.Drawing(size, size, settings.maxTokens(), newTokens));
  }

  @Override
  public MemoryPlan memory() {
    return Stage.super.memory().with("teacher", teacherBytes());
  }

  /// Returns the bytes of the teacher's weights; a teacher that an earlier stage makes is as large
  /// as the student.
  private long teacherBytes() {
    CausalLm student = context.decoder();
    if (settings.teacher() == null) {
      return context.modelBytes();
    }
    ModelConfig config = ConfigReader.read(AdapterDirectory.baseOf(settings.teacher()));
    try (CausalLm teacher = Decoders.planned(config, student.dtype(), student.device())) {
      return teacher.parameterCount() * student.dtype().bytes();
    }
  }

  @Override
  public void read() {
    requireSharedTokens();
    int limit = Math.min(settings.maxTokens(), context.positions());
    long seed = context.streams(name()).seed(Purpose.EXAMPLES);
    Optional<Input> input = input(limit);
    if (input.isPresent()) {
      context
          .read(
              input.get(),
              rows ->
                  TokenizedDataset.read(
                      rows,
                      context.words().orElseThrow(),
                      new TokenizedDataset.Limit(limit, settings.tooLong())))
          .ifPresent(texts -> {
            context.countTexts(texts.touched(), limit);
            lessons = new DistillationPrompts.OfTexts(texts, seed);
          });
    } else if (!context.planned()) {
      lessons = new DistillationPrompts.OfTask(prompts());
    }
  }

  /// Refuses a teacher of another vocabulary, where both are known.
  private void requireSharedTokens() {
    if (settings.teacher() == null || context.tokenizer().isEmpty()) {
      return;
    }
    ModelParts teacher = ModelParts.of(settings.teacher());
    if (!context.planned() || Tokenizer.exists(teacher.tokenizer())) {
      Vocabularies.requireShared(context.model(), teacher.tokenizer(), ModelFiles.read(teacher));
    }
  }

  private PromptStream prompts() {
    int room = Math.min(settings.maxTokens(), context.positions() - settings.gkd().maxNewTokens());
    return new PromptStream(
        context.task(),
        context.tokenizer().orElseThrow(),
        new PromptStream.Limit(room, PromptStream.TooLong.ERROR),
        context.streams(name()).seed(Purpose.PROBLEMS));
  }

  @Override
  public Description describe() {
    List<String> files = inputs().stream().map(Input::fileName).toList();
    double drawn = settings.gkd().seqKd() ? 1 : settings.gkd().lambda();
    return new Description(
        Tables.whole(settings.steps()),
        files.isEmpty() ? Tables.problems(null, null, context.recipe()) : String.join(", ", files),
        Tables.generated(
            Math.round(settings.steps() * settings.batchSize() * drawn),
            settings.gkd().maxNewTokens()));
  }

  @Override
  public OpenTrainer open(RunDirectory run, Path from) {
    context.sayWithoutLeaves(name(), "the student");
    Path directory =
        settings.teacher() == null
            ? run.model(requireNonNull(settings.teacherStage()))
            : settings.teacher();
    LoadedModel teacher = context.another(directory);
    MatmulPrecision.of(context.decoder()).apply(teacher.decoder());
    GkdTrainer trainer =
        new GkdTrainer(
            new GkdTrainer.Authors(context.model(), teacher, context.engines()),
            requireNonNull(lessons, "texts are read before a stage is opened"),
            config(),
            context.streams(name()));
    return new OpenTrainer(trainer, List.of(teacher, trainer), null, () -> saveModel(run));
  }
}
