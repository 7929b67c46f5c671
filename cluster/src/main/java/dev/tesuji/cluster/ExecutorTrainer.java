package dev.tesuji.cluster;

import dev.tesuji.nn.CausalLm;
import dev.tesuji.optim.GradientTree;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.policy.Policy;
import dev.tesuji.tensor.Scope;
import dev.tesuji.train.LeafRunner;
import dev.tesuji.weights.LoadedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.spark.TaskContext;

/// Computes leaves of updates in an executor, one task at a time: a pass takes all cores, and
/// gradients are collected at the parameters of one model.
final class ExecutorTrainer {
  /// The trainer of this JVM.
  static final ExecutorTrainer HERE = new ExecutorTrainer();

  private final ExecutorModel model = new ExecutorModel();
  private final ReentrantLock free = new ReentrantLock();

  private ExecutorTrainer() {}

  /// Computes a task, and writes its sums to a file.
  ///
  /// @throws IOException when the weights are not there or damaged
  /// @throws InterruptedException when the task is told to stop
  LeafTask.Done compute(LeafTask.Update update, LeafTask task, TaskContext context)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    free.lockInterruptibly();
    try {
      LoadedModel loaded = model.take(update.model());
      String difference = ExecutorModel.difference(update.model(), loaded);
      if (!difference.isEmpty()) {
        Attempt by = Attempt.of(context, start);
        return new LeafTask.Done(
            by.refusal(difference), "", "", List.of(), List.of(), List.of(), by);
      }
      return compute(loaded.decoder(), update, task, () -> Attempt.of(context, start));
    } finally {
      free.unlock();
    }
  }

  private interface Clock {
    Attempt stop();
  }

  private static LeafTask.Done compute(
      CausalLm decoder, LeafTask.Update update, LeafTask task, Clock clock) throws IOException {
    decoder.trained().forEach(p -> p.tensor().requiresGrad(true));
    decoder.loads().reset();
    Policy policy = new Policy(decoder, update.temperature(), compute(update));
    Path file = Path.of(update.folder()).resolve(UUID.randomUUID() + ".safetensors");
    try (GradientTree tree = GradientTree.over(decoder.trained(), task.first());
        Scope _ = Scope.open()) {
      List<Policy.Scores> scores = LeafRunner.backward(policy, task.leaves(), tree);
      List<LeafTask.Sum> sums = SumFile.write(file, tree.nodes(), decoder.trained());
      return new LeafTask.Done(
          "",
          file.toString(),
          WeightStore.hash(file),
          sums,
          scores,
          decoder.loads().loads(),
          clock.stop());
    }
  }

  /// Returns the settings of which a pass takes notice.
  private static ComputeConfig compute(LeafTask.Update update) {
    ComputeConfig usual = ComputeConfig.DEFAULT;
    return new ComputeConfig(
        usual.tokensPerDevice(),
        update.checkpointing(),
        update.balanceLoss(),
        usual.biasUpdateRate(),
        usual.products());
  }
}
