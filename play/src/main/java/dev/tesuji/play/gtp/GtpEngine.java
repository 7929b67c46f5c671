package dev.tesuji.play.gtp;

import dev.tesuji.play.Limits;
import dev.tesuji.play.Player;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A player that speaks the Go Text Protocol, version 2.
public final class GtpEngine {
  private final GtpInput input;
  private final PrintStream out;
  private final Consumer<String> log;
  private final Map<String, GtpCommand> commands = new TreeMap<>();

  /// Makes an engine; it reads as soon as it is made.
  ///
  /// @param player who plays; stays the caller's to close
  /// @param limits of each move; at least one
  /// @param version of the program, as the command of this name tells it
  /// @param streams where commands come from and answers go
  /// @param log takes a sentence where something went wrong
  public GtpEngine(
      Player player, Limits limits, String version, Streams streams, Consumer<String> log) {
    input = new GtpInput(streams.in);
    out = streams.out;
    this.log = log;
    GtpSession session = new GtpSession(player, limits, input, log);
    commands.put("name", (_, _) -> "Tesuji");
    commands.put("version", (_, _) -> version + " (" + player.name() + ")");
    commands.put("list_commands", (_, _) -> String.join("\n", commands.keySet()));
    commands.put(
        "known_command",
        (a, _) -> "" + (a.size() > 0 && commands.containsKey(a.words().getFirst())));
    commands.put("quit", (_, _) -> "");
    commands.putAll(new CoreCommands(session).commands());
    commands.putAll(new HandicapCommands(session).commands());
    commands.putAll(new TimeCommands(session).commands());
    commands.putAll(new SgfCommands(session).commands());
    commands.putAll(new SgfCommands(session).setup());
    commands.putAll(new AnalysisCommands(session).commands());
    commands.putAll(new GoGuiCommands(session).commands());
  }

  /// The two ends of the talk.
  ///
  /// @param in where commands come from
  /// @param out where answers go
  public record Streams(InputStream in, PrintStream out) {}

  /// Answers commands until `quit`, until there are no more, or until nobody reads the answers.
  public void run() throws InterruptedException {
    String line;
    boolean goOn = true;
    while (goOn && (line = input.next()) != null) {
      goOn = answer(line);
    }
  }

  private boolean answer(String line) {
    if (line.length() >= GtpInput.LONGEST) {
      GtpReply reply = new GtpReply(out, "");
      reply.fail("the line is too long");
      return !reply.isClosed();
    }
    GtpLine command = GtpLine.parse(line);
    if (command == null) {
      return true;
    }
    GtpReply reply = new GtpReply(out, command.id());
    answer(command, reply);
    return !command.command().equals("quit") && !reply.isClosed();
  }

  private void answer(GtpLine line, GtpReply reply) {
    @Nullable GtpCommand command = commands.get(line.command());
    if (command == null) {
      reply.fail("unknown command");
      return;
    }
    try {
      reply.succeed(command.run(line.arguments(), reply));
    } catch (RuntimeException e) {
      String sentence = GtpSession.sentence(e);
      if (!(e instanceof GtpError)) {
        log.accept(line.command() + ": " + sentence);
      }
      reply.fail(sentence);
    }
  }
}
