package dev.tesuji.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.nn.Parameter;
import dev.tesuji.optim.GradientTree;
import dev.tesuji.policy.Leaf;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Tasks of an update, and the files in which their sums travel.
@ExtendWith(LeakCheck.class)
class LeafTaskTest {
  @TempDir private Path folder = Path.of("");

  private static List<LeafTask> cut(int leaves, int executors) {
    return LeafTask.cut(Collections.nCopies(leaves, new Leaf(List.of())), executors);
  }

  @Test
  void tasksAreWholeSubtreesAndAboutTwoForEachExecutor() {
    for (int leaves = 2; leaves <= 40; leaves++) {
      for (int executors = 1; executors <= 9; executors++) {
        List<LeafTask> tasks = cut(leaves, executors);
        int size = tasks.getFirst().leaves().size();
        assertThat(Integer.bitCount(size)).isEqualTo(1);
        assertThat(size).isLessThanOrEqualTo(Math.max(1, leaves / (2 * executors)));
        int next = 0;
        for (LeafTask task : tasks) {
          assertThat(task.first()).isEqualTo(next);
          next += task.leaves().size();
        }
        assertThat(next).isEqualTo(leaves);
        assertThat(tasks.size()).isGreaterThanOrEqualTo(Math.min(leaves, 2 * executors));
      }
    }
    assertThat(cut(8, 2)).extracting(t -> t.leaves().size()).containsExactly(2, 2, 2, 2);
    assertThat(cut(8, 3)).hasSize(8);
    assertThat(cut(21, 2)).extracting(t -> t.leaves().size()).containsExactly(4, 4, 4, 4, 4, 1);
  }

  private static List<Parameter> parameters() {
    return List.of(parameter("a", 2), parameter("b", 1));
  }

  private static Parameter parameter(String name, int size) {
    Tensor values = Tensor.of(new float[size], size);
    return new Parameter(values, List.of(new Parameter.Part(name, 0, size)), true);
  }

  /// Writes the sums of leaves 4 to 6; only the last reaches the second parameter.
  private LeafTask.Done written() throws IOException {
    Path file = folder.resolve("sums.safetensors");
    List<Parameter> parameters = parameters();
    try (GradientTree tree = GradientTree.over(parameters, 4)) {
      for (int leaf = 4; leaf < 7; leaf++) {
        parameters.getFirst().tensor().startedGrad().fill_(leaf);
        if (leaf == 6) {
          parameters.getLast().tensor().startedGrad().fill_(0.5);
        }
        tree.endLeaf();
      }
      List<LeafTask.Sum> sums = SumFile.write(file, tree.nodes(), parameters);
      Attempt by = new Attempt(0, "0", "here", 1);
      return new LeafTask.Done(
          "", file.toString(), WeightStore.hash(file), sums, List.of(), List.of(), by);
    }
  }

  private static List<String> read(LeafTask.Done done) throws IOException {
    return read(done, parameters());
  }

  private static List<String> read(LeafTask.Done done, List<Parameter> parameters)
      throws IOException {
    List<String> found = new ArrayList<>();
    try (Scope _ = Scope.open();
        GradientTree tree = GradientTree.over(parameters, 4)) {
      SumFile.addTo(tree, done, parameters);
      for (GradientTree.Node node : tree.nodes()) {
        for (Tensor gradient : node.gradients()) {
          found.add(gradient == null ? "none" : Float.toString(gradient.toFloats()[0]));
        }
      }
    }
    return found;
  }

  @Test
  void sumsArriveAsTheyWereSent() throws IOException {
    try (Scope _ = Scope.open()) {
      LeafTask.Done done = written();
      assertThat(done.sums()).containsExactly(new LeafTask.Sum(4, 1), new LeafTask.Sum(6, 0));
      assertThat(read(done)).containsExactly("9.0", "none", "6.0", "0.5");
    }
  }

  @Test
  void sumsThatAreDamagedOrNotThereOrOfOthersAreRefused() throws IOException {
    try (Scope _ = Scope.open()) {
      LeafTask.Done done = written();
      Path file = Path.of(done.file());
      assertThatThrownBy(() -> read(done, List.of(parameter("a", 2), parameter("c", 1))))
          .isInstanceOf(IOException.class)
          .hasMessage(file + ": an executor's gradients are of other parameters");
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length - 1] ^= 1;
      Files.write(file, bytes);
      assertThatThrownBy(() -> read(done))
          .isInstanceOf(IOException.class)
          .hasMessage(file + ": an executor's gradients are damaged");
      Files.delete(file);
      assertThatThrownBy(() -> read(done))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("executors and driver must see the folder at the same place");
    }
  }
}
