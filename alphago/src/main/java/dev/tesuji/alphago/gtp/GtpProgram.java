package dev.tesuji.alphago.gtp;

import dev.tesuji.check.BadInput;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A program that speaks GTP 2, in a process of its own. Used by one thread at a time.
public final class GtpProgram implements AutoCloseable {
  private static final String END = "\0"; // no line of a program has it

  private final Process process;
  private final Writer input;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final Duration patience;

  private GtpProgram(Process process, Duration patience) {
    this.process = process;
    this.patience = patience;
    input = process.outputWriter(StandardCharsets.UTF_8);
    Thread.ofVirtual().start(this::read);
  }

  /// Starts a program.
  ///
  /// @param words its command line
  /// @param patience how long an answer may take
  /// @throws BadInput when there is no such program
  public static GtpProgram start(List<String> words, Duration patience) {
    Path program =
        find(words.getFirst()).orElseThrow(() -> new BadInput(missing(words.getFirst())));
    List<String> command =
        Stream.concat(Stream.of(program.toString()), words.stream().skip(1)).toList();
    try {
      return new GtpProgram(
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start(),
          patience);
    } catch (IOException e) {
      throw new BadInput("program '" + program + "' could not be started: " + e.getMessage(), e);
    }
  }

  /// Finds a program on the path, and where Debian puts games.
  public static Optional<Path> find(String program) {
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

  /// Says that there is no such program, and what to do.
  public static String missing(String program) {
    return "the program '"
        + program
        + "' was not found on the PATH or in /usr/games; install it (GNU Go on Debian and Ubuntu:"
        + " apt-get install gnugo) or name another program that speaks GTP";
  }

  private void read() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      // The process has ended; END says so.
    } finally {
      lines.add(END);
    }
  }

  /// Sends a command.
  ///
  /// @return what the program answers, without the sign in front
  /// @throws GtpFailure when it refuses, dies, or is silent for too long
  public String send(String command) {
    try {
      input.write(command + "\n");
      input.flush();
    } catch (IOException e) {
      throw new GtpFailure("the program has ended before '" + command + "'");
    }
    StringBuilder answer = new StringBuilder();
    long deadline = System.nanoTime() + patience.toNanos();
    for (String line = next(command, deadline); ; line = next(command, deadline)) {
      if (line.isBlank() && answer.length() > 0) {
        return checked(command, answer.toString());
      }
      if (!line.isBlank()) {
        answer.append(answer.length() == 0 ? "" : "\n").append(line.strip());
      }
    }
  }

  private static String checked(String command, String answer) {
    if (answer.startsWith("=")) {
      return answer.substring(1).strip();
    }
    throw new GtpFailure("'" + command + "' was answered with " + BadInput.brief(answer));
  }

  private String next(String command, long deadline) {
    try {
      String line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (line == null) {
        throw new GtpFailure(
            "no answer to '" + command + "' within " + patience.toSeconds() + " seconds");
      }
      if (line.equals(END)) {
        throw new GtpFailure("the program has ended after '" + command + "'");
      }
      return line;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GtpFailure("interrupted while waiting for '" + command + "'");
    }
  }

  @Override
  public void close() {
    try {
      input.write("quit\n");
      input.flush();
      if (!process.waitFor(1, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
