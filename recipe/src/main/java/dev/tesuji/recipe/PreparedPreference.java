package dev.tesuji.recipe;

import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.Dataset;
import dev.tesuji.nn.LoraConfig;
import dev.tesuji.preference.PairObjective;
import dev.tesuji.preference.PreferenceConfig;
import dev.tesuji.preference.PreferenceObjective;
import dev.tesuji.preference.PreferenceTrainer;
import dev.tesuji.preference.Preferences;
import dev.tesuji.preference.Preferences.Loaded;
import dev.tesuji.preference.Preferences.Split;
import dev.tesuji.preference.UnpairedObjective;
import dev.tesuji.random.Purpose;
import dev.tesuji.random.Streams;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.tokenized.TokenizedDataset;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A stage of learning from preferences with its examples.
record PreparedPreference(
    Stage stage,
    PreferenceObjective objective,
    @Nullable PreferenceObjective heldOut,
    PreferenceConfig config,
    Workshop shop)
    implements PreparedStage {

  static PreparedPreference of(Stage.Dpo s, Workshop shop) {
    TokenizedDataset.Limit limit = limit(s.preferences(), shop);
    return prepare(
        s,
        s.preferences(),
        s.batchSize(),
        shop,
        new Kind<>(
            data -> Preferences.pairs(data, shop.words(), limit),
            sums -> Preferences.chainSums(sums, s.preferences().builtIn(), shop.words()),
            pairs -> new PairObjective(pairs, s.loss())));
  }

  static PreparedPreference of(Stage.Kto s, Workshop shop) {
    TokenizedDataset.Limit limit = limit(s.preferences(), shop);
    return prepare(
        s,
        s.preferences(),
        s.batchSize(),
        shop,
        new Kind<>(
            data -> Preferences.judged(data, shop.words(), limit),
            sums ->
                Preferences.unpaired(
                    Preferences.chainSums(sums, s.preferences().builtIn(), shop.words()), limit),
            answers -> new UnpairedObjective(answers, s.loss())));
  }

  /// Returns the limit on length, which the model's positions bound too.
  private static TokenizedDataset.Limit limit(PreferenceData data, Workshop shop) {
    return new TokenizedDataset.Limit(Math.min(data.maxTokens(), shop.positions()), data.tooLong());
  }

  /// How examples of one kind are had, and what is learned from them.
  ///
  /// @param reader reads them from files
  /// @param maker makes them for the built-in task
  /// @param objective what is learned from some of them
  private record Kind<T>(
      Function<Dataset, Loaded<T>> reader,
      Function<ChainSums, Loaded<T>> maker,
      Function<List<T>, PreferenceObjective> objective) {}

  private static <T> PreparedPreference prepare(
      Stage s, PreferenceData data, int batchSize, Workshop shop, Kind<T> kind) {
    PreferenceConfig config = config(s, data, batchSize, shop.ground());
    Split<T> split = split(data, shop, kind, shop.streams(s).seed(Purpose.HELD_OUT));
    return new PreparedPreference(
        s,
        kind.objective().apply(split.kept()),
        split.heldOut().isEmpty() ? null : kind.objective().apply(split.heldOut()),
        config,
        shop);
  }

  /// Returns the settings.
  ///
  /// @throws BadInput when they contradict each other, or it has no data
  static PreferenceConfig config(Stage s, PreferenceData data, int batchSize, Ground ground) {
    LoraConfig lora = ground.recipe().lora();
    if (lora != null && lora.dropout() > 0) {
      throw new BadInput(
          "stage '"
              + s.name()
              + "': lora.dropout must be 0: the loss compares the policy with what the reference"
              + " made of the same answers, got "
              + lora.dropout());
    }
    boolean builtIn = ground.recipe().task() instanceof TaskConfig.ChainSums;
    if (data.data() == null && ground.recipe().data() == null && !builtIn) {
      throw new BadInput("stage '" + s.name() + "' needs 'data', the file with its preferences");
    }
    return new PreferenceConfig(
        s.steps(), batchSize, data.heldOutEvery(), s.optimizer(), ground.recipe().compute());
  }

  private static <T> Split<T> split(PreferenceData data, Workshop shop, Kind<T> kind, long seed) {
    Loaded<T> loaded = load(data, shop, kind);
    shop.countTexts(loaded.touched(), data.maxTokens());
    if (data.heldOut() != null) {
      Loaded<T> heldOut = kind.reader().apply(dataset(data.heldOut(), data));
      shop.countTexts(heldOut.touched(), data.maxTokens());
      return new Split<>(loaded.examples(), heldOut.examples());
    }
    return data.heldOutShare() == 0
        ? new Split<>(loaded.examples(), List.of())
        : loaded.split(data.heldOutShare(), seed);
  }

  private static <T> Loaded<T> load(PreferenceData data, Workshop shop, Kind<T> kind) {
    Path path = data.data() == null ? shop.recipe().data() : data.data();
    return path == null
        ? kind.maker().apply((ChainSums) shop.task())
        : kind.reader().apply(dataset(path, data));
  }

  private static Dataset dataset(Path path, PreferenceData data) {
    return new Dataset(List.of(path), data.columns(), null);
  }

  @Override
  public OpenTrainer open(RunDirectory run, Path from, Streams streams) {
    return OpenTrainer.of(
        new PreferenceTrainer(
            shop.model(), objective, heldOut, config, streams.seed(Purpose.EXAMPLES)));
  }
}
