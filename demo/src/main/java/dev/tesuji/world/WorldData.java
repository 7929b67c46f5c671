package dev.tesuji.world;

import dev.tesuji.check.Require;
import dev.tesuji.recipe.MadeData;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.yaml.Named;
import dev.tesuji.yaml.Shorthand;
import java.nio.file.Path;

/// Requests of the built-in world, answered as well as can be (harmful ones are refused), as
/// demonstrations.
///
/// @param requests how many
@Named("world")
public record WorldData(@Shorthand int requests) implements MadeData {
  /// Checks the range.
  public WorldData {
    Require.atLeast(1, "world", requests);
  }

  @Override
  public String label() {
    return "world";
  }

  @Override
  public void requireTask(TaskConfig task) {
    WorldTask.of(task, "data of the world goes");
  }

  @Override
  public void write(Path file, long seed) {
    WorldFiles.writeGeneral(file, requests, false, seed);
  }
}
