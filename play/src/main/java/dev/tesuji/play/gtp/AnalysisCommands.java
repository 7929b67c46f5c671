package dev.tesuji.play.gtp;

import dev.tesuji.play.Limits;
import dev.tesuji.play.Thought;
import dev.tesuji.play.go.Go;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/// Analysis as Lizzie, Sabaki and q5Go ask for it: lines until something is sent.
final class AnalysisCommands {
  private final GtpSession session;

  AnalysisCommands(GtpSession session) {
    this.session = session;
  }

  /// Writes a thought as a line.
  @FunctionalInterface
  private interface Format {
    String line(Thought thought, AnalysisOptions options, Go go);
  }

  Map<String, GtpCommand> commands() {
    Map<String, GtpCommand> all = new TreeMap<>();
    all.put("lz-analyze", (a, reply) -> analyze(a, reply, AnalysisText::lz));
    all.put("kata-analyze", (a, reply) -> analyze(a, reply, AnalysisText::kata));
    all.put("lz-genmove_analyze", (a, reply) -> generate(a, reply, AnalysisText::lz));
    all.put("kata-genmove_analyze", (a, reply) -> generate(a, reply, AnalysisText::kata));
    all.put("kata-get-rules", (_, _) -> rules());
    all.put("kata-set-rules", (a, _) -> setRules(a));
    return all;
  }

  private AnalysisOptions options(GtpArguments a) {
    return AnalysisOptions.parse(a, session.state().toMove(), session.go());
  }

  /// Thinks without limits until something is sent.
  private String analyze(GtpArguments a, GtpReply reply, Format format) {
    AnalysisOptions options = options(a);
    Lines lines = new Lines(options, format, reply);
    Thought last =
        session.think(
            options.color(),
            Limits.NONE,
            soFar -> !session.input().isWaiting() && lines.perhaps(soFar));
    lines.last(last);
    try {
      session.input().await(); // a player with nothing more to find has stopped by itself
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return "";
  }

  private String generate(GtpArguments a, GtpReply reply, Format format) {
    AnalysisOptions options = options(a);
    Lines lines = new Lines(options, format, reply);
    Thought thought = session.think(options.color(), lines::perhaps);
    lines.last(thought);
    session.play(options.color(), thought.action());
    reply.line("play " + session.actionName(thought.action()));
    return "";
  }

  /// The lines of one analysis, not more often than asked for.
  private final class Lines {
    private final AnalysisOptions options;
    private final Format format;
    private final GtpReply reply;
    private final long begin = System.nanoTime();
    private long due;
    private String written = "";

    Lines(AnalysisOptions options, Format format, GtpReply reply) {
      this.options = options;
      this.format = format;
      this.reply = reply;
      due = (long) (options.seconds() * 1e9);
    }

    /// Writes a line where one is due, and returns whether somebody still reads.
    boolean perhaps(Supplier<Thought> soFar) {
      long now = System.nanoTime() - begin;
      if (now < due) {
        return true;
      }
      due = now + (long) (options.seconds() * 1e9);
      last(soFar.get());
      return !reply.isClosed();
    }

    void last(Thought thought) {
      String line = format.line(thought, options, session.go());
      if (!line.isEmpty() && !line.equals(written)) {
        reply.line(line);
        written = line;
      }
    }
  }

  private static String rules() {
    return "{\"friendlyPassOk\":false,\"hasButton\":false,\"ko\":\"POSITIONAL\","
        + "\"scoring\":\"AREA\",\"suicide\":true,\"tax\":\"NONE\",\"whiteHandicapBonus\":\"0\"}";
  }

  private static String setRules(GtpArguments a) {
    String rules = String.join(" ", a.words()).replace("\"", "").strip();
    if (!rules.equalsIgnoreCase("tromp-taylor")) {
      throw new GtpError("the rules must be tromp-taylor, which are all that is known here");
    }
    return "";
  }
}
