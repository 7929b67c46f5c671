package dev.tesuji.yaml;

import dev.tesuji.yaml.Yaml.Place;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;

/// Where what a recipe names as a path is.
public interface Paths {
  /// Takes a path from the folder of the file that it stands in.
  Paths LOCAL = (_, text, place) -> local(text, place);

  /// Finds a path.
  ///
  /// @param component what it is for
  /// @param text as it was written
  /// @param place where it stands
  Path find(RecordComponent component, String text, Place place);

  /// Returns a text as a path from the folder of the file that it stands in.
  static Path local(String text, Place place) {
    return place.folder().resolve(text).normalize();
  }
}
