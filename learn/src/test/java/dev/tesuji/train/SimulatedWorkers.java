package dev.tesuji.train;

import dev.tesuji.nn.Parameter;
import dev.tesuji.optim.GradientTree;
import dev.tesuji.policy.Leaf;
import dev.tesuji.policy.Policy;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.weights.LoadedModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Workers of this process that share nothing with who learns: each reads the weights from files
/// and the leaves from bytes, and sends copies of its sums. They work in the wrong order.
///
/// @param model that learns
/// @param folder takes its weights
/// @param ends of the workers' shares, in leaves; the last worker takes what is left
public record SimulatedWorkers(LoadedModel model, Path folder, List<Integer> ends)
    implements LeafRunner {
  private record Sent(List<Policy.Scores> scores, List<GradientTree.Node> sums) {}

  @Override
  public List<Policy.Scores> run(Policy policy, List<Leaf> leaves, GradientTree tree) {
    model.save(folder);
    List<int[]> shares = new ArrayList<>();
    int from = 0;
    for (int end : ends) {
      int to = Math.min(end, leaves.size());
      if (from < to) {
        shares.add(new int[] {from, to});
      }
      from = to;
    }
    if (from < leaves.size()) {
      shares.add(new int[] {from, leaves.size()});
    }
    Collections.reverse(shares);
    List<Sent> sent = new ArrayList<>();
    try (Scope _ = Scope.open()) {
      for (int[] share : shares) {
        sent.add(work(policy, share[0], copied(leaves.subList(share[0], share[1]))));
      }
      List<Policy.Scores> scores = new ArrayList<>();
      for (Sent some : sent.reversed()) {
        some.sums().forEach(tree::add);
        scores.addAll(some.scores());
      }
      return scores;
    }
  }

  private Sent work(Policy policy, int first, List<Leaf> leaves) {
    try (LoadedModel own = LoadedModel.load(folder, model.decoder().dtype(), Device.CPU)) {
      own.decoder().compute().multiplyIn(model.decoder().product());
      List<Parameter> trained = own.decoder().trained();
      trained.forEach(p -> p.tensor().requiresGrad(true));
      try (GradientTree tree = GradientTree.over(trained, first)) {
        Policy there = new Policy(own.decoder(), policy.temperature(), policy.compute());
        List<Policy.Scores> scores = LeafRunner.backward(there, leaves, tree);
        return new Sent(scores, tree.nodes().stream().map(SimulatedWorkers::copied).toList());
      }
    }
  }

  private static GradientTree.Node copied(GradientTree.Node node) {
    List<@Nullable Tensor> copies = new ArrayList<>();
    for (Tensor gradient : node.gradients()) {
      copies.add(gradient == null ? null : gradient.copy());
    }
    return new GradientTree.Node(node.first(), node.height(), copies);
  }

  @SuppressWarnings("unchecked")
  private static List<Leaf> copied(List<Leaf> leaves) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new ArrayList<>(leaves));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (List<Leaf>) in.readObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
