package dev.tesuji.recipe;

import dev.tesuji.input.Require;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where data comes from: files, or what an earlier stage wrote.
///
/// @param path the file; or a folder of files, or a pattern
/// @param stage the earlier `rejection` stage whose kept samples are taken, in the place of `path`
/// @param share how much of what is learned from comes from here, in proportion to the shares of
///   the others; absent to take all of everything
public record Source(@Bare @Nullable Path path, @Nullable String stage, @Nullable Double share) {
  /// Checks that there is one place and that the share is one.
  public Source {
    if ((path == null) == (stage == null)) {
      throw new IllegalArgumentException(
          "either 'path', a file, or 'stage', the name of a rejection stage, must be given");
    }
    if (share != null) {
      Require.that(share > 0 && Double.isFinite(share), "share", "above 0", share);
    }
  }

  /// Returns what names it in metrics: the stage, or the last part of the path.
  String label() {
    return stage != null ? stage : String.valueOf(path == null ? null : path.getFileName());
  }
}
