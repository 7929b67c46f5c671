package dev.tesuji.alphago.stage;

import dev.tesuji.check.BadInput;
import dev.tesuji.play.Game;
import dev.tesuji.play.go.Go;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The command lines of programs that speak GTP.
final class Programs {
  private Programs() {}

  /// Returns the words of a command line.
  static List<String> words(String line) {
    return List.of(line.strip().split("\\s+"));
  }

  /// Returns the words of a command line, the program by the path where it lies.
  static List<String> command(String line) {
    List<String> words = words(line);
    String program = find(words.getFirst()).map(Path::toString).orElse(words.getFirst());
    return Stream.concat(Stream.of(program), words.stream().skip(1)).toList();
  }

  /// Finds a program on the path, and where Debian puts games.
  private static Optional<Path> find(String program) {
    if (program.contains("/")) {
      return Optional.of(Path.of(program)).filter(Files::isExecutable);
    }
    String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/games";
    return Stream.of(path.split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /// Refuses a program that is not there, or a game that GTP does not know.
  static void require(String line, Game game) {
    if (!(game instanceof Go)) {
      throw new IllegalArgumentException(
          "a program that speaks GTP plays Go, and the game must be go, got " + game.name());
    }
    String program = words(line).getFirst();
    if (find(program).isEmpty()) {
      throw new BadInput(
          "the program '"
              + program
              + "' was not found on the PATH or in /usr/games; install it (GNU Go on Debian and"
              + " Ubuntu: apt-get install gnugo) or name another program that speaks GTP");
    }
  }
}
