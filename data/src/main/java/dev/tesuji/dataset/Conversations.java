package dev.tesuji.dataset;

import dev.tesuji.check.BadInput;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// Conversations in single columns, such as the problems of a task.
public final class Conversations {
  private Conversations() {}

  /// Reads the conversation of a column, with the system message of a column of its own.
  ///
  /// @throws BadInput when it is none, naming the field
  public static List<ObjectNode> of(Row row, String column) {
    return new ExampleReader(row, Columns.DEFAULT).messages(column).messages();
  }
}
