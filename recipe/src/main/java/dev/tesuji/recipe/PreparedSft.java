package dev.tesuji.recipe;

import static java.util.Objects.requireNonNull;

import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.Columns;
import dev.tesuji.dataset.Dataset;
import dev.tesuji.dataset.Shape;
import dev.tesuji.random.Purpose;
import dev.tesuji.random.Streams;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.sft.SftConfig;
import dev.tesuji.sft.SftTrainer;
import dev.tesuji.tokenized.TextSource;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.world.WorldFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A stage of supervised fine-tuning. Its files are read at the start; what an earlier stage
/// writes, when its turn has come.
record PreparedSft(
    Stage.Sft stage, List<Source> sources, Map<Source, TokenizedDataset.Loaded> read, Workshop shop)
    implements PreparedStage {

  static PreparedSft of(Stage.Sft s, Workshop shop) {
    Path common = shop.recipe().data();
    List<Source> sources = s.data();
    if (sources.isEmpty()) {
      sources = List.of(new Source(requireNonNull(common), null, null, null));
    }
    PreparedSft prepared = new PreparedSft(s, sources, new HashMap<>(), shop);
    for (Source source : sources) {
      if (source.path() != null) {
        prepared.load(new Dataset(List.of(source.path()), s.columns(), null), source);
      }
    }
    sources.forEach(prepared::requireRoom);
    return prepared;
  }

  /// Refuses settings that lack data.
  ///
  /// @throws BadInput naming what is missing
  static void check(Stage.Sft s, Ground ground) {
    if (s.data().isEmpty() && ground.recipe().data() == null) {
      throw new BadInput("stage '" + s.name() + "' needs 'data', the file with its demonstrations");
    }
    boolean world = s.data().stream().anyMatch(d -> d.world() != null);
    if (world && !(ground.recipe().task() instanceof TaskConfig.World)) {
      throw new BadInput("stage '" + s.name() + "': data of the world goes with task world");
    }
  }

  /// Refuses a limit on texts below that of the stage that writes them.
  private void requireRoom(Source source) {
    shop.recipe().stages().stream()
        .filter(s -> s.name().equals(source.stage()))
        .filter(Stage.Rejection.class::isInstance)
        .map(Stage.Rejection.class::cast)
        .forEach(r -> {
          int longest =
              Math.min(shop.positions(), r.prompts().limit().maxTokens() + r.maxNewTokens());
          if (longest > stage.maxTokens() && stage.tooLong() == TokenizedDataset.TooLong.ERROR) {
            throw new BadInput(
                "stage '"
                    + stage.name()
                    + "': maxTokens must be at least the "
                    + longest
                    + " tokens that samples of stage '"
                    + r.name()
                    + "' can have (prompts.maxTokens and maxNewTokens), got "
                    + stage.maxTokens()
                    + "; raise it, or set tooLong to drop or truncate");
          }
        });
  }

  private TokenizedDataset.Loaded load(Dataset data, Source source) {
    TokenizedDataset.Limit limit = new TokenizedDataset.Limit(stage.maxTokens(), stage.tooLong());
    TokenizedDataset.Loaded loaded = TokenizedDataset.read(data, shop.words(), limit);
    shop.counted(loaded, stage.maxTokens());
    read.put(source, loaded);
    return loaded;
  }

  /// Returns the texts of each source, those of earlier stages too.
  private List<TokenizedDataset.Part> parts(RunDirectory run) {
    List<TokenizedDataset.Part> parts = new ArrayList<>();
    for (Source source : sources) {
      TokenizedDataset.Loaded loaded = read.get(source);
      if (loaded == null) {
        Path made = made(run, source);
        loaded = load(new Dataset(List.of(made), Columns.DEFAULT, Shape.PROMPT_COMPLETION), source);
      }
      double share = source.share() == null ? 0 : source.share();
      parts.add(new TokenizedDataset.Part(source.label(), loaded, share));
    }
    return parts;
  }

  /// Returns the file of a source that is made during the run.
  private Path made(RunDirectory run, Source source) {
    Integer requests = source.world();
    if (requests == null) {
      return PreparedRejection.kept(run, String.valueOf(source.stage()));
    }
    Path file = run.data(stage.name()).resolve("general.jsonl");
    if (!Files.exists(file)) {
      WorldFiles.writeGeneral(
          file, requests, false, shop.streams(stage).seed(Purpose.MADE_UP_DATA));
    }
    return file;
  }

  @Override
  public int steps(RunDirectory run) {
    Double epochs = stage.epochs();
    if (epochs == null) {
      return stage.steps();
    }
    long texts = parts(run).stream().mapToLong(p -> p.texts().size()).sum();
    return Math.toIntExact((long) Math.ceil(epochs * texts / stage.batchSize()));
  }

  @Override
  public OpenTrainer open(RunDirectory run, Path from, Streams streams) {
    TextSource texts = TokenizedDataset.of(parts(run), streams.seed(Purpose.MIXTURE));
    SftConfig config =
        new SftConfig(
            steps(run),
            stage.batchSize(),
            stage.loss(),
            stage.optimizer(),
            shop.recipe().compute());
    return OpenTrainer.of(
        new SftTrainer(shop.model(), texts, config, streams.seed(Purpose.EXAMPLES)));
  }
}
