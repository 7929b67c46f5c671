package dev.tesuji.evaluate;

import dev.tesuji.env.Task;
import dev.tesuji.reward.Graded;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The votes of responses to one problem: answers that come to the same vote together, right ones
/// and wrong ones alike.
///
/// Were wrong answers told apart by their spelling, `0.5`, `1/2` and `\frac12` would be three
/// candidates where they are wrong and one where they are right, and a majority of the right answer
/// would be found too often.
public final class Ballot {
  /// Stands for every answer that grades as correct.
  public static final String RIGHT = "\u0000right";

  private Ballot() {}

  /// Returns for each response the answer that it votes for, as the first response that gave it
  /// spells it; [#RIGHT] where it is right, null where it gives none.
  ///
  /// @param responses responses to one problem
  public static List<@Nullable String> votes(Task task, List<Graded> responses) {
    List<String> candidates = new ArrayList<>();
    List<@Nullable String> votes = new ArrayList<>();
    for (Graded graded : responses) {
      votes.add(graded.verdict().isCorrect() ? RIGHT : candidate(task, graded, candidates));
    }
    return votes;
  }

  private static @Nullable String candidate(Task task, Graded graded, List<String> candidates) {
    String answer = task.extract(graded.response().problem(), graded.response().text());
    if (answer.isEmpty()) {
      return null;
    }
    if (candidates.contains(answer)) {
      return answer;
    }
    for (String candidate : candidates) {
      if (task.same(graded.response().problem(), candidate, answer)) {
        return candidate;
      }
    }
    candidates.add(answer);
    return answer;
  }
}
