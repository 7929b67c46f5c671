package dev.tesuji.play.gtp;

import dev.tesuji.check.BadInput;
import dev.tesuji.play.PlayerFailed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A program that speaks GTP, in a process of its own: commands in, answers out, within a time.
///
/// What dies, hangs or writes something else fails with [PlayerFailed]; the next command after
/// [#restart] starts it anew. Used by one thread at a time.
public final class GtpProgram implements AutoCloseable {
  private static final int LONGEST_ANSWER = 1 << 20;
  private static final long GRACE_SECONDS = 2;

  private final List<String> command;
  private final Duration timeout;
  private @Nullable Running running;
  private int starts;

  /// Prepares a program; it starts with the first command.
  ///
  /// @param command the program and its arguments
  /// @param timeout of each command
  public GtpProgram(List<String> command, Duration timeout) {
    this.command = List.copyOf(command);
    this.timeout = timeout;
  }

  /// A process, and a thread that reads its lines; an empty message ends them.
  private record Running(Process process, BlockingQueue<Line> lines) {}

  /// A line of the program, or its end.
  private record Line(@Nullable String text) {}

  /// Says that the program refused a command.
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private Refused(String sentence) {
      super(sentence);
    }
  }

  /// Returns how often the program was started.
  public int starts() {
    return starts;
  }

  /// Sends a command and returns its answer, without `=`.
  ///
  /// @throws Refused when the answer begins with `?`
  /// @throws PlayerFailed when there is none
  /// @throws BadInput when there is no such program
  public String send(String line) {
    Running now = running == null ? start() : running;
    running = now;
    try {
      OutputStream to = now.process.getOutputStream();
      to.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      to.flush();
    } catch (IOException e) {
      throw failed(now, "has died before '" + line + "'");
    }
    return answer(now, line);
  }

  private Running start() {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      starts++;
      BlockingQueue<Line> lines = new LinkedBlockingQueue<>();
      Thread.ofVirtual().name("tesuji-gtp-program").start(() -> read(process, lines));
      return new Running(process, lines);
    } catch (IOException e) {
      throw new BadInput(
          "the GTP program '"
              + BadInput.brief(String.join(" ", command))
              + "' could not be started: "
              + e.getMessage(),
          e);
    }
  }

  private static void read(Process process, BlockingQueue<Line> lines) {
    try (BufferedReader from =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line;
      while ((line = from.readLine()) != null) {
        lines.add(new Line(line));
      }
    } catch (IOException e) {
      // The same as its end.
    }
    lines.add(new Line(null));
  }

  private String answer(Running now, String command) {
    long deadline = System.nanoTime() + timeout.toNanos();
    StringBuilder answer = new StringBuilder();
    while (true) {
      String line = line(now, command, deadline).stripTrailing();
      if (!line.isEmpty()) {
        answer.append(answer.isEmpty() ? "" : "\n").append(line);
      } else if (!answer.isEmpty()) {
        break;
      }
      boolean odd = !answer.isEmpty() && answer.charAt(0) != '=' && answer.charAt(0) != '?';
      if (odd || answer.length() > LONGEST_ANSWER) {
        throw failed(
            now, "answered '" + command + "' with '" + BadInput.brief(answer) + "', not GTP");
      }
    }
    String text = answer.substring(1).strip();
    if (answer.charAt(0) == '?') {
      throw new Refused("refused '" + command + "': " + BadInput.brief(text));
    }
    return text;
  }

  private String line(Running now, String command, long deadline) {
    try {
      long left = deadline - System.nanoTime();
      Line line = now.lines.poll(Math.max(0, left), TimeUnit.NANOSECONDS);
      if (line == null) {
        throw failed(
            now, "did not answer '" + command + "' within " + timeout.toMillis() / 1000.0 + " s");
      }
      if (line.text == null) {
        throw failed(now, "died at '" + command + "'");
      }
      return line.text;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(now, "was interrupted at '" + command + "'");
    }
  }

  /// Ends the process, and returns what is to be thrown.
  private PlayerFailed failed(Running now, String what) {
    stop(now);
    running = null;
    return new PlayerFailed("the program '" + command.getFirst() + "' " + what);
  }

  /// Ends the process; the next command starts another.
  public void restart() {
    if (running != null) {
      stop(running);
      running = null;
    }
  }

  private static void stop(Running now) {
    now.process.descendants().forEach(ProcessHandle::destroyForcibly);
    now.process.destroyForcibly();
  }

  /// Asks the program to quit, and ends it if it does not.
  @Override
  public void close() {
    Running now = running;
    running = null;
    if (now == null) {
      return;
    }
    try {
      OutputStream to = now.process.getOutputStream();
      to.write("quit\n".getBytes(StandardCharsets.UTF_8));
      to.close();
      if (!now.process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
        stop(now);
      }
    } catch (IOException e) {
      stop(now);
    } catch (InterruptedException e) {
      stop(now);
      Thread.currentThread().interrupt();
    }
  }
}
