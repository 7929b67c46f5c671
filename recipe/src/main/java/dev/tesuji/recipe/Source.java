package dev.tesuji.recipe;

import dev.tesuji.check.Require;
import dev.tesuji.yaml.Shorthand;
import dev.tesuji.yaml.Variants;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A source of demonstrations: files, the samples of an earlier stage, or data that is made up.
///
/// @param path the file; or a folder of files, or a pattern
/// @param stage the earlier `rejection` stage whose kept samples are taken, in the place of `path`
/// @param made what is made up in the place of `path`, under the name of its kind
/// @param share how much of what is learned from comes from here, in proportion to the shares of
///   the others; absent to take all of everything
public record Source(
    @Shorthand @Nullable Path path,
    @Nullable String stage,
    @Variants @Nullable MadeData made,
    @Nullable Double share) {
  /// Checks that there is one place and that the share is one.
  public Source {
    if (Stream.of(path, stage, made).filter(Objects::nonNull).count() != 1) {
      throw new IllegalArgumentException(
          "either 'path', a file, or 'stage', the name of a rejection stage, or data that is made up,"
              + " such as world: 2000, must be given");
    }
    if (share != null) {
      Require.that(share > 0 && Double.isFinite(share), "share", "above 0", share);
    }
  }

  /// Returns the name that metrics show: the stage, or the last part of the path.
  public String label() {
    if (made != null) {
      return made.label();
    }
    return stage != null ? stage : String.valueOf(path == null ? null : path.getFileName());
  }
}
