package dev.tesuji.env;

import dev.tesuji.answer.Verdict;
import dev.tesuji.chat.ChatTemplate;
import dev.tesuji.chat.Conversation;
import dev.tesuji.text.Tokenizer;
import java.util.List;

/// A task whose problems are put as the user's turn of a conversation.
///
/// Where the model's template opens the thinking itself, so that completions begin inside it, a
/// response counts with the tag before it: rewards see what a reader would.
///
/// @param inner the task
/// @param template the model's chat template
/// @param thinkingPrefilled whether the template opens the thinking
public record ChatTask(Task inner, ChatTemplate template, boolean thinkingPrefilled)
    implements Task {
  /// Puts the problems of a task in conversations.
  public static ChatTask of(Task inner, ChatTemplate template) {
    return new ChatTask(inner, template, template.thinkingPrefilled());
  }

  @Override
  public String name() {
    return inner.name();
  }

  @Override
  public long size() {
    return inner.size();
  }

  @Override
  public Problem problem(long index) {
    return inner.problem(index);
  }

  @Override
  public List<Problem> heldOut(int count) {
    return inner.heldOut(count);
  }

  @Override
  public String prompt(Problem problem) {
    Conversation conversation = Conversation.of("user", inner.prompt(problem));
    return template.render(conversation, true).text();
  }

  @Override
  public int[] promptTokens(Problem problem, Tokenizer tokenizer) {
    return tokenizer.encode(prompt(problem)); // the template writes the special tokens
  }

  @Override
  public String response(String completion) {
    return thinkingPrefilled ? "<think>" + completion : completion;
  }

  @Override
  public String extract(String response) {
    return inner.extract(response);
  }

  @Override
  public boolean same(Problem problem, String answer, String other) {
    return inner.same(problem, answer, other);
  }

  @Override
  public Verdict grade(Problem problem, String response) {
    return inner.grade(problem, response);
  }

  @Override
  public String goldResponse(Problem problem) {
    return inner.goldResponse(problem);
  }
}
