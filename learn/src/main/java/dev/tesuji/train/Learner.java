package dev.tesuji.train;

import dev.tesuji.json.Json;
import dev.tesuji.optim.AdamW;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.policy.Policy;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A model that learns, with its optimizer: what every trainer does the same way.
///
/// Close it to free the optimizer; the model stays.
public final class Learner implements AutoCloseable {
  private static final String OPTIMIZER = "optimizer.safetensors";

  private final LoadedModel model;
  private final OptimizerConfig config;
  private final Policy policy;
  private final AdamW optimizer;
  private long micro; // micro-batches so far

  /// Prepares a model to learn.
  ///
  /// @param temperature divides the logits
  public Learner(
      LoadedModel model, double temperature, ComputeConfig compute, OptimizerConfig config) {
    this.model = model;
    this.config = config;
    policy = new Policy(model.decoder(), temperature, compute);
    optimizer = new AdamW(model.decoder().trained(), config);
  }

  /// Returns the scorer of the model.
  public Policy policy() {
    return policy;
  }

  /// Adds the gradient of a loss over some of an update's sequences.
  ///
  /// @param of how many sequences the update has in all
  public Policy.Scores backward(List<TokenSequence> part, int of, Policy.TokenLoss loss) {
    double share = (double) part.size() / of;
    return policy.backward(new Policy.Micro(part, share, micro++), loss);
  }

  /// Adds the gradient of a loss that looks at all of an update's sequences at once.
  public Policy.Scores backwardJointly(List<TokenSequence> all, Policy.JointLoss loss) {
    return policy.backwardJointly(new Policy.Micro(all, 1, micro++), loss);
  }

  /// Adds the gradient of a loss of whole distributions over some of an update's sequences.
  ///
  /// @param of how many sequences the update has in all
  /// @return the loss
  public double backwardFromLogits(List<TokenSequence> part, int of, Policy.LogitsLoss loss) {
    double share = (double) part.size() / of;
    return policy.backwardFromLogits(new Policy.Micro(part, share, micro++), loss);
  }

  /// Moves the weights by the gradients collected.
  ///
  /// @param step of so many `steps`, for the schedule
  /// @param metrics takes `learning_rate` and the loads of experts
  /// @return the norm of the gradient before it was limited
  public double update(int step, int steps, Metrics metrics) {
    double rate = config.rate(step, steps);
    double norm = optimizer.clip();
    optimizer.update(rate);
    metrics.put("learning_rate", rate);
    ExpertMetrics.put(metrics, policy.loads());
    policy.afterUpdate();
    return norm;
  }

  /// Drops the gradients collected.
  public void dropGradients() {
    optimizer.dropGradients();
  }

  /// Writes all that a checkpoint needs of it to a folder, but for [#state].
  public void save(Path folder) {
    model.save(folder);
    optimizer.save(folder.resolve(OPTIMIZER));
  }

  /// Returns its counters.
  public ObjectNode state() {
    return Json.MAPPER.createObjectNode().put("micro", micro).put("updates", optimizer.updates());
  }

  /// Goes back to what [#save] and [#state] hold.
  public void restore(Path folder, JsonNode state) {
    model.restore(folder);
    optimizer.restore(folder.resolve(OPTIMIZER), state.path("updates").asInt());
    micro = state.path("micro").asLong();
  }

  @Override
  public void close() {
    optimizer.close();
  }
}
