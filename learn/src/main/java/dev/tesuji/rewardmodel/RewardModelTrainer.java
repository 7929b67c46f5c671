package dev.tesuji.rewardmodel;

import dev.tesuji.check.BadInput;
import dev.tesuji.compute.TrainingPass;
import dev.tesuji.dataset.EpochOrder;
import dev.tesuji.json.Json;
import dev.tesuji.nn.Parameter;
import dev.tesuji.policy.ScalarHead;
import dev.tesuji.tokenized.MicroBatches;
import dev.tesuji.train.Learner;
import dev.tesuji.train.Metrics;
import dev.tesuji.train.Network;
import dev.tesuji.train.Trainer;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Trains a language model to score texts as opinions have them.
///
/// All answers to one prompt go through the model together, and all their comparisons into one
/// update. Metrics have the names of TRL's `RewardTrainer`.
public final class RewardModelTrainer implements Trainer, AutoCloseable {
  private static final String HEAD = "score_head.safetensors";

  private final LoadedModel trunk;
  private final RewardExamples opinions;
  private final RewardModelConfig config;
  private final ScalarHead head;
  private final Learner learner;
  private long consumed; // opinions so far
  private long tokens; // so far
  private final EpochOrder order;
  private Optional<HeldOut> heldOut = Optional.empty();
  private boolean finished;

  /// Prepares the training; every text scores 0 at first.
  ///
  /// @param trunk the language model; its weights are moved
  /// @param seed decides the order of the opinions
  public RewardModelTrainer(
      LoadedModel trunk, RewardExamples opinions, RewardModelConfig config, long seed) {
    this.trunk = trunk;
    this.opinions = opinions;
    this.config = config;
    order = new EpochOrder(opinions.train().size(), seed);
    head = new ScalarHead(trunk.decoder(), "score", false);
    learner = new Learner(new HeadAndTrunk(head, trunk), config.optimizer());
  }

  /// A score head with the layers that it stands on.
  private record HeadAndTrunk(ScalarHead head, LoadedModel trunk) implements Network {
    @Override
    public List<Parameter> trained() {
      List<Parameter> all = new ArrayList<>(head.parameters());
      all.addAll(trunk.decoder().trained());
      return all;
    }

    @Override
    public void save(Path folder) {
      trunk.save(folder);
      head.save(folder.resolve(HEAD));
    }

    @Override
    public void restore(Path folder) {
      trunk.restore(folder);
      head.restore(folder.resolve(HEAD));
    }
  }

  @Override
  public Metrics step(int step) {
    heldOut = Optional.empty(); // what was measured before holds no more
    List<RewardExample> batch = new ArrayList<>();
    for (int i = 0; i < config.batchSize(); i++) {
      batch.add(next());
    }
    int[] lengths = batch.stream().mapToInt(RewardExample::tokens).toArray();
    List<RewardExample> seen = new ArrayList<>();
    List<float[]> scores = new ArrayList<>();
    double loss = 0;
    for (int[] part : MicroBatches.split(lengths, config.compute().tokensPerDevice())) {
      List<RewardExample> some = Arrays.stream(part).mapToObj(batch::get).toList();
      seen.addAll(some);
      loss += backward(some, scores);
    }
    tokens += Arrays.stream(lengths).sum();
    Metrics metrics = new Metrics();
    metrics.put("grad_norm", learner.update(step, config.steps(), metrics));
    float[] all = join(scores);
    Comparisons comparisons = Comparisons.of(seen);
    metrics.put("loss", loss);
    metrics.put("accuracy", comparisons.accuracy(all));
    metrics.put("margin", comparisons.margin(all));
    HeldOut.Spread spread = HeldOut.Spread.of(all);
    metrics.put("mean_reward", spread.mean());
    metrics.put("min_reward", spread.least());
    metrics.put("max_reward", spread.most());
    metrics.put("num_tokens", (double) tokens);
    metrics.put("trained", batch.size());
    metrics.put("epoch", (double) consumed / opinions.train().size());
    return metrics;
  }

  /// Adds the gradient of some of an update's opinions, and their scores to the list.
  private double backward(List<RewardExample> some, List<float[]> scores) {
    Comparisons comparisons = Comparisons.of(some);
    TrainingPass.Settings settings =
        new TrainingPass.Settings(config.compute().gradientCheckpointing(), 0, learner.nextPass());
    return head.backward(
        ScalarHead.Texts.atTheEnd(texts(some)),
        settings,
        told -> {
          scores.add(told.detach().toFloats());
          return comparisons.loss(told, config.centering()).div(config.batchSize());
        });
  }

  private static List<int[]> texts(List<RewardExample> opinions) {
    return opinions.stream()
        .flatMap(o -> o.answers().stream())
        .map(RewardExample.Answer::text)
        .toList();
  }

  private static float[] join(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(p -> p.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /// Returns the next opinion; they are shuffled anew in each epoch.
  private RewardExample next() {
    return opinions.train().get(Math.toIntExact(order.at(consumed++)));
  }

  /// Measures the model as it is on what was held out.
  public HeldOut heldOut() {
    HeldOut measured = heldOut.orElseGet(() -> HeldOut.of(opinions.heldOut(), heldOutScores()));
    heldOut = Optional.of(measured);
    return measured;
  }

  private float[] heldOutScores() {
    return RewardModel.score(head, texts(opinions.heldOut()), config.compute().tokensPerDevice());
  }

  /// Says which held-out answer is the first whose score is NaN or infinite, as after an update
  /// that was too large; nothing where the model scores all of them.
  public Optional<String> trouble() {
    if (heldOut().isFinite()) {
      return Optional.empty();
    }
    float[] scores = heldOutScores();
    int at = 0;
    for (int i = 0; i < opinions.heldOut().size(); i++) {
      RewardExample opinion = opinions.heldOut().get(i);
      for (RewardExample.Answer answer : opinion.answers()) {
        if (!Float.isFinite(scores[at])) {
          return Optional.of(describe(opinion, i + 1, answer, scores[at]));
        }
        at++;
      }
    }
    return Optional.empty();
  }

  private String describe(
      RewardExample opinion, int number, RewardExample.Answer answer, float score) {
    String kind =
        switch (opinion) {
          case RewardExample.Compared _ -> "comparison";
          case RewardExample.Labelled _ -> "labelled answer";
        };
    int[] ids = answer.text();
    int[] written = Arrays.copyOfRange(ids, Math.max(0, ids.length - answer.length()), ids.length);
    return "held-out "
        + kind
        + " "
        + number
        + " of "
        + opinions.heldOut().size()
        + ": the answer "
        + BadInput.brief(trunk.requireTokenizer().decode(written))
        + " is scored "
        + score;
  }

  /// Writes the reward model, adapters added into its weights. Nothing can be trained after that.
  public void finish(Path folder) {
    HeldOut measured = heldOut();
    learner.close(); // before the adapters that it moves are gone
    finished = true;
    RewardModel.save(trunk, head, measured, folder);
  }

  @Override
  public void finish() {
    learner.finish();
  }

  @Override
  public void save(Path folder) {
    learner.save(folder);
  }

  @Override
  public ObjectNode state() {
    return learner.state().put("consumed", consumed).put("tokens", tokens);
  }

  @Override
  public void restore(Path folder, JsonNode state) {
    learner.restore(folder, state);
    consumed = state.path("consumed").asLong();
    tokens = state.path("tokens").asLong();
  }

  @Override
  public ObjectNode summary() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("texts", consumed).put("tokens", tokens);
    json.put("train_opinions", opinions.train().size());
    json.set("held_out", heldOut().toJson());
    return json;
  }

  @Override
  public String note(Metrics m) {
    return String.format(
        Locale.ROOT,
        "loss %.3f  accuracy %.3f  margin %.3f",
        m.get("loss"),
        m.get("accuracy"),
        m.get("margin"));
  }

  @Override
  public void close() {
    if (!finished) {
      learner.close();
    }
    head.close();
  }
}
