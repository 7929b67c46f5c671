package dev.tesuji.cli;

import dev.tesuji.play.Player;
import dev.tesuji.play.gtp.GtpEngine;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Speaks GTP.
@Command(
    name = "gtp",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Plays Go with programs that speak GTP: GoGui, Sabaki, Lizzie, other engines.",
    description = {
      "",
      "Reads commands on standard input, answers on standard output, logs on standard error. The"
          + " same commands get the same moves, as far as no clock binds. docs/gtp-and-go.md says"
          + " how to enter it in each program.",
      "",
      "  ./tesuji gtp --model DIR --visits 128",
      "  ./tesuji gtp --player random",
      ""
    })
final class GtpCommand implements Runnable {
  @Mixin GoPlayerOptions player = new GoPlayerOptions();

  @Override
  public void run() {
    PrintStream out =
        new PrintStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)),
            false,
            StandardCharsets.UTF_8);
    System.setOut(System.err); // nothing but answers goes to the program at the other end
    try (Player loaded = player.load()) {
      GtpEngine.Streams streams = new GtpEngine.Streams(System.in, out);
      new GtpEngine(loaded, player.limits(), Main.VERSION, streams, GtpCommand::log).run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void log(String sentence) {
    System.err.println("tesuji: " + sentence);
  }
}
