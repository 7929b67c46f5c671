package dev.tesuji.cluster;

import dev.tesuji.nn.ExpertLoads;
import dev.tesuji.policy.Leaf;
import dev.tesuji.policy.Policy;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/// Some neighbouring leaves of an update, as plain data that any executor turns into the same
/// gradients.
///
/// @param first the number of the first of them in the update
/// @param leaves the leaves
record LeafTask(int first, List<Leaf> leaves) implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int ROUNDS = 2; // tasks for each executor, so that none waits long for one

  /// Copies the list.
  LeafTask {
    leaves = List.copyOf(leaves);
  }

  /// Cuts an update into tasks, each of which is a whole subtree but for the last: its gradients
  /// are one sum when they travel.
  ///
  /// @param executors how many there are; decides how many leaves a task has, and no byte
  static List<LeafTask> cut(List<Leaf> leaves, int executors) {
    int size = Math.max(1, Integer.highestOneBit(leaves.size() / (ROUNDS * executors)));
    List<LeafTask> tasks = new ArrayList<>();
    for (int first = 0; first < leaves.size(); first += size) {
      int end = Math.min(first + size, leaves.size());
      tasks.add(new LeafTask(first, leaves.subList(first, end)));
    }
    return tasks;
  }

  /// The things that all tasks of an update have in common.
  ///
  /// @param model the model
  /// @param temperature divides the logits
  /// @param checkpointing whether layers run again in the backward pass
  /// @param balanceLoss of experts
  /// @param folder takes the sums
  record Update(
      ModelVersion model,
      double temperature,
      boolean checkpointing,
      double balanceLoss,
      String folder)
      implements Serializable {
    private static final long serialVersionUID = 1;
  }

  /// The place of the sum of a subtree.
  ///
  /// @param first its first leaf
  /// @param height it has 2^height leaves
  record Sum(int first, int height) implements Serializable {
    private static final long serialVersionUID = 1;
  }

  /// A task that is done.
  ///
  /// @param refusal what of the machine differs from the driver's, in which case nothing was done
  /// @param file holds the sums
  /// @param hash of the file
  /// @param sums the subtrees that they belong to, in order
  /// @param scores of each pass of each leaf
  /// @param loads how tokens were spread over experts
  /// @param by who did it
  record Done(
      String refusal,
      String file,
      String hash,
      List<Sum> sums,
      List<Policy.Scores> scores,
      List<ExpertLoads.Load> loads,
      Attempt by)
      implements Serializable {
    private static final long serialVersionUID = 1;
  }
}
