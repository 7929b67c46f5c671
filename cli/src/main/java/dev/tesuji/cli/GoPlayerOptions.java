package dev.tesuji.cli;

import dev.tesuji.alphago.search.NetworkPlayer;
import dev.tesuji.check.BadInput;
import dev.tesuji.play.Limits;
import dev.tesuji.play.Player;
import dev.tesuji.play.PlayerSource;
import dev.tesuji.play.go.RandomGoPlayer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Who plays Go, and how long it thinks.
final class GoPlayerOptions {
  /// What makes players of model directories.
  private static final PlayerSource NETWORKS = NetworkPlayer::load;

  private static final int VISITS = 128;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "The directory of a network that plays Go.")
  @Nullable Path model;

  @Option(
      names = "--player",
      paramLabel = "NAME",
      description = "A player without a network: random.")
  @Nullable String player;

  @Option(
      names = "--visits",
      paramLabel = "N",
      description =
          "The most visits of the search for a move. Default: 128, or none with --seconds.")
  @Nullable Integer visits;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "The most seconds for a move. With --visits, whichever is reached first binds.")
  @Nullable Double seconds;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "What all randomness depends on. Default: ${DEFAULT-VALUE}.")
  long seed = 1;

  /// Loads the player.
  Player load() {
    limits(); // refused before anything is loaded
    if ((model == null) == (player == null)) {
      throw new BadInput("one of the options --model and --player must be given");
    }
    if (model != null) {
      return NETWORKS.load(model, seed);
    }
    if (!"random".equals(player)) {
      throw new BadInput("option --player must be 'random', got '" + BadInput.brief(player) + "'");
    }
    return new RandomGoPlayer(seed);
  }

  /// Returns the limits of each move.
  Limits limits() {
    if (visits != null && visits < 1) {
      throw new BadInput("option --visits must be at least 1, got " + visits);
    }
    if (seconds != null && !(seconds > 0 && seconds < 1e6)) {
      throw new BadInput("option --seconds must be above 0 and below 10^6, got " + seconds);
    }
    int most = visits != null ? visits : seconds == null ? VISITS : 0;
    return new Limits(most, seconds == null ? 0 : seconds);
  }
}
