package dev.tesuji.cli;

import dev.tesuji.compare.Appendix;
import dev.tesuji.demo.Demonstrations;
import dev.tesuji.overoptimisation.OveroptimisationAppendix;
import dev.tesuji.recipe.RecipeReader;
import dev.tesuji.stage.Registry;
import java.util.List;

/// The kinds and pages that the commands know: Tesuji's own and the demonstrations.
final class Kit {
  /// The names that recipes can use.
  static final Registry REGISTRY = Demonstrations.REGISTRY;

  /// Reads recipes and tasks.
  static final RecipeReader READER = new RecipeReader(REGISTRY.kinds()).fetching();

  /// The pages that comparisons may have besides their own.
  static final List<Appendix> APPENDICES = List.of(new OveroptimisationAppendix());

  private Kit() {}
}
