package dev.tesuji.recipe;

import dev.tesuji.check.BadInput;
import dev.tesuji.hub.HubPaths;
import dev.tesuji.hub.Repository.Kind;
import dev.tesuji.yaml.Paths;
import dev.tesuji.yaml.Yaml.Place;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;

/// The paths of a recipe, which may be names on the hub.
final class RecipePaths {
  /// Looks only how names are written, so that nothing is fetched for a recipe with a mistake.
  static final Paths CHECKED =
      (component, text, place) -> {
        Path path = Paths.local(text, place);
        return HubPaths.address(path, text, kind(component)).map(_ -> Path.of(text)).orElse(path);
      };

  /// Fetches what is named on the hub.
  ///
  /// @throws BadInput when the hub does not give it
  static final Paths FETCHED =
      (component, text, place) -> HubPaths.of(local(text, place), text, kind(component));

  private RecipePaths() {}

  private static Path local(String text, Place place) {
    return Paths.local(text, place);
  }

  private static Kind kind(RecordComponent component) {
    return component.isAnnotationPresent(OfModel.class) ? Kind.MODEL : Kind.DATASET;
  }
}
