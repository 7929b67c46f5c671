package dev.tesuji.rl.ppo;

import dev.tesuji.model.CausalLm;
import dev.tesuji.model.Parameter;
import dev.tesuji.model.Reading;
import dev.tesuji.model.TokenBatch;
import dev.tesuji.optim.AdamW;
import dev.tesuji.policy.TokenSequence;
import dev.tesuji.rl.algorithm.Tools;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.Safetensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  private final Scope owner = Scope.owner();
  private final Tensor weight; // float32 [1, C]
  private final Tensor bias; // float32 [1]
  private final AdamW optimizer;
  private long readings;

  /// Makes a critic that expects 0 everywhere.
  Critic(CriticConfig config, Tools tools) {
    this.config = config;
    this.tools = tools;
    trunk = ownsTrunk() ? tools.requireSecond() : tools.policy();
    CausalLm decoder = trunk.decoder();
    try (Scope _ = Scope.open()) {
      long width = decoder.config().hiddenSize();
      weight = owner.adopt(Tensor.zeros(Dtype.FLOAT32, 1, width).to(decoder.device()));
      bias = owner.adopt(Tensor.zeros(Dtype.FLOAT32, 1).to(decoder.device()));
    }
    List<Parameter> parameters =
        new ArrayList<>(
            List.of(parameter("value_head.weight", weight), parameter("value_head.bias", bias)));
    if (ownsTrunk()) {
      parameters.addAll(decoder.trained());
    }
    optimizer = new AdamW(parameters, tools.optimizer().times(config.learningRateFactor()));
  }

  private static Parameter parameter(String name, Tensor tensor) {
    return new Parameter(tensor, List.of(new Parameter.Part(name, 0, tensor.size(0))), true);
  }

  private boolean ownsTrunk() {
    return config.trunk() == CriticConfig.Trunk.OWN;
  }

  /// Returns the value before each scored token, end to end.
  float[] values(List<TokenSequence> sequences) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      TokenBatch batch = TokenSequence.batch(sequences, trunk.decoder());
      Tensor rows = TokenSequence.scoredRows(sequences, batch);
      return values(trunk.decoder().hidden(batch).indexSelect(0, rows)).toFloats();
    }
  }

  /// Adds the gradient of a loss of values to the head's and the trunk's.
  ///
  /// @param loss makes the scalar loss from the values before each scored token, `[n]`
  /// @return the loss
  double backward(List<TokenSequence> sequences, UnaryOperator<Tensor> loss) {
    CausalLm decoder = trunk.decoder();
    Reading.Way way = new Reading.Way(tools.compute().gradientCheckpointing(), 0, readings++);
    try (Scope _ = Scope.open()) {
      TokenBatch batch = TokenSequence.batch(sequences, decoder);
      try (Reading reading = decoder.read(batch, way)) {
        Tensor rows = TokenSequence.scoredRows(sequences, batch);
        Tensor hidden = reading.hidden().indexSelect(0, rows).detach().requiresGrad(true);
        Tensor value = loss.apply(values(hidden));
        value.backward();
        Tensor whole =
            Tensor.zeros(hidden.dtype(), batch.tokens(), hidden.size(1)).to(decoder.device());
        reading.backward(whole.indexAdd_(0, rows, hidden.grad()));
        return value.item();
      }
    }
  }

  private Tensor values(Tensor hidden) {
    return hidden.to(Dtype.FLOAT32).linear(weight, bias).squeeze(1);
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
    try (Scope _ = Scope.open()) {
      Safetensors.write(folder.resolve(HEAD), head());
    }
    if (ownsTrunk()) {
      trunk.save(folder.resolve("critic"));
    }
    optimizer.save(folder.resolve(OPTIMIZER));
  }

  private Map<String, Tensor> head() {
    return Map.of("value_head.weight", weight.detach(), "value_head.bias", bias.detach());
  }

  void putState(ObjectNode state) {
    state.put("critic_updates", optimizer.updates()).put("critic_readings", readings);
  }

  void restore(Path folder, JsonNode state) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on();
        Safetensors saved = Safetensors.open(folder.resolve(HEAD))) {
      saved.readInto("value_head.weight", weight);
      saved.readInto("value_head.bias", bias);
    }
    if (ownsTrunk()) {
      trunk.restore(folder.resolve("critic"));
    }
    optimizer.restore(folder.resolve(OPTIMIZER), state.path("critic_updates").asInt());
    readings = state.path("critic_readings").asLong();
  }

  @Override
  public void close() {
    optimizer.close();
    owner.close();
  }
}
