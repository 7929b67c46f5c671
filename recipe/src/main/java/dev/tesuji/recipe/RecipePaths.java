package dev.tesuji.recipe;

import dev.tesuji.hub.Address;
import dev.tesuji.hub.HubPaths;
import dev.tesuji.hub.Repository.Kind;
import dev.tesuji.yaml.Paths;
import java.lang.reflect.RecordComponent;

/// The paths of a recipe, which may be names on the hub.
final class RecipePaths {
  /// Looks only how addresses are written: they stay what they are, and nothing is fetched.
  static final Paths READ =
      (component, text, place) ->
          Address.isMeant(text)
              ? Address.of(text, kind(component)).asPath()
              : Paths.local(text, place);

  /// Fetches what is named on the hub and not here.
  static final Paths FETCHED =
      (component, text, place) -> HubPaths.of(Paths.local(text, place), text, kind(component));

  private RecipePaths() {}

  private static Kind kind(RecordComponent component) {
    return component.isAnnotationPresent(OfModel.class) ? Kind.MODEL : Kind.DATASET;
  }
}
