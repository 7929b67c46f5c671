package dev.tesuji.recipe;

import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.Dataset;
import dev.tesuji.distill.DistillationPrompts;
import dev.tesuji.distill.GkdConfig;
import dev.tesuji.distill.GkdTrainer;
import dev.tesuji.distill.Vocabularies;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.policy.MatmulPrecision;
import dev.tesuji.random.Rng;
import dev.tesuji.rl.PromptSource;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.tokenized.TextSource;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.train.MemoryPlan;
import dev.tesuji.weights.AdapterDirectory;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.ModelFiles;
import dev.tesuji.weights.ModelParts;
import java.nio.file.Path;
import java.util.List;

/// A stage of distillation with what the student is asked.
record PreparedGkd(Stage.Gkd stage, DistillationPrompts lessons, GkdConfig config, Workshop shop)
    implements PreparedStage {

  static PreparedGkd of(Stage.Gkd s, Workshop shop) {
    if (s.teacher() != null) {
      ModelParts teacher = ModelParts.of(s.teacher());
      Vocabularies.requireShared(shop.model(), teacher.tokenizer(), ModelFiles.read(teacher));
    }
    return new PreparedGkd(s, lessons(s, shop), config(s, shop.ground()), shop);
  }

  /// Returns the settings.
  ///
  /// @throws BadInput when they contradict each other or the model
  static GkdConfig config(Stage.Gkd s, Ground ground) {
    if (s.data() == null && s.gkd().needsData()) {
      throw new BadInput(
          "stage '"
              + s.name()
              + "' needs 'data', the file with prompts and completions, for the batches that the"
              + " student does not write (lambda "
              + s.gkd().lambda()
              + "); or set 'lambda: 1', or 'seqKd: true' to have the teacher write them");
    }
    ground.requireRoom(s.name(), s.gkd().maxNewTokens());
    return new GkdConfig(
        s.steps(), s.batchSize(), s.gkd(), s.optimizer(), ground.recipe().compute());
  }

  /// Returns the bytes of the teacher's weights; a teacher that an earlier stage makes is as large
  /// as the student.
  static long teacherBytes(Stage.Gkd s, Ground ground) {
    CausalLm student = ground.model();
    if (s.teacher() == null) {
      return student.parameterCount() * student.dtype().bytes();
    }
    ModelConfig config = ConfigReader.read(AdapterDirectory.baseOf(s.teacher()));
    try (CausalLm teacher = CausalLm.planned(config, student.dtype(), student.device())) {
      return teacher.parameterCount() * student.dtype().bytes();
    }
  }

  private static DistillationPrompts lessons(Stage.Gkd s, Workshop shop) {
    long seed = Rng.derive(shop.recipe().seed(), 13);
    Path data = s.data();
    if (data != null) {
      int limit = Math.min(s.maxTokens(), shop.positions());
      TextSource texts =
          shop.counted(
              TokenizedDataset.read(
                  new Dataset(List.of(data), s.columns(), null),
                  shop.words(),
                  new TokenizedDataset.Limit(limit, s.tooLong())),
              limit);
      return new DistillationPrompts.OfTexts(texts, seed);
    }
    int room = Math.min(s.maxTokens(), shop.positions() - s.gkd().maxNewTokens());
    PromptSource prompts =
        new PromptSource(
            shop.task(),
            shop.tokenizer(),
            new PromptSource.Limit(room, PromptSource.TooLong.ERROR),
            shop.recipe().seed());
    return new DistillationPrompts.OfTask(prompts);
  }

  /// Returns its largest pass, of the student; the teacher's is no longer.
  static MemoryPlan.Load load(Stage.Gkd s, Ground ground) {
    int longest = Math.min(ground.positions(), s.maxTokens() + s.gkd().maxNewTokens());
    MemoryPlan.Drawing drawing =
        new MemoryPlan.Drawing(s.batchSize(), s.batchSize(), s.maxTokens(), s.gkd().maxNewTokens());
    return MemoryPlan.Load.plain(ground.atOnce(longest), longest, drawing);
  }

  @Override
  public OpenTrainer open(RunDirectory run, Path from, long seed) {
    Path directory = stage.teacher();
    if (directory == null) {
      directory = run.model(String.valueOf(stage.teacherStage()));
    }
    LoadedModel teacher = shop.another(directory);
    MatmulPrecision.of(shop.model().decoder()).apply(teacher.decoder());
    GkdTrainer trainer = new GkdTrainer(shop.model(), teacher, lessons, config, seed);
    return new OpenTrainer(trainer, List.of(teacher, trainer));
  }
}
