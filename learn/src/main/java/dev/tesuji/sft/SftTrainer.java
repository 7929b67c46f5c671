package dev.tesuji.sft;

import dev.tesuji.dataset.EpochOrder;
import dev.tesuji.json.Json;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.policy.Leaf;
import dev.tesuji.policy.Policy;
import dev.tesuji.tokenized.MicroBatches;
import dev.tesuji.tokenized.TextSource;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.train.LeafRunner;
import dev.tesuji.train.Learner;
import dev.tesuji.train.Metrics;
import dev.tesuji.train.Trainer;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Trains a model to imitate texts: pretraining where every token is scored, fine-tuning where the
/// completions are.
public final class SftTrainer implements Trainer, AutoCloseable {
  private final TextSource source;
  private final SftConfig config;
  private final Policy policy;
  private final Learner learner;
  private Fingerprint fingerprint = new Fingerprint();
  private long consumed; // texts so far
  private long tokens; // tokens so far
  private final EpochOrder order;

  /// Prepares the training.
  ///
  /// @param seed decides the order of the texts
  public SftTrainer(LoadedModel model, TextSource source, SftConfig config, long seed) {
    this.source = source;
    this.config = config;
    order = new EpochOrder(source.size(), seed);
    policy = new Policy(model.decoder(), 1, config.compute());
    learner = Learner.of(model, config.compute(), config.optimizer());
  }

  @Override
  public void computeLeavesOn(LeafRunner others) {
    learner.computeLeavesOn(others);
  }

  @Override
  public Metrics step(int step) {
    List<TokenSequence> batch = new ArrayList<>();
    for (int i = 0; i < config.batchSize(); i++) {
      batch.add(next());
    }
    double scored = batch.stream().mapToInt(TokenSequence::scored).sum();
    double value = 0;
    double entropy = 0;
    double hits = 0;
    List<Leaf> leaves = leaves(batch, new ImitationLoss(config.loss(), scored));
    for (Policy.Scores scores : learner.backward(policy, leaves)) {
      value += scores.loss();
      for (int i = 0; i < scores.entropies().length; i++) {
        entropy += scores.entropies()[i];
        hits += scores.best()[i] ? 1 : 0;
      }
    }
    tokens += batch.stream().mapToLong(TokenSequence::length).sum();
    Metrics metrics = new Metrics();
    metrics.put("grad_norm", learner.update(step, config.steps(), metrics));
    metrics.put("loss", value);
    metrics.put("entropy", entropy / scored);
    metrics.put("mean_token_accuracy", hits / scored);
    metrics.put("num_tokens", (double) tokens);
    metrics.put("trained", batch.size());
    source.epochs(consumed).forEach(metrics::put);
    return metrics;
  }

  private List<Leaf> leaves(List<TokenSequence> batch, ImitationLoss loss) {
    ComputeConfig compute = config.compute();
    List<Leaf> leaves = new ArrayList<>();
    for (List<int[]> parts :
        MicroBatches.leaves(batch, compute.leaves(), compute.tokensPerDevice())) {
      List<Leaf.Pass> passes = new ArrayList<>();
      for (int[] part : parts) {
        List<TokenSequence> some = Arrays.stream(part).mapToObj(batch::get).toList();
        Policy.Micro micro = Policy.Micro.of(some, batch.size(), learner.nextPass());
        passes.add(new Leaf.Pass(micro, loss));
      }
      leaves.add(new Leaf(passes));
    }
    return leaves;
  }

  /// Returns the next text: endless sources in their order, others shuffled anew in each epoch.
  private TokenSequence next() {
    TokenSequence text = source.text(order.at(consumed++));
    fingerprint.add(text.ids());
    return text;
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
    fingerprint = new Fingerprint();
    consumed = 0;
    while (consumed < state.path("consumed").asLong()) {
      next(); // the fingerprint is over all texts, those before the checkpoint too
    }
    tokens = state.path("tokens").asLong();
  }

  @Override
  public ObjectNode summary() {
    ObjectNode summary = Json.MAPPER.createObjectNode().put("texts", consumed);
    source.epochs(consumed).forEach(summary::put);
    return summary.put("tokens", tokens).put("data_sha256", fingerprint.hex());
  }

  @Override
  public String note(Metrics m) {
    return String.format(
        Locale.ROOT, "loss %.3f  token accuracy %.3f", m.get("loss"), m.get("mean_token_accuracy"));
  }

  @Override
  public void close() {
    learner.close();
  }
}
