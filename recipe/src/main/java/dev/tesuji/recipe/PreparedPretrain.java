package dev.tesuji.recipe;

import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.Columns;
import dev.tesuji.dataset.Dataset;
import dev.tesuji.dataset.Shape;
import dev.tesuji.random.Purpose;
import dev.tesuji.random.Streams;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.sft.SftConfig;
import dev.tesuji.sft.SftLoss;
import dev.tesuji.sft.SftTrainer;
import dev.tesuji.tokenized.TextSource;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.world.World;
import java.nio.file.Path;
import java.util.List;

/// A stage of pretraining with its texts.
record PreparedPretrain(Stage.Pretrain stage, TextSource texts, SftConfig config, Workshop shop)
    implements PreparedStage {

  static PreparedPretrain of(Stage.Pretrain s, Workshop shop) {
    return new PreparedPretrain(s, corpus(s, shop), config(s, shop.ground()), shop);
  }

  /// Returns the settings.
  ///
  /// @throws BadInput when the corpus is of another task
  static SftConfig config(Stage.Pretrain s, Ground ground) {
    TaskConfig task = ground.recipe().task();
    switch (s.corpus()) {
      case Corpus.ChainSums _ when !(task instanceof TaskConfig.ChainSums) ->
          throw new BadInput("stage '" + s.name() + "': corpus chainSums goes with task chainSums");
      case Corpus.World _ when !(task instanceof TaskConfig.World) ->
          throw new BadInput("stage '" + s.name() + "': corpus world goes with task world");
      case Corpus.ChainSums _, Corpus.World _, Corpus.Jsonl _ -> {}
    }
    return new SftConfig(
        s.steps(), s.batchSize(), SftLoss.NLL, s.optimizer(), ground.recipe().compute());
  }

  private static TextSource corpus(Stage.Pretrain s, Workshop shop) {
    return switch (s.corpus()) {
      case Corpus.ChainSums c -> {
        ChainSums sums = (ChainSums) shop.task();
        yield TokenizedDataset.chainSums(sums, c.open(), shop.tokenizer(), shop.model().endToken());
      }
      case Corpus.World c -> {
        World world = (World) shop.task();
        yield c.mixture().texts(world, shop.tokenizer(), shop.model().endToken());
      }
      case Corpus.Jsonl c ->
          shop.counted(
              TokenizedDataset.read(
                  new Dataset(
                      List.of(c.data()),
                      Columns.DEFAULT.withText(c.column()),
                      Shape.LANGUAGE_MODELING),
                  shop.words(),
                  new TokenizedDataset.Limit(c.maxTokens(), c.tooLong())),
              c.maxTokens());
    };
  }

  @Override
  public OpenTrainer open(RunDirectory run, Path from, Streams streams) {
    return OpenTrainer.of(
        new SftTrainer(shop.model(), texts, config, streams.seed(Purpose.EXAMPLES)));
  }
}
