package dev.tesuji.recipe;

import dev.tesuji.data.Columns;
import dev.tesuji.data.Dataset;
import dev.tesuji.data.Shape;
import dev.tesuji.input.BadInput;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.sft.ImitationConfig;
import dev.tesuji.sft.ImitationTrainer;
import dev.tesuji.sft.SftLoss;
import dev.tesuji.sft.TextSource;
import dev.tesuji.sft.Texts;
import dev.tesuji.task.ChainSums;
import dev.tesuji.world.World;
import dev.tesuji.random.Purpose;
import dev.tesuji.random.Streams;
import java.nio.file.Path;
import java.util.List;

/// A stage of pretraining with its texts.
record PreparedPretrain(
    Stage.Pretrain stage, TextSource texts, ImitationConfig config, Workshop shop)
    implements PreparedStage {

  static PreparedPretrain of(Stage.Pretrain s, Workshop shop) {
    return new PreparedPretrain(s, corpus(s, shop), config(s, shop.ground()), shop);
  }

  /// Returns the settings.
  ///
  /// @throws BadInput when the corpus is of another task
  static ImitationConfig config(Stage.Pretrain s, Ground ground) {
    TaskConfig task = ground.recipe().task();
    switch (s.corpus()) {
      case Corpus.ChainSums _ when !(task instanceof TaskConfig.ChainSums) ->
          throw new BadInput("stage '" + s.name() + "': corpus chainSums goes with task chainSums");
      case Corpus.World _ when !(task instanceof TaskConfig.World) ->
          throw new BadInput("stage '" + s.name() + "': corpus world goes with task world");
      case Corpus.ChainSums _, Corpus.World _, Corpus.Jsonl _ -> {}
    }
    return new ImitationConfig(
        s.steps(), s.batchSize(), SftLoss.NLL, s.optimizer(), ground.recipe().compute());
  }

  private static TextSource corpus(Stage.Pretrain s, Workshop shop) {
    return switch (s.corpus()) {
      case Corpus.ChainSums c -> {
        ChainSums sums = (ChainSums) shop.task();
        yield Texts.chainSums(sums, c.open(), shop.tokenizer(), shop.model().endToken());
      }
      case Corpus.World c -> {
        World world = (World) shop.task();
        yield c.mixture().texts(world, shop.tokenizer(), shop.model().endToken());
      }
      case Corpus.Jsonl c ->
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
  public OpenTrainer open(RunDirectory run, Path from, Streams streams) {
    return OpenTrainer.of(new ImitationTrainer(shop.model(), texts, config, streams.seed(Purpose.EXAMPLES)));
  }
}
