package dev.tesuji.data;

import dev.tesuji.input.BadInput;
import dev.tesuji.input.Fields;
import tools.jackson.databind.node.ObjectNode;

/// One row of a data set and where it stands.
///
/// @param place the file, and the line or row in it
/// @param fields the values by column
public record Row(Place place, ObjectNode fields) implements Fields {
  @Override
  public String unit() {
    return place.unit();
  }

  @Override
  public BadInput bad(String problem) {
    return place.bad(problem);
  }
}
