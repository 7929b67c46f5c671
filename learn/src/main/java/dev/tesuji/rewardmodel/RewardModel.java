package dev.tesuji.rewardmodel;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.policy.ScalarHead;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tokenized.MicroBatches;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.ScoreDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Scores texts: a decoder with a head of one output, read at the last token.
///
/// Close it to free it.
public final class RewardModel implements AutoCloseable {
  private static final String FACTS = "reward_model.json";
  private static final int TOKENS = 4096; // that go through the model at once

  private final Path directory;
  private final LoadedModel trunk;
  private final ScalarHead head;

  private RewardModel(Path directory, LoadedModel trunk, ScalarHead head) {
    this.directory = directory;
    this.trunk = trunk;
    this.head = head;
  }

  /// Reads the directory of a reward model: ours, or another of one label that transformers wrote.
  ///
  /// @throws BadInput when it holds another model, or a part is missing or broken
  public static RewardModel load(Path directory, Device device) {
    Dtype stored = ConfigReader.read(directory).dtype();
    return load(directory, LoadedModel.computeType(stored), device);
  }

  /// Reads the directory of a reward model.
  ///
  /// @param dtype the type to compute in; the head is float32
  /// @throws BadInput when it holds another model, or a part is missing or broken
  public static RewardModel load(Path directory, Dtype dtype, Device device) {
    LoadedModel trunk = LoadedModel.loadScoring(directory, dtype, device);
    ScalarHead head = new ScalarHead(trunk.decoder(), "score", false);
    try {
      ScoreDirectory.readHead(directory, head.weight());
      trunk.requireTokenizer();
      return new RewardModel(directory, trunk, head);
    } catch (RuntimeException e) {
      head.close();
      trunk.close();
      throw e;
    }
  }

  /// Returns the decoder with its tokenizer.
  public LoadedModel trunk() {
    return trunk;
  }

  /// Scores texts. On the CPU a score does not depend on the texts that are scored with it: which
  /// responses meet in a batch is a matter of time, and a run must come out the same.
  ///
  /// @param texts token ids; of those beyond the model's positions, the beginning is not read
  public float[] score(List<int[]> texts) {
    int most = trunk.decoder().config().maxPositions();
    return score(
        head,
        texts.stream().map(ids -> end(ids, most)).toList(),
        trunk.decoder().compute().scoringTokens(TOKENS));
  }

  /// Returns the last tokens of a text.
  static int[] end(int[] ids, int most) {
    return ids.length <= most ? ids : Arrays.copyOfRange(ids, ids.length - most, ids.length);
  }

  static float[] score(ScalarHead head, List<int[]> texts, int tokens) {
    float[] scores = new float[texts.size()];
    int[] lengths = texts.stream().mapToInt(t -> t.length).toArray();
    for (int[] part : MicroBatches.split(lengths, tokens)) {
      List<int[]> some = Arrays.stream(part).mapToObj(texts::get).toList();
      float[] told = head.tell(ScalarHead.Texts.atTheEnd(some));
      for (int i = 0; i < part.length; i++) {
        scores[part[i]] = told[i];
      }
    }
    return scores;
  }

  /// Returns the mean and the standard deviation of the scores of held-out answers.
  ///
  /// @throws BadInput when the directory does not say, or what it says is no scale
  public HeldOut.Spread scale() {
    Path file = directory.resolve(FACTS);
    if (!Files.exists(file)) {
      throw BadInput.in(
          directory,
          "has no "
              + FACTS
              + " with eval_mean_reward and eval_reward_std, which normalize needs; set normalize:"
              + " false");
    }
    JsonNode facts = Json.readObject(file);
    double mean = finite(file, facts, "eval_mean_reward");
    double deviation = finite(file, facts, "eval_reward_std");
    if (deviation <= 0) {
      throw BadInput.in(
          file,
          "eval_reward_std must be above 0, got "
              + deviation
              + ": the model scores all held-out answers alike; train it for longer, or set"
              + " normalize: false");
    }
    return new HeldOut.Spread(mean, deviation, Double.NaN, Double.NaN);
  }

  private static double finite(Path file, JsonNode facts, String name) {
    JsonNode fact = facts.path(name);
    if (!fact.isNumber() || !Double.isFinite(fact.doubleValue(Double.NaN))) {
      throw BadInput.in(
          file,
          name
              + " must be a finite number, which normalize needs, got "
              + (fact.isMissingNode() ? "nothing" : BadInput.brief(fact))
              + "; train the model again, with a lower optimizer.learningRate where it was NaN or"
              + " infinite");
    }
    return fact.doubleValue();
  }

  /// Returns whether a directory holds a whole reward model of ours; one that a killed run has left
  /// half written does not.
  public static boolean isWhole(Path directory) {
    return Files.exists(directory.resolve(FACTS));
  }

  /// Writes a trained model, the facts last.
  static void save(LoadedModel trunk, ScalarHead head, HeldOut heldOut, Path folder) {
    ScoreDirectory.save(trunk, head.weight(), folder);
    SafeFiles.replace(folder.resolve(FACTS), Json.pretty(heldOut.toJson()));
  }

  @Override
  public void close() {
    head.close();
    trunk.close();
  }
}
