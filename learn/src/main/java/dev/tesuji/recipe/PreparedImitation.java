package dev.tesuji.recipe;

import dev.tesuji.data.Columns;
import dev.tesuji.data.Dataset;
import dev.tesuji.data.Shape;
import dev.tesuji.input.BadInput;
import dev.tesuji.run.MemoryPlan;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.sft.ImitationConfig;
import dev.tesuji.sft.ImitationTrainer;
import dev.tesuji.sft.SftLoss;
import dev.tesuji.sft.TextSource;
import dev.tesuji.sft.Texts;
import dev.tesuji.task.ChainSums;
import dev.tesuji.world.World;
import java.nio.file.Path;
import java.util.List;

/// A stage of pretraining or supervised fine-tuning with its texts.
record PreparedImitation(
    Stage stage, TextSource texts, ImitationConfig config, int longest, Workshop shop)
    implements PreparedStage {

  static PreparedImitation of(Stage.Pretrain s, Workshop shop) {
    ImitationConfig config =
        new ImitationConfig(
            s.steps(), s.batchSize(), SftLoss.NLL, s.optimizer(), shop.recipe().compute());
    return new PreparedImitation(
        s, corpus(s, shop), config, shop.recipe().compute().tokensPerDevice(), shop);
  }

  static PreparedImitation of(Stage.Sft s, Workshop shop) {
    ImitationConfig config =
        new ImitationConfig(
            s.steps(), s.batchSize(), s.loss(), s.optimizer(), shop.recipe().compute());
    return new PreparedImitation(s, demonstrations(s, shop), config, s.maxTokens(), shop);
  }

  private static TextSource corpus(Stage.Pretrain s, Workshop shop) {
    return switch (s.corpus()) {
      case Stage.Corpus.ChainSums c -> {
        if (!(shop.task() instanceof ChainSums sums)) {
          throw new BadInput("stage '" + s.name() + "': corpus chainSums goes with task chainSums");
        }
        yield Texts.chainSums(sums, c.open(), shop.tokenizer(), shop.model().endToken());
      }
      case Stage.Corpus.World c -> {
        if (!(shop.task() instanceof World world)) {
          throw new BadInput("stage '" + s.name() + "': corpus world goes with task world");
        }
        yield c.mixture().texts(world, shop.tokenizer(), shop.model().endToken());
      }
      case Stage.Corpus.Jsonl c ->
          shop.counted(
              Texts.read(
                  new Dataset(
                      List.of(c.data()),
                      Columns.DEFAULT.withText(c.column()),
                      Shape.LANGUAGE_MODELING),
                  shop.words(),
                  new Texts.Limit(c.maxTokens(), c.tooLong())),
              c.maxTokens());
    };
  }

  private static TextSource demonstrations(Stage.Sft s, Workshop shop) {
    Path data = s.data() == null ? shop.recipe().data() : s.data();
    if (data == null) {
      throw new BadInput("stage '" + s.name() + "' needs 'data', the file with its demonstrations");
    }
    return shop.counted(
        Texts.read(
            new Dataset(List.of(data), s.columns(), null),
            shop.words(),
            new Texts.Limit(s.maxTokens(), s.tooLong())),
        s.maxTokens());
  }

  @Override
  public MemoryPlan.Load load() {
    int longestText = Math.min(longest, shop.positions());
    int tokens = Math.max(shop.recipe().compute().tokensPerDevice(), longestText);
    return new MemoryPlan.Load(tokens, longestText, null, false, false);
  }

  @Override
  public OpenTrainer open(RunDirectory run, Path from, long seed) {
    return OpenTrainer.of(new ImitationTrainer(shop.model(), texts, config, seed));
  }
}
