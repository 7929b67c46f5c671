package dev.tesuji.play.gtp;

import dev.tesuji.play.Limits;
import dev.tesuji.play.Player;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A whole talk with an engine: what is sent, and what is answered.
final class Talk {
  final String said;
  final List<String> log = new ArrayList<>();

  private Talk(Player player, Limits limits, byte[] sent) throws InterruptedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
    GtpEngine.Streams streams = new GtpEngine.Streams(new ByteArrayInputStream(sent), out);
    new GtpEngine(player, limits, "1.0", streams, log::add).run();
    said = bytes.toString(StandardCharsets.UTF_8);
  }

  static Talk with(Player player, String... lines) throws InterruptedException {
    return with(player, Limits.ofVisits(10), lines);
  }

  static Talk with(Player player, Limits limits, String... lines) throws InterruptedException {
    return new Talk(player, limits, String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
  }

  static Talk with(Player player, byte[] sent) throws InterruptedException {
    return new Talk(player, Limits.ofVisits(10), sent);
  }

  /// Returns the answers, without the empty lines that end them.
  List<String> answers() {
    return List.of(said.strip().split("\n\n", -1));
  }

  String last() {
    return answers().getLast();
  }
}
