package dev.tesuji.alphago.stage;

import dev.tesuji.alphago.gtp.GtpProgram;
import dev.tesuji.check.BadInput;
import dev.tesuji.play.Game;
import dev.tesuji.play.go.Go;
import java.util.List;

/// The command lines of programs that speak GTP.
final class Programs {
  private Programs() {}

  /// Returns the words of a command line.
  static List<String> words(String line) {
    return List.of(line.strip().split("\\s+"));
  }

  /// Refuses a program that is not there, or a game that GTP does not know.
  static void require(String line, Game game) {
    if (!(game instanceof Go)) {
      throw new IllegalArgumentException(
          "a program that speaks GTP plays Go, and the game must be go, got " + game.name());
    }
    String program = words(line).getFirst();
    if (GtpProgram.find(program).isEmpty()) {
      throw new BadInput(GtpProgram.missing(program));
    }
  }
}
