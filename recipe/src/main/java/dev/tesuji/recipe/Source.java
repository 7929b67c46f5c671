package dev.tesuji.recipe;

import dev.tesuji.check.Require;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where data comes from: files, what an earlier stage wrote, or the built-in world.
///
/// @param path the file; or a folder of files, or a pattern
/// @param stage the earlier `rejection` stage whose kept samples are taken, in the place of `path`
/// @param world how many requests of the built-in world, answered as well as can be (harmful ones
///   are refused), are taken in the place of `path`
/// @param share how much of what is learned from comes from here, in proportion to the shares of
///   the others; absent to take all of everything
public record Source(
    @Bare @Nullable Path path,
    @Nullable String stage,
    @Nullable Integer world,
    @Nullable Double share) {
  /// Checks that there is one place and that the share is one.
  public Source {
    if (Stream.of(path, stage, world).filter(Objects::nonNull).count() != 1) {
      throw new IllegalArgumentException(
          "either 'path', a file, or 'stage', the name of a rejection stage, or 'world', a number of"
              + " requests, must be given");
    }
    if (world != null) {
      Require.atLeast(1, "world", world);
    }
    if (share != null) {
      Require.that(share > 0 && Double.isFinite(share), "share", "above 0", share);
    }
  }

  /// Returns what names it in metrics: the stage, or the last part of the path.
  String label() {
    if (world != null) {
      return "world";
    }
    return stage != null ? stage : String.valueOf(path == null ? null : path.getFileName());
  }
}
