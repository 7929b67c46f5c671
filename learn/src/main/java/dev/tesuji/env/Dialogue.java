package dev.tesuji.env;

import dev.tesuji.toolcall.ToolCall;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// One conversation of a policy with a world of texts: a game, tools, a program that is debugged.
///
/// Used by one thread at a time.
public interface Dialogue extends AutoCloseable {
  /// A turn of the policy, as text.
  ///
  /// @param text all of it
  /// @param answer what follows its thinking, without calls
  /// @param calls the calls of tools in it
  /// @param turn its number, from 1
  /// @param isLast whether no other can follow, since the policy has had all its turns
  record Said(String text, String answer, List<ToolCall> calls, int turn, boolean isLast) {}

  /// The answer to a turn.
  sealed interface Reply {
    /// The conversation goes on.
    ///
    /// @param messages what the policy reads next, each with `role` (`user` or `tool`) and
    ///   `content`
    /// @param points what the turn was worth by itself
    record More(List<ObjectNode> messages, double points) implements Reply {
      /// Copies the list.
      public More {
        messages = List.copyOf(messages);
      }
    }

    /// The conversation is over.
    ///
    /// @param response the text that is graded
    /// @param points what the turn was worth by itself
    /// @param ending why it is over
    /// @param trouble more about that, in one sentence; empty where the ending says all
    record Over(String response, double points, Ending ending, String trouble) implements Reply {
      /// Makes the end at an answer or of a game.
      public Over(String response, double points) {
        this(response, points, Ending.ANSWERED, "");
      }
    }
  }

  /// Answers a turn; may wait for other machines.
  Reply reply(Said said);

  /// Returns the text that is graded where the conversation ends at one of its limits.
  String outcome(Said last);

  /// Frees what it holds; most hold nothing.
  @Override
  default void close() {}
}
