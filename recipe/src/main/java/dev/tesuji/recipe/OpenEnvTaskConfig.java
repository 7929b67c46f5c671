package dev.tesuji.recipe;

import dev.tesuji.check.BadInput;
import dev.tesuji.check.Require;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.openenv.OpenEnvServer;
import dev.tesuji.openenv.OpenEnvTask;
import dev.tesuji.yaml.Named;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// An environment of a server that speaks OpenEnv's WebSocket protocol ([OpenEnvTask]).
///
/// @param url the server's WebSocket, such as `ws://localhost:8000/ws`
/// @param instructions what stands before the first observation: how the game is played, and that a
///   move stands in answer tags
/// @param field the action's field that takes the move
/// @param form of the move: `text`, `number`, or `json` for an object that is the whole action
/// @param observation the observation's field that the policy reads; absent for all of it, as JSON
/// @param solved what the rewards of a solved episode come to at least
/// @param turns the most turns of the policy
/// @param seconds how long the server may take for an answer
/// @param characters the most characters of an observation that the policy reads
@Named("openEnv")
public record OpenEnvTaskConfig(
    @Nullable String url,
    String instructions,
    String field,
    OpenEnvTask.Form form,
    @Nullable String observation,
    double solved,
    int turns,
    double seconds,
    int characters,
    @Unwrapped Speech speech)
    implements TaskConfig.Speaking {
  /// Texts in a field `message`, a reward of 1 for a solved episode, eight turns, ten seconds.
  public static final OpenEnvTaskConfig DEFAULT =
      new OpenEnvTaskConfig(
          null, "", "message", OpenEnvTask.Form.TEXT, null, 1, 8, 10, 2000, Speech.DEFAULT);

  private static final int MOST_BYTES = 1 << 20;

  /// Checks the ranges.
  public OpenEnvTaskConfig {
    Require.that(!field.isEmpty(), "field", "the name of a field", "''");
    Require.atLeast(1, "turns", turns);
    Require.that(seconds > 0 && seconds < 1e5, "seconds", "above 0", seconds);
    Require.atLeast(1, "characters", characters);
  }

  @Override
  public OpenEnvTask open(@Nullable Path data) {
    if (url == null) {
      throw new BadInput("task 'openEnv' needs 'url', such as ws://localhost:8000/ws");
    }
    return new OpenEnvTask(
        new OpenEnvServer(URI.create(url), Duration.ofMillis((long) (seconds * 1000)), MOST_BYTES),
        new OpenEnvTask.Settings(
            instructions, field, form, observation, solved, turns, characters));
  }
}
