package dev.tesuji.alphago.learn;

import dev.tesuji.alphago.net.FoldedNet;
import dev.tesuji.alphago.net.NetLoss;
import dev.tesuji.alphago.net.Outputs;
import dev.tesuji.alphago.net.PolicyValueNet;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.train.Checkpointed;
import dev.tesuji.train.Learner;
import dev.tesuji.train.Metrics;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A network of a game with its optimizer: updates it from examples. Close it to free the
/// optimizer; the network stays.
public final class NetLearner implements Checkpointed, AutoCloseable {
  private final PolicyValueNet net;
  private final LossWeights weights;
  private final Learner learner;

  /// Prepares a network to learn.
  public NetLearner(PolicyValueNet net, OptimizerConfig optimizer, LossWeights weights) {
    this.net = net;
    this.weights = weights;
    learner = new Learner(net, optimizer);
  }

  /// Returns the network.
  public PolicyValueNet net() {
    return net;
  }

  /// Updates the network from a batch.
  ///
  /// @param turn chooses a symmetry for each example
  /// @param step of so many `steps`, for the schedule
  /// @param means takes `loss`, `policy_loss`, `value_loss`, `target_entropy`, `games/entropy`,
  ///   `accuracy`, `grad_norm`
  public void update(
      List<Example> examples, IntUnaryOperator turn, int step, int steps, MeanMetrics means) {
    update(
        () -> {
          ExampleBatch batch = ExampleBatch.of(net.config(), examples, turn);
          return loss(net.forward(batch.planes(), true), batch, means);
        },
        step,
        steps,
        means);
  }

  /// Updates the network by the gradient of any loss.
  public void update(Supplier<Tensor> loss, int step, int steps, MeanMetrics means) {
    means.add("loss", learner.backward(loss));
    Metrics metrics = new Metrics();
    means.add("grad_norm", learner.update(step, steps, metrics));
    means.add("learning_rate", metrics.get("learning_rate"));
  }

  private Tensor loss(Outputs out, ExampleBatch batch, MeanMetrics means) {
    Tensor logPolicy = NetLoss.logPolicy(out.policy(), batch.illegal());
    Tensor aimed = batch.policy().sum(1).gt(0.5).to(Dtype.FLOAT32); // examples with a policy
    double count = Math.max(1, aimed.sum().item());
    Tensor policy = NetLoss.policy(logPolicy, batch.policy()).sum().div(count);
    Tensor value = NetLoss.binary(out.value(), batch.value()).mean();
    Tensor score = NetLoss.score(out.score(), batch.score()).mul(batch.owned()).mean();
    Tensor ownership =
        NetLoss.binary(out.ownership(), batch.ownership()).mean(1, false).mul(batch.owned()).mean();
    try (NoGrad _ = NoGrad.on()) {
      means.add("policy_loss", policy.item());
      means.add("value_loss", value.item());
      means.add("ownership_loss", ownership.item());
      Tensor right = correct(logPolicy, batch.policy());
      means.add("accuracy", right.mul(aimed).sum().item() / count);
      means.add("target_entropy", NetLoss.targetEntropy(batch.policy()).sum().item() / count);
      means.add("games/entropy", NetLoss.entropy(logPolicy).mean().item());
    }
    return policy
        .mul(weights.policy())
        .add(value.mul(weights.value()))
        .add(score.mul(weights.score()))
        .add(ownership.mul(weights.ownership()));
  }

  /// Returns 1 where the most probable action is the target's, `[B]`.
  private static Tensor correct(Tensor logPolicy, Tensor target) {
    return logPolicy.argmax(1).sub(target.argmax(1)).eq(0).to(Dtype.FLOAT32);
  }

  /// Measures the network, as it is played with, on examples: `policy_loss`, `accuracy`,
  /// `value_loss` and `value_mse`, that of values from -1 to 1.
  public MeanMetrics measure(List<Example> examples) {
    MeanMetrics means = new MeanMetrics();
    try (var folded = net.fold()) {
      for (int from = 0; from < examples.size(); from += 512) {
        List<Example> some = examples.subList(from, Math.min(examples.size(), from + 512));
        measure(folded, some, means);
      }
    }
    return means;
  }

  private void measure(FoldedNet folded, List<Example> examples, MeanMetrics means) {
    int size = net.config().planes() * net.config().cells();
    float[] planes = new float[examples.size() * size];
    for (int i = 0; i < examples.size(); i++) {
      examples.get(i).state().planes(planes, i * size);
    }
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      ExampleBatch batch = ExampleBatch.of(net.config(), examples);
      Outputs out = folded.forward(planes, examples.size());
      Tensor logPolicy = NetLoss.logPolicy(out.policy(), batch.illegal());
      int n = examples.size();
      if (examples.getFirst().policy().length > 0) {
        means.add("policy_loss", NetLoss.policy(logPolicy, batch.policy()).mean().item(), n);
        means.add("accuracy", correct(logPolicy, batch.policy()).mean().item(), n);
      }
      means.add("value_loss", NetLoss.binary(out.value(), batch.value()).mean().item(), n);
      Tensor error = out.value().sigmoid().sub(batch.value()).mul(2);
      means.add("value_mse", error.square().mean().item(), n);
    }
  }

  @Override
  public void save(Path folder) {
    learner.save(folder);
  }

  @Override
  public ObjectNode state() {
    return learner.state();
  }

  @Override
  public void restore(Path folder, JsonNode state) {
    learner.restore(folder, state);
  }

  @Override
  public void close() {
    learner.close();
  }
}
