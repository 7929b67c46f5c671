package dev.tesuji.train;

import dev.tesuji.json.Json;
import dev.tesuji.optim.AdamW;
import dev.tesuji.optim.GradientTree;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.policy.Leaf;
import dev.tesuji.policy.Policy;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A network that learns, with its optimizer: what every trainer does the same way.
///
/// An update is one or several passes, each of which adds the gradient of its part of the loss to
/// the network's parameters, and then [#update]. A pass is [#backward] with a function that makes
/// the loss, or, for what writes its gradients out by hand ([dev.tesuji.policy.Policy#backward]),
/// anything that begins with [#nextPass]. The passes of a language model's update can be given all
/// at once, as leaves that other machines may compute ([LeafRunner]).
///
/// Close it to free the optimizer; the network stays.
public final class Learner implements Checkpointed, AutoCloseable {
  private static final String OPTIMIZER = "optimizer.safetensors";

  private final Network network;
  private final OptimizerConfig config;
  private final AdamW optimizer;
  private LeafRunner runner = LeafRunner.LOCAL;
  private long passes; // so far

  /// Prepares a network to learn.
  public Learner(Network network, OptimizerConfig config) {
    this.network = network;
    this.config = config;
    optimizer = new AdamW(network.trained(), config);
  }

  /// Prepares a language model to learn.
  public static Learner of(LoadedModel model, ComputeConfig compute, OptimizerConfig config) {
    return new Learner(new LanguageNetwork(model, compute), config);
  }

  /// Sets on which machines the leaves of updates are computed; this process where nothing is set.
  public void computeLeavesOn(LeafRunner others) {
    runner = others;
  }

  /// Begins a pass over a part of an update.
  ///
  /// @return its number, which decides what dropout drops
  public long nextPass() {
    optimizer.endPass();
    return passes++;
  }

  /// Adds the gradient of a loss by libtorch's automatic gradients.
  ///
  /// @param forward makes the scalar loss of a part of an update from the parameters
  /// @return the loss
  public double backward(Supplier<Tensor> forward) {
    nextPass();
    try (Scope _ = Scope.open()) {
      Tensor loss = forward.get();
      loss.backward();
      return loss.item();
    }
  }

  /// Adds the gradient of an update that is cut into leaves: that of a single leaf as it comes,
  /// those of several as a tree. Each pass has its number from [#nextPass].
  ///
  /// @param policy scores with the network
  /// @param leaves the whole update
  /// @return the scores of each pass of each leaf, in their order
  public List<Policy.Scores> backward(Policy policy, List<Leaf> leaves) {
    if (leaves.size() == 1) {
      return leaves.getFirst().backward(policy, optimizer::endPass);
    }
    try (GradientTree tree = optimizer.tree()) {
      List<Policy.Scores> scores = runner.run(policy, leaves, tree);
      optimizer.take(tree);
      return scores;
    }
  }

  /// Moves the weights by the gradients collected.
  ///
  /// @param step of so many `steps`, for the schedule
  /// @param metrics takes `learning_rate` and what the network measures
  /// @return the norm of the gradient before it was limited
  public double update(int step, int steps, Metrics metrics) {
    double rate = config.rate(step, steps);
    double norm = optimizer.clip();
    optimizer.update(rate);
    metrics.put("learning_rate", rate);
    network.afterUpdate(metrics);
    return norm;
  }

  /// Ends the training: makes the moving average of the weights the weights, where one is kept.
  public void finish() {
    optimizer.takeAverage();
  }

  /// Drops the gradients collected.
  public void dropGradients() {
    optimizer.dropGradients();
  }

  @Override
  public void save(Path folder) {
    network.save(folder);
    optimizer.save(folder.resolve(OPTIMIZER));
  }

  @Override
  public ObjectNode state() {
    return Json.MAPPER.createObjectNode().put("micro", passes).put("updates", optimizer.updates());
  }

  @Override
  public void restore(Path folder, JsonNode state) {
    network.restore(folder);
    optimizer.restore(folder.resolve(OPTIMIZER), state.path("updates").asInt());
    passes = state.path("micro").asLong();
  }

  @Override
  public void close() {
    optimizer.close();
  }
}
