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

/// A stage of pretraining with its texts.
record PreparedPretrain(
    Stage stage, TextSource texts, ImitationConfig config, int longest, Workshop shop)
    implements PreparedStage {

  static PreparedPretrain of(Stage.Pretrain s, Workshop shop) {
    ImitationConfig config =
        new ImitationConfig(
            s.steps(), s.batchSize(), SftLoss.NLL, s.optimizer(), shop.recipe().compute());
    return new PreparedPretrain(
        s, corpus(s, shop), config, shop.recipe().compute().tokensPerDevice(), shop);
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
