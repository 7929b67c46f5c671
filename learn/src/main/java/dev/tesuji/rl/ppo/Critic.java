package dev.tesuji.rl.ppo;

import dev.tesuji.compute.TrainingPass;
import dev.tesuji.nn.Parameter;
import dev.tesuji.optim.AdamW;
import dev.tesuji.policy.ScalarHead;
import dev.tesuji.rl.algorithm.Tools;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Tells what reward is to be expected after a text: a decoder with a head of one output.
///
/// The value of a token is told from what stands before it, at the place that predicts it. Owns the
/// head and its optimizer; close it to free them.
final class Critic implements AutoCloseable {
  private static final String HEAD = "value_head.safetensors";
  private static final String OPTIMIZER = "critic_optimizer.safetensors";

  private final Tools tools;
  private final CriticConfig config;
  private final LoadedModel trunk;
  private final ScalarHead head;
  private final AdamW optimizer;
  private long readings;

  /// Makes a critic that expects 0 everywhere.
  Critic(CriticConfig config, Tools tools) {
    this.config = config;
    this.tools = tools;
    trunk = ownsTrunk() ? tools.requireSecond() : tools.policy();
    head = new ScalarHead(trunk.decoder(), "value_head", true);
    List<Parameter> parameters = new ArrayList<>(head.parameters());
    if (ownsTrunk()) {
      parameters.addAll(trunk.decoder().trained());
    }
    optimizer = new AdamW(parameters, tools.optimizer().times(config.learningRateFactor()));
  }

  private boolean ownsTrunk() {
    return config.trunk() == CriticConfig.Trunk.OWN;
  }

  /// Returns the value before each scored token, end to end.
  float[] values(List<TokenSequence> sequences) {
    return head.tell(ScalarHead.Texts.beforeScored(sequences));
  }

  /// Adds the gradient of a loss of values to the head's and the trunk's.
  ///
  /// @param loss makes the scalar loss from the values before each scored token, `[n]`
  /// @return the loss
  double backward(List<TokenSequence> sequences, UnaryOperator<Tensor> loss) {
    TrainingPass.Settings settings =
        new TrainingPass.Settings(tools.compute().gradientCheckpointing(), 0, readings++);
    return head.backward(ScalarHead.Texts.beforeScored(sequences), settings, loss);
  }

  /// Moves the head, and the trunk where it has its own.
  ///
  /// @param step of the run, for the schedule
  /// @return the norm of the gradient before it was limited
  double update(int step) {
    double norm = optimizer.clip();
    double rate = tools.optimizer().rate(step, tools.steps()) * config.learningRateFactor();
    optimizer.update(rate);
    return norm;
  }

  void save(Path folder) {
    head.save(folder.resolve(HEAD));
    if (ownsTrunk()) {
      trunk.save(folder.resolve("critic"));
    }
    optimizer.save(folder.resolve(OPTIMIZER));
  }

  void putState(ObjectNode state) {
    state.put("critic_updates", optimizer.updates()).put("critic_readings", readings);
  }

  void restore(Path folder, JsonNode state) {
    head.restore(folder.resolve(HEAD));
    if (ownsTrunk()) {
      trunk.restore(folder.resolve("critic"));
    }
    optimizer.restore(folder.resolve(OPTIMIZER), state.path("critic_updates").asInt());
    readings = state.path("critic_readings").asLong();
  }

  @Override
  public void close() {
    optimizer.close();
    head.close();
  }
}
