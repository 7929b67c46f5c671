package dev.tesuji.rollout;

import dev.tesuji.env.Problem;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A problem as it is put to a policy.
///
/// @param id tells it from the others of a request; with the seed and a sample's number it decides
///   what is sampled
/// @param problem the problem
/// @param prompt the tokens that pose it
/// @param prefill tokens with which the policy's first turn is begun for it: a part of the response
///   that is not learned from; mostly none
public record PosedProblem(long id, Problem problem, int[] prompt, int[] prefill) {
  /// Makes one whose response the policy writes from its beginning.
  public PosedProblem(long id, Problem problem, int[] prompt) {
    this(id, problem, prompt, new int[0]);
  }

  /// Refuses problems of one request two of which have the same id.
  static void requireDifferent(List<PosedProblem> problems) {
    Set<Long> ids = new HashSet<>();
    for (PosedProblem p : problems) {
      if (!ids.add(p.id())) {
        throw new IllegalArgumentException(
            "problems of one request must have different ids, got " + p.id() + " twice");
      }
    }
  }
}
