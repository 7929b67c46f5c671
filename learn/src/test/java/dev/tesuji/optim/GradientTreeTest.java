package dev.tesuji.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tesuji.nn.Parameter;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class GradientTreeTest {
  // float32 has no number between 2^24 and 2^24 + 2, so that the order of sums shows.
  private static final float[] LEAVES = {1 << 24, 1, 1, 1, 1, -(1 << 24), 3};

  private static Parameter parameter() {
    return new Parameter(Tensor.of(new float[1], 1), List.of(), true);
  }

  /// Makes a leaf whose gradient is known; NaN for one that does not reach the parameter.
  private static void leaf(Parameter parameter, GradientTree tree, float gradient) {
    if (!Float.isNaN(gradient)) {
      parameter.tensor().startedGrad().fill_(gradient);
    }
    tree.endLeaf();
  }

  private static float summed(float... leaves) {
    try (Scope _ = Scope.open()) {
      Parameter parameter = parameter();
      GradientSum sum = new GradientSum(parameter.tensor());
      try (GradientTree tree = new GradientTree(List.of(sum), 0)) {
        for (float leaf : leaves) {
          leaf(parameter, tree, leaf);
        }
        tree.finish();
      }
      float found = (float) sum.value().item();
      sum.drop();
      return found;
    }
  }

  @Test
  void leavesAreAddedAsABinaryTree() {
    float big = 1 << 24;
    assertThat(summed(big, 1, 1, 1)).isEqualTo(big + 2); // (big + 1) + (1 + 1), not big
    assertThat(summed(1, 1, big, 1)).isEqualTo(big + 2);
    assertThat(summed(1, big, 1, -big)).isEqualTo(1); // big + (1 - big); in a row it is 0
    assertThat(summed(big, 1, 1, 1, -big)).isEqualTo(2);
    assertThat(summed(big, -big, 1, 1, 1, 1, -big)).isEqualTo(-big + 4); // 2 + (2 - big)
  }

  @Test
  void aLeafThatDoesNotReachAParameterAddsNothing() {
    assertThat(summed(Float.NaN, 2, 3)).isEqualTo(5);
    assertThat(summed(2, Float.NaN, Float.NaN, Float.NaN, 4)).isEqualTo(6);
  }

  @Test
  void anyCutIntoNeighbouringLeavesMakesTheSameAdditions() {
    float whole = summed(LEAVES);
    for (int cuts = 0; cuts < 1 << (LEAVES.length - 1); cuts++) {
      assertThat(inShares(cuts)).as(Integer.toBinaryString(cuts)).isEqualTo(whole);
    }
  }

  /// Sums the leaves in shares, each by a tree of its own.
  ///
  /// @param cuts bit i for a cut behind leaf i
  private static float inShares(int cuts) {
    try (Scope _ = Scope.open()) {
      Parameter parameter = parameter();
      GradientSum sum = new GradientSum(parameter.tensor());
      try (GradientTree all = new GradientTree(List.of(sum), 0)) {
        int from = 0;
        for (int i = 0; i < LEAVES.length; i++) {
          if (i + 1 == LEAVES.length || (cuts >> i & 1) == 1) {
            share(from, i + 1).forEach(all::add);
            from = i + 1;
          }
        }
        all.finish();
      }
      float found = (float) sum.value().item();
      sum.drop();
      return found;
    }
  }

  private static List<GradientTree.Node> share(int from, int to) {
    Parameter parameter = parameter();
    List<GradientTree.Node> sent = new ArrayList<>();
    try (GradientTree tree = GradientTree.over(List.of(parameter), from)) {
      for (int i = from; i < to; i++) {
        leaf(parameter, tree, LEAVES[i]);
      }
      for (GradientTree.Node node : tree.nodes()) {
        List<@Nullable Tensor> copy = new ArrayList<>();
        copy.add(Objects.requireNonNull(node.gradients().getFirst()).copy());
        sent.add(new GradientTree.Node(node.first(), node.height(), copy));
      }
    }
    return sent;
  }

  @Test
  void sumsWaitForAsManyAsArePlanned() {
    for (int leaves = 2; leaves <= 33; leaves++) {
      try (Scope _ = Scope.open();
          GradientTree tree = GradientTree.over(List.of(parameter()), 0)) {
        for (int i = 0; i < leaves; i++) {
          assertThat(tree.nodes().size()).isLessThanOrEqualTo(GradientTree.waiting(leaves));
          tree.endLeaf();
        }
      }
    }
    assertThat(GradientTree.waiting(0)).isZero();
    assertThat(GradientTree.waiting(1)).isZero();
    assertThat(GradientTree.waiting(2)).isEqualTo(1);
    assertThat(GradientTree.waiting(8)).isEqualTo(3);
  }

  @Test
  void sumsThatAreNotTheNextAreRefused() {
    try (Scope _ = Scope.open();
        GradientTree tree = GradientTree.over(List.of(parameter()), 2)) {
      List<@Nullable Tensor> none = new ArrayList<>();
      none.add(null);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tree.add(new GradientTree.Node(4, 0, none)))
          .withMessage("node must begin at leaf 2 and at a multiple of its size, got 4");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tree.add(new GradientTree.Node(2, 2, none)))
          .withMessageContaining("at a multiple of its size");
    }
  }
}
