package dev.tesuji.demo;

import dev.tesuji.recipe.Comparison;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.recipe.RecipeReader;
import java.nio.file.Path;
import java.util.List;

/// Reads recipes as the command line does, with the demonstrations.
public final class Recipes {
  public static final RecipeReader READER = new RecipeReader(Demonstrations.REGISTRY.kinds());

  private Recipes() {}

  public static Recipe read(Path file, List<String> overrides) {
    return READER.read(file, overrides);
  }

  public static Comparison comparison(Path file, List<String> overrides) {
    return READER.comparison(file, overrides);
  }
}
