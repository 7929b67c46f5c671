package dev.tesuji.optim;

import dev.tesuji.nn.Parameter;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sums the gradients of an update's leaves in float32 as a binary tree whose shape follows from
/// their number alone, whoever computed which of them.
///
/// Leaf i is at place i. The sums of leaves `[a, a + 2^h)` and `[a + 2^h, a + 2^(h + 1))` become
/// one where a is a multiple of `2^(h + 1)`; what is left at the end is added from right to left.
/// For five leaves:
///
/// ```
/// ((0 + 1) + (2 + 3)) + 4
/// ```
///
/// A tree may begin at any leaf, and sums of whole subtrees may be added in place of their leaves.
/// So several machines with some neighbouring leaves each, and one that adds what they send, make
/// the same additions as one machine that has all leaves.
///
/// Close it to free them.
public final class GradientTree implements AutoCloseable {
  private final List<GradientSum> collected; // of the leaf under way
  private final Deque<Node> nodes = new ArrayDeque<>(); // the last first
  private final Scope owner = Scope.owner(); // of their gradients
  private int next; // the leaf to come
  private boolean finished;

  GradientTree(List<GradientSum> collected, int first) {
    this.collected = collected;
    next = first;
  }

  /// Makes a tree over parameters that nothing moves here.
  ///
  /// @param first the number of its first leaf
  public static GradientTree over(List<Parameter> parameters, int first) {
    return new GradientTree(
        parameters.stream().map(p -> new GradientSum(p.tensor())).toList(), first);
  }

  /// Returns how many sums wait at most while a leaf is computed.
  ///
  /// @param leaves of the tree
  public static int waiting(int leaves) {
    return leaves <= 1 ? 0 : Integer.SIZE - Integer.numberOfLeadingZeros(leaves - 1);
  }

  /// The sum of the gradients of leaves `[first, first + 2^height)`.
  ///
  /// @param gradients float32, one per parameter; null for a parameter that no leaf has reached
  public record Node(int first, int height, List<@Nullable Tensor> gradients) {
    int end() {
      return first + (1 << height);
    }
  }

  /// Ends a pass of a leaf, so that the gradient of its next one is added to it.
  public void endPass() {
    collected.forEach(GradientSum::endPass);
  }

  /// Takes what the parameters have collected as the gradient of the next leaf.
  public void endLeaf() {
    List<@Nullable Tensor> gradients = new ArrayList<>();
    for (GradientSum sum : collected) {
      gradients.add(sum.take(owner));
    }
    push(new Node(next, 0, gradients));
  }

  /// Adds the sum of a whole subtree, which begins at the next leaf. Takes its gradients from the
  /// scopes that they are in.
  public void add(Node node) {
    if (node.first() != next || next % (1 << node.height()) != 0) {
      throw new IllegalArgumentException(
          "node must begin at leaf "
              + next
              + " and at a multiple of its size, got "
              + node.first());
    }
    for (Tensor gradient : node.gradients()) {
      if (gradient != null) {
        owner.adopt(gradient);
      }
    }
    push(node);
  }

  private void push(Node node) {
    next = node.end();
    Node last = node;
    while (!nodes.isEmpty() && isLeftOf(nodes.peek(), last)) {
      Node left = nodes.pop();
      last = new Node(left.first(), left.height() + 1, sums(left, last));
    }
    nodes.push(last);
  }

  private static boolean isLeftOf(Node left, Node right) {
    return left.height() == right.height() && left.first() % (2 << left.height()) == 0;
  }

  /// Adds the right gradients to the left ones, and frees them.
  private static List<@Nullable Tensor> sums(Node left, Node right) {
    List<@Nullable Tensor> sums = new ArrayList<>();
    try (NoGrad _ = NoGrad.on()) {
      for (int i = 0; i < left.gradients().size(); i++) {
        Tensor a = left.gradients().get(i);
        Tensor b = right.gradients().get(i);
        if (a != null && b != null) {
          try (Scope _ = Scope.open()) {
            a.add_(b, 1);
          }
          b.close();
        }
        sums.add(a == null ? b : a);
      }
    }
    return sums;
  }

  /// Returns the sums so far, in the order of their leaves: those that another tree can be given.
  public List<Node> nodes() {
    return List.copyOf(nodes.reversed());
  }

  /// Adds up what is left, and makes that the gradient of the parameters.
  void finish() {
    finished = true;
    while (nodes.size() > 1) {
      Node right = nodes.pop();
      Node left = nodes.pop();
      nodes.push(new Node(left.first(), left.height() + 1, sums(left, right)));
    }
    Node root = nodes.pop();
    for (int i = 0; i < collected.size(); i++) {
      Tensor gradient = root.gradients().get(i);
      if (gradient != null) {
        collected.get(i).set(gradient);
      }
    }
  }

  @Override
  public void close() {
    if (!finished) {
      collected.forEach(GradientSum::drop); // a leaf that came to nothing
    }
    owner.close();
  }
}
