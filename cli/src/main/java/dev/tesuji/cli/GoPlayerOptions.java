package dev.tesuji.cli;

import dev.tesuji.alphago.search.NetworkPlayer;
import dev.tesuji.check.BadInput;
import dev.tesuji.play.Limits;
import dev.tesuji.play.Player;
import dev.tesuji.play.PlayerSource;
import dev.tesuji.play.go.RandomGoPlayer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Who plays Go, and how long it thinks.
final class GoPlayerOptions {
  /// What makes players of model directories.
  private static final PlayerSource NETWORKS = NetworkPlayer::load;

  /// The property that names the checkout, which the script `tesuji` sets.
  private static final String HOME = "tesuji.home";

  private static final int VISITS = 128;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description =
          "The directory of a network that plays Go. Default: the one that comes with Tesuji, which"
              + " knows 7x7.")
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
    Path network = model == null && player == null ? shipped() : model;
    if ((network == null) == (player == null)) {
      throw new BadInput("one of the options --model and --player must be given");
    }
    if (network != null) {
      return NETWORKS.load(network, seed);
    }
    if (!"random".equals(player)) {
      throw new BadInput("option --player must be 'random', got '" + BadInput.brief(player) + "'");
    }
    return new RandomGoPlayer(seed);
  }

  /// Returns the network that comes with Tesuji, or null where it is run from elsewhere.
  private static @Nullable Path shipped() {
    String home = System.getProperty(HOME);
    Path directory = home == null ? null : Path.of(home, "models", "go-7x7");
    return directory != null && Files.isDirectory(directory) ? directory : null;
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
