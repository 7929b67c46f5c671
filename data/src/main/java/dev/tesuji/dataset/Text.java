package dev.tesuji.dataset;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The text of a column: plain text, or a conversation that a chat template makes text of.
public sealed interface Text {
  /// Returns whether a message is to be learned, where it is one that can be: its fields `weight`,
  /// `train`, `trainable` or `loss` say otherwise.
  static boolean isLearned(ObjectNode message) {
    return MessageReader.isLearned(message);
  }

  /// Plain text.
  ///
  /// @param text as the file has it
  record Plain(String text) implements Text {}

  /// A conversation, or a part of one.
  ///
  /// @param messages each with `role` and `content`, and what else the file has, values that are
  ///   null left out
  record Messages(List<ObjectNode> messages) implements Text {
    /// Copies the list.
    public Messages {
      messages = List.copyOf(messages);
    }
  }
}
