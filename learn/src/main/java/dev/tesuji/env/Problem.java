package dev.tesuji.env;

import dev.tesuji.chat.Conversation;
import dev.tesuji.overlap.PromptKey;
import org.jspecify.annotations.Nullable;

/// A problem and its answer.
///
/// @param id names it within its task; a problem keeps its id in every run
/// @param text the problem as its author wrote it
/// @param answer the right answer, which the model never sees
/// @param source where it comes from, for people: a file and line, or the task's name
/// @param conversation what is asked, where that is more than one turn of the user; null where it
///   is the text alone
/// @param task names the task of a mixture that it belongs to ([TaskMixture]); null where there is
///   one task
public record Problem(
    long id,
    String text,
    String answer,
    String source,
    @Nullable Conversation conversation,
    @Nullable String task) {
  /// Makes a problem of the only task.
  public Problem(
      long id, String text, String answer, String source, @Nullable Conversation conversation) {
    this(id, text, answer, source, conversation, null);
  }

  /// Makes a problem that is a text.
  public Problem(long id, String text, String answer, String source) {
    this(id, text, answer, source, null, null);
  }

  /// Returns the same problem as one of a task of a mixture; of the only task where none is named.
  public Problem ofTask(@Nullable String name) {
    return new Problem(id, text, answer, source, conversation, name);
  }

  /// Returns what tells it from other problems, whatever its dress: two problems of one key are the
  /// same one.
  public String key() {
    return conversation == null ? PromptKey.of(text) : PromptKey.of(conversation.messages());
  }
}
