package dev.tesuji.tools;

import tools.jackson.databind.node.ObjectNode;

/// The tools of one episode, with what they remember of it: a game has its board here.
///
/// Used by one thread at a time.
@FunctionalInterface
public interface Toolbox extends AutoCloseable {
  /// Uses a tool.
  ///
  /// @param name the tool's, one of those that the task describes
  /// @param arguments what the policy wrote, an object
  /// @return what the policy reads
  /// @throws ToolFault when the arguments will not do; the policy reads the message. Anything else
  ///   that is thrown ends the episode as `tool_died`, and nothing is learned from it
  String call(String name, ObjectNode arguments) throws Exception;

  /// Frees what the tools hold.
  @Override
  default void close() {}
}
