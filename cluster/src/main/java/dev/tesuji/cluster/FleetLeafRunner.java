package dev.tesuji.cluster;

import dev.tesuji.files.SafeFiles;
import dev.tesuji.optim.GradientTree;
import dev.tesuji.policy.Leaf;
import dev.tesuji.policy.Policy;
import dev.tesuji.tensor.Scope;
import dev.tesuji.train.LeafRunner;
import dev.tesuji.weights.LoadedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/// Computes the leaves of updates on a fleet: an update is a job, and what its tasks send is added
/// here, from left to right, as soon as all to the left of it is there.
///
/// A task is a pure function of the published weights and of its rows. So a job may lose executors,
/// try again and speculate: whichever attempt comes first has the bits of all others.
///
/// @param fleet the executors
/// @param model the model that learns
record FleetLeafRunner(SparkFleet fleet, LoadedModel model) implements LeafRunner {
  private static final int MOMENT_MS = 100;

  @Override
  public List<Policy.Scores> run(Policy policy, List<Leaf> leaves, GradientTree tree) {
    List<LeafTask> tasks = LeafTask.cut(leaves, fleet.settings().executors());
    List<CompletableFuture<LeafTask.Done>> all =
        Stream.generate(CompletableFuture<LeafTask.Done>::new).limit(tasks.size()).toList();
    String group = fleet.nextGroup("learn");
    Path folder = fleet.settings().weights().toAbsolutePath().normalize().resolve(group);
    try {
      Files.createDirectories(folder);
      LeafTask.Update update =
          new LeafTask.Update(
              fleet.publish(model),
              policy.temperature(),
              policy.compute().gradientCheckpointing(),
              policy.compute().balanceLoss(),
              folder.toString());
      fleet.run(
          group,
          tasks,
          new SparkFleet.Function<>(new ComputeLeaves(update), LeafTask.Done.class),
          (number, done) -> all.get(number).complete(done),
          why -> all.forEach(f -> f.completeExceptionally(why)));
      List<Policy.Scores> scores = new ArrayList<>();
      for (CompletableFuture<LeafTask.Done> one : all) {
        LeafTask.Done done = await(one);
        add(done, tree);
        scores.addAll(done.scores());
      }
      return scores;
    } catch (IOException e) {
      throw SafeFiles.failed(folder, e);
    } finally {
      fleet.cancel(group); // attempts that speculate
      SafeFiles.deleteFolder(folder);
    }
  }

  private LeafTask.Done await(CompletableFuture<LeafTask.Done> one) {
    while (true) {
      try {
        LeafTask.Done done = one.get(MOMENT_MS, TimeUnit.MILLISECONDS);
        if (!done.refusal().isEmpty()) {
          throw SparkFleet.refused(done.refusal());
        }
        return done;
      } catch (TimeoutException e) {
        fleet.requireAlive();
      } catch (ExecutionException e) {
        throw fleet.failure("learn", e.getCause() == null ? e : e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("the update was interrupted", e);
      }
    }
  }

  private void add(LeafTask.Done done, GradientTree tree) {
    Path file = Path.of(done.file());
    try (Scope _ = Scope.open()) {
      SumFile.addTo(tree, done, model.decoder().trained());
      fleet.learned(done.by(), Files.size(file));
      Files.delete(file);
    } catch (IOException e) {
      throw fleet.failure("learn", e);
    }
    model.decoder().loads().add(done.loads());
  }
}
