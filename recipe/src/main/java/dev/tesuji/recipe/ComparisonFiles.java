package dev.tesuji.recipe;

import dev.tesuji.dataset.Columns;
import dev.tesuji.yaml.Named;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Data files: preference pairs, rankings, or labelled answers.
///
/// @param data the file; or a folder of files, or a pattern; the recipe's `data` where absent
/// @param columns which column holds what
@Named("files")
public record ComparisonFiles(@Nullable Path data, Columns columns) implements Comparisons.OfFiles {
  /// The recipe's own data under the usual names.
  public static final ComparisonFiles DEFAULT = new ComparisonFiles(null, Columns.DEFAULT);
}
