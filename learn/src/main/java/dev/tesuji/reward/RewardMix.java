package dev.tesuji.reward;

import dev.tesuji.answer.Verdict;
import dev.tesuji.check.BadInput;
import dev.tesuji.env.Task;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A weighted sum of named rewards.
///
/// @param task grades the answers for the verdict
/// @param parts the rewards
/// @param aggregation how the parts become one advantage
public record RewardMix(Task task, List<Part> parts, Aggregation aggregation) {
  /// A reward with its name and weight.
  ///
  /// @param name appears in metrics as `rewards/NAME/mean`
  /// @param weight multiplies what it pays
  /// @param reward the rule
  public record Part(String name, double weight, Reward reward) {
    boolean computesHere() {
      return reward.patience().isZero();
    }
  }

  /// How the parts of a reward become one advantage, by TRL's names.
  public enum Aggregation {
    /// The parts are added up; the sums are compared within their group.
    SUM_THEN_NORMALIZE,
    /// Each part is compared within its group first, so that one with a large spread does not drown
    /// the others ([GDPO](https://arxiv.org/abs/2601.05242)).
    NORMALIZE_THEN_SUM
  }

  /// Copies the list, and checks that there is a part and that names differ.
  public RewardMix {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("a reward must have at least one part");
    }
    Set<String> names = new HashSet<>();
    for (Part part : parts) {
      if (!names.add(part.name())) {
        throw new IllegalArgumentException(
            "the parts of a reward must have different names, got '"
                + part.name()
                + "' twice (give one a 'name')");
      }
    }
  }

  /// Makes a mix whose parts are added up.
  public RewardMix(Task task, List<Part> parts) {
    this(task, parts, Aggregation.SUM_THEN_NORMALIZE);
  }

  /// Returns the weights, part by part.
  public double[] weights() {
    return parts.stream().mapToDouble(Part::weight).toArray();
  }

  /// Judges a response by every part, one after another.
  ///
  /// @throws RewardFailure when a part pays what is no number
  /// @throws RuleFault when a part throws
  public Graded grade(Response response) {
    List<Judgement> judgements = new ArrayList<>();
    for (Part part : parts) {
      judgements.add(judge(part, response));
    }
    return sum(response, verdict(response), judgements);
  }

  /// Grades the answer.
  Verdict verdict(Response response) {
    try {
      return task.grade(response.problem(), response.text());
    } catch (RuntimeException | StackOverflowError e) {
      throw new RuleFault("grading threw " + BadInput.brief(e), e);
    }
  }

  /// Judges a response by one part.
  ///
  /// @throws RewardFailure when it pays what is no number
  /// @throws RuleFault when it throws, or returns nothing
  static Judgement judge(Part part, Response response) {
    @Nullable Judgement judgement;
    try {
      judgement = part.reward().judge(response);
    } catch (RewardFailure e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      throw new RuleFault("reward '" + part.name() + "' threw " + BadInput.brief(e), e);
    }
    if (judgement == null) { // a rule of the user's may be careless
      throw new RuleFault("reward '" + part.name() + "' must return a judgement, got null", null);
    }
    if (judgement instanceof Judgement.Points(double value) && !Double.isFinite(value)) {
      throw new RewardFailure(
          "reward '"
              + part.name()
              + "' must pay a finite number, got "
              + value
              + " for "
              + describe(response));
    }
    return judgement;
  }

  /// Names a response in a sentence.
  public static String describe(Response response) {
    return "the completion '"
        + BadInput.brief(response.text())
        + "' of the problem "
        + response.problem().source();
  }

  /// Adds up what the parts said, in their order.
  Graded sum(Response response, Verdict verdict, List<Judgement> judgements) {
    Map<String, Double> paid = new LinkedHashMap<>();
    double total = 0;
    boolean trainable = true;
    String trouble = "";
    Verdict known = verdict;
    for (int i = 0; i < judgements.size(); i++) {
      switch (judgements.get(i)) {
        case Judgement.Points(double value) -> {
          paid.put(parts.get(i).name(), value);
          total += parts.get(i).weight() * value;
        }
        case Judgement.Withheld(Verdict why, String reason) -> {
          trainable = false;
          known = why;
          trouble = trouble.isEmpty() ? reason : trouble;
        }
      }
    }
    return new Graded(response, known, paid, total, trainable, trouble, Graded.Cost.NONE);
  }

  /// A rule that threw: costs one verdict.
  static final class RuleFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    RuleFault(String sentence, @Nullable Throwable cause) {
      super(sentence, cause);
    }
  }
}
