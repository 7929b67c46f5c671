package dev.tesuji.dataset;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Fields;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// One row of a data set and where it stands.
///
/// @param place the file, and the line or row in it
/// @param fields the values by column
public record Row(Place place, ObjectNode fields) implements Fields {
  /// Reads the conversation of a column, with the system message of a column of its own.
  ///
  /// @throws BadInput when it is none, naming the field
  public List<ObjectNode> messages(String column) {
    return new ExampleReader(this, Columns.DEFAULT).messages(column).messages();
  }

  @Override
  public String unit() {
    return place.unit();
  }

  @Override
  public BadInput bad(String problem) {
    return place.bad(problem);
  }
}
