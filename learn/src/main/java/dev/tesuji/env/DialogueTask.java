package dev.tesuji.env;

import dev.tesuji.text.CompletionText;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A task of several turns in texts.
///
/// Without a chat template, what the policy reads is appended as [#framed] writes it, and
/// [#turnEnds] end its turns; with one, each turn and each reply is a message.
public interface DialogueTask extends Task {
  /// How long the world of one episode may work on replies.
  Duration PATIENCE = Duration.ofMinutes(1);

  /// Begins a conversation about a problem.
  Dialogue open(Problem problem);

  /// Returns how long the world of one episode may work on replies in all; the episode ends there.
  default Duration patience() {
    return PATIENCE;
  }

  /// Returns the descriptions of tools, in OpenAI's schema; none where there are none.
  default List<ObjectNode> tools() {
    return List.of();
  }

  /// Writes a message of the world where there is no chat template.
  default String framed(ObjectNode message) {
    return message.path("content").asString("");
  }

  /// Returns a task as one of several turns in texts; null where its episodes have one turn, or no
  /// texts.
  static @Nullable DialogueTask of(Task task) {
    return switch (task) {
      case DialogueTask dialogues -> dialogues;
      case UserTask own -> of(own.task());
      case Task _ -> null;
    };
  }

  @Override
  default Episode reset(Problem problem, CompletionText text) {
    return new DialogueEpisode(
        new DialogueEpisode.Limits(turns(), patience()),
        open(problem),
        new PlainHistory(!tools().isEmpty(), this::framed, text));
  }
}
