package dev.tesuji.reward;

import dev.tesuji.task.Task;
import dev.tesuji.task.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A weighted sum of named rewards.
///
/// @param task grades the answers for the verdict
/// @param parts the rewards
public record RewardMix(Task task, List<Part> parts) {
  /// A reward with its name and weight.
  ///
  /// @param name appears in metrics as `rewards/NAME/mean`
  /// @param weight multiplies what it pays
  /// @param reward the rule
  public record Part(String name, double weight, Reward reward) {}

  /// Copies the list.
  public RewardMix {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("a reward must have at least one part");
    }
  }

  /// Judges a response by every part.
  public Graded grade(Response response) {
    Verdict verdict = task.grade(response.problem(), response.text());
    Map<String, Double> paid = new LinkedHashMap<>();
    double total = 0;
    boolean trainable = true;
    for (Part part : parts) {
      switch (part.reward().judge(response)) {
        case Judgement.Points(double value) -> {
          paid.put(part.name(), value);
          total += part.weight() * value;
        }
        case Judgement.Withheld(Verdict why) -> {
          trainable = false;
          verdict = why;
        }
      }
    }
    return new Graded(response, verdict, paid, total, trainable);
  }
}
