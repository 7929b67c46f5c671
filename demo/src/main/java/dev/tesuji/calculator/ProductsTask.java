package dev.tesuji.calculator;

import dev.tesuji.recipe.Corpus;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.yaml.Named;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The built-in products with a calculator, in recipes.
@Named("calculator")
public record ProductsTask() implements TaskConfig.WithCorpus {
  /// All there is.
  public static final ProductsTask DEFAULT = new ProductsTask();

  @Override
  public Products open(@Nullable Path data) {
    return new Products();
  }

  @Override
  public Corpus corpus() {
    return ProductsTexts.DEFAULT;
  }
}
