package dev.tesuji.rl.ppo;

import dev.tesuji.compute.TrainingPass;
import dev.tesuji.nn.Parameter;
import dev.tesuji.policy.ScalarHead;
import dev.tesuji.rl.algorithm.AlgorithmContext;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.train.Checkpointed;
import dev.tesuji.train.Learner;
import dev.tesuji.train.Metrics;
import dev.tesuji.train.Network;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A model of the reward that is to be expected after a text: a decoder with a head of one output.
///
/// The value of a token is told from what stands before it, at the place that predicts it. Owns the
/// head and its optimizer; close it to free them.
final class Critic implements Checkpointed, AutoCloseable {
  private static final String FOLDER = "critic";

  private final AlgorithmContext context;
  private final ScalarHead head;
  private final Learner learner;

  /// Makes a critic that expects 0 everywhere.
  Critic(CriticConfig config, AlgorithmContext context) {
    this.context = context;
    boolean own = config.trunk() == CriticConfig.Trunk.OWN;
    LoadedModel trunk = own ? context.requireSecond() : context.policy();
    head = new ScalarHead(trunk.decoder(), "value_head", true);
    Network network = own ? new HeadAndTrunk(head, trunk) : new HeadAlone(head);
    learner =
        new Learner(
            network,
            context.optimizer().times(config.learningRateFactor()).change().emaDecay(0).build());
  }

  /// A head on the policy's own layers.
  private record HeadAlone(ScalarHead head) implements Network {
    private static final String FILE = "value_head.safetensors";

    @Override
    public List<Parameter> trained() {
      return head.parameters();
    }

    @Override
    public void save(Path folder) {
      head.save(folder.resolve(FILE));
    }

    @Override
    public void restore(Path folder) {
      head.restore(folder.resolve(FILE));
    }
  }

  /// A head on layers of its own.
  private record HeadAndTrunk(ScalarHead head, LoadedModel trunk) implements Network {
    @Override
    public List<Parameter> trained() {
      List<Parameter> all = new ArrayList<>(head.parameters());
      all.addAll(trunk.decoder().trained());
      return all;
    }

    @Override
    public void save(Path folder) {
      new HeadAlone(head).save(folder);
      trunk.save(folder);
    }

    @Override
    public void restore(Path folder) {
      new HeadAlone(head).restore(folder);
      trunk.restore(folder);
    }
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
        new TrainingPass.Settings(context.compute().gradientCheckpointing(), 0, learner.nextPass());
    return head.backward(ScalarHead.Texts.beforeScored(sequences), settings, loss);
  }

  /// Moves the head, and the trunk where it has its own.
  ///
  /// @param step of the run, for the schedule
  /// @return the norm of the gradient before it was limited
  double update(int step) {
    return learner.update(step, context.steps(), new Metrics());
  }

  @Override
  public void save(Path folder) {
    learner.save(folder.resolve(FOLDER));
  }

  @Override
  public ObjectNode state() {
    return learner.state();
  }

  @Override
  public void restore(Path folder, JsonNode state) {
    learner.restore(folder.resolve(FOLDER), state);
  }

  @Override
  public void close() {
    learner.close();
    head.close();
  }
}
