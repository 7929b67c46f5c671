package dev.tesuji.env;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The conversation of an episode as the policy's tokens.
sealed interface History permits PlainHistory, ChatHistory {
  /// Reads a turn.
  Dialogue.Said said(Turn turn, int number, boolean isLast);

  /// Writes what the policy reads before its next turn.
  ///
  /// @param turn its last turn
  /// @param said the same, as it was read
  Step.Observation next(Turn turn, Dialogue.Said said, List<ObjectNode> replies, double points);
}
