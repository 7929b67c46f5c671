package dev.tesuji.cluster;

import dev.tesuji.nn.Parameter;
import dev.tesuji.optim.GradientTree;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Sums of gradients on their way from an executor to the driver: a file in the folder that both
/// see. They do not go through Spark, which would hold them in the driver's heap.
final class SumFile {
  private SumFile() {}

  /// Writes sums.
  ///
  /// @param parameters what they are gradients of
  /// @return their subtrees
  static List<LeafTask.Sum> write(
      Path file, List<GradientTree.Node> nodes, List<Parameter> parameters) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    List<LeafTask.Sum> sums = new ArrayList<>();
    for (GradientTree.Node node : nodes) {
      for (int p = 0; p < parameters.size(); p++) {
        Tensor gradient = node.gradients().get(p);
        if (gradient != null) {
          tensors.put(name(sums.size(), parameters.get(p)), gradient);
        }
      }
      sums.add(new LeafTask.Sum(node.first(), node.height()));
    }
    Safetensors.write(file, tensors);
    return sums;
  }

  /// Adds the sums of a task to a tree, from left to right.
  ///
  /// @param parameters of the tree
  /// @throws IOException when the file is not there, not what was written, or of other parameters
  static void addTo(GradientTree tree, LeafTask.Done done, List<Parameter> parameters)
      throws IOException {
    Path path = Path.of(done.file());
    if (!Files.exists(path)) {
      throw new IOException(
          path
              + ": an executor's gradients are not there; executors and driver must see the folder"
              + " at the same place (--weights DIR)");
    }
    if (!WeightStore.hash(path).equals(done.hash())) {
      throw new IOException(path + ": an executor's gradients are damaged");
    }
    try (Safetensors file = Safetensors.open(path)) {
      int read = 0;
      for (int s = 0; s < done.sums().size(); s++) {
        List<@Nullable Tensor> gradients = new ArrayList<>();
        for (Parameter parameter : parameters) {
          String name = name(s, parameter);
          boolean there = file.names().contains(name);
          read += there ? 1 : 0;
          gradients.add(there ? file.read(name) : null);
        }
        LeafTask.Sum sum = done.sums().get(s);
        tree.add(new GradientTree.Node(sum.first(), sum.height(), gradients));
      }
      if (read != file.names().size()) {
        throw new IOException(path + ": an executor's gradients are of other parameters");
      }
    }
  }

  private static String name(int sum, Parameter parameter) {
    return sum + "." + parameter.parts().getFirst().name();
  }
}
