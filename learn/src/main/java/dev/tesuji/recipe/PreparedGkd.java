package dev.tesuji.recipe;

import dev.tesuji.data.Dataset;
import dev.tesuji.distill.GkdConfig;
import dev.tesuji.distill.GkdTrainer;
import dev.tesuji.distill.Lessons;
import dev.tesuji.distill.Vocabularies;
import dev.tesuji.input.BadInput;
import dev.tesuji.rl.PromptSource;
import dev.tesuji.run.MemoryPlan;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.sft.TextSource;
import dev.tesuji.sft.Texts;
import dev.tesuji.tensor.Rng;
import dev.tesuji.weights.AdapterDirectory;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.ModelFiles;
import java.nio.file.Path;
import java.util.List;

/// A stage of distillation with what the student is asked.
record PreparedGkd(Stage.Gkd stage, Lessons lessons, GkdConfig config, Workshop shop)
    implements PreparedStage {

  static PreparedGkd of(Stage.Gkd s, Workshop shop) {
    if (s.teacher() != null) {
      Path base = AdapterDirectory.baseOf(s.teacher());
      Vocabularies.requireShared(shop.model(), base, ModelFiles.read(base));
    }
    if (s.data() == null && s.gkd().needsData()) {
      throw new BadInput(
          "stage '"
              + s.name()
              + "' needs 'data', the file with prompts and completions, for the batches that the"
              + " student does not write (lambda "
              + s.gkd().lambda()
              + "); or set 'lambda: 1', or 'seqKd: true' to have the teacher write them");
    }
    if (s.gkd().maxNewTokens() >= shop.positions()) {
      throw new BadInput(
          "stage '"
              + s.name()
              + "': maxNewTokens must be below the "
              + shop.positions()
              + " positions of the model (max_position_embeddings), got "
              + s.gkd().maxNewTokens());
    }
    GkdConfig config =
        new GkdConfig(s.steps(), s.batchSize(), s.gkd(), s.optimizer(), shop.recipe().compute());
    return new PreparedGkd(s, lessons(s, shop), config, shop);
  }

  private static Lessons lessons(Stage.Gkd s, Workshop shop) {
    long seed = Rng.derive(shop.recipe().seed(), 13);
    Path data = s.data();
    if (data != null) {
      int limit = Math.min(s.maxTokens(), shop.positions());
      TextSource texts =
          shop.counted(
              Texts.read(
                  new Dataset(List.of(data), s.columns(), null),
                  shop.words(),
                  new Texts.Limit(limit, s.tooLong())),
              limit);
      return new Lessons.OfTexts(texts, seed);
    }
    int room = Math.min(s.maxTokens(), shop.positions() - s.gkd().maxNewTokens());
    PromptSource prompts =
        new PromptSource(
            shop.task(),
            shop.tokenizer(),
            new PromptSource.Limit(room, PromptSource.TooLong.ERROR),
            shop.recipe().seed());
    return new Lessons.OfTask(prompts);
  }

  @Override
  public MemoryPlan.Load load() {
    int longest = Math.min(shop.positions(), stage.maxTokens() + stage.gkd().maxNewTokens());
    int tokens = Math.max(shop.recipe().compute().tokensPerDevice(), longest);
    MemoryPlan.Drawing drawing =
        new MemoryPlan.Drawing(
            stage.batchSize(), stage.batchSize(), stage.maxTokens(), stage.gkd().maxNewTokens());
    return new MemoryPlan.Load(tokens, longest, drawing, true, false);
  }

  @Override
  public OpenTrainer open(RunDirectory run, Path from, long seed) {
    Path directory = stage.teacher();
    if (directory == null) {
      directory = run.model(String.valueOf(stage.teacherStage()));
    }
    LoadedModel teacher = shop.another(directory);
    shop.recipe().compute().products().apply(teacher.decoder());
    GkdTrainer trainer = new GkdTrainer(shop.model(), teacher, lessons, config, seed);
    return new OpenTrainer(trainer, List.of(teacher, trainer));
  }
}
