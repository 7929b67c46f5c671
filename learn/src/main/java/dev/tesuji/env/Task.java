package dev.tesuji.env;

import dev.tesuji.answer.Verdict;
import dev.tesuji.chat.Conversation;
import dev.tesuji.text.CompletionText;
import dev.tesuji.text.Tokenizer;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Problems, how they are put to a model, and how its answers are graded: three things that must
/// fit together, in one place.
///
/// A task is an environment of one turn, whose text is the response.
public interface Task extends Env {
  /// Returns the name for reports, such as `gsm8k`.
  String name();

  /// Returns how many problems there are to train on; endless tasks return [Long#MAX_VALUE].
  long size();

  /// Returns a problem to train on.
  ///
  /// @param index from 0 to [#size] - 1
  Problem problem(long index);

  /// Returns problems to evaluate on, none of which [#problem] ever returns.
  ///
  /// @param count how many at most
  List<Problem> heldOut(int count);

  /// Returns the problems of its data that are not trained on because they are held out too, in
  /// whatever dress.
  default List<Problem> leftOut() {
    return List.of();
  }

  /// Writes the prompt with which a model is asked.
  String prompt(Problem problem);

  /// Writes the conversation with which a chat server is asked, which knows its model's template
  /// itself: the prompt as the user's turn, where the problem has no conversation of its own.
  default List<ObjectNode> messages(Problem problem) {
    Conversation own = problem.conversation();
    return (own == null ? Conversation.of("user", prompt(problem)) : own).messages();
  }

  @Override
  default int[] promptTokens(Problem problem, Tokenizer tokenizer) {
    return tokenizer.encodeWithSpecials(prompt(problem));
  }

  /// Returns what is graded of a completion: all of it, after what the prompt has begun of it.
  default String response(String completion) {
    return completion;
  }

  /// Returns what is graded of a completion of a problem's prompt.
  default String response(Problem problem, String completion) {
    return response(completion);
  }

  @Override
  default Episode reset(Problem problem, CompletionText text) {
    return turn -> new Step.End(response(problem, text.of(turn.tokens())));
  }

  @Override
  default int turns() {
    return 1;
  }

  /// Finds the answer in a response; empty text where it gives none.
  String extract(String response);

  /// Finds the answer in a response to a problem; empty text where it gives none.
  default String extract(Problem problem, String response) {
    return extract(response);
  }

  /// Returns whether two answers to a problem that were found in responses come to the same, so
  /// that they vote together.
  default boolean same(Problem problem, String answer, String other) {
    return answer.equals(other);
  }

  /// Grades a response against the gold answer.
  Verdict grade(Problem problem, String response);

  /// Counts things in a response that are worth a curve of their own, by name, such as `returns`;
  /// the same names for every response.
  default Map<String, Double> measures(Problem problem, String response) {
    return Map.of();
  }

  /// Writes a response that should grade as correct: the gold answer in the form that the task asks
  /// for, after some thinking in the language of the problem; empty where none is known. The audit
  /// of rewards ([dev.tesuji.audit.RewardAudit]) also asks for responses that give another text in
  /// the place of the gold answer.
  default String goldResponse(Problem problem) {
    return "<think>" + problem.text() + "</think><answer>" + problem.answer() + "</answer>";
  }
}
