package dev.tesuji.dataset;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Fields;
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
