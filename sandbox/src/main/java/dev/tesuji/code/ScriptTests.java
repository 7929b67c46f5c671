package dev.tesuji.code;

import dev.tesuji.sandbox.Job;
import dev.tesuji.sandbox.Lane;
import dev.tesuji.sandbox.Running;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tests of Python and JavaScript programs by statements: the statements run in one jail and the
/// program in another, and between the two go only calls and plain values.
///
/// The jail of Python's tests stays from one program to the next, and forks for each; that of
/// JavaScript's, whose runtime cannot fork, is made anew.
final class ScriptTests implements AutoCloseable {
  private static final int TESTS_MEGABYTES = 512;
  private static final Duration IDLE = Duration.ofDays(365);

  /// Begins a program whose messages go over descriptors 3 and 4, so that what it prints is none.
  private static final String APART = "exec \"$0\" \"$@\" 3<&0 4>&1 0</dev/null 1>&2";

  private final Toolchain toolchain;
  private final Lane lane;
  private @Nullable Running tests;

  ScriptTests(Toolchain toolchain, Lane lane) {
    this.toolchain = toolchain;
    this.lane = lane;
  }

  /// Reads a file that lies beside this class.
  static byte[] resource(String name) {
    try (InputStream in = ScriptTests.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource " + name + " is missing");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  CodeResult grade(Submission submission, Tests.Asserts asserts)
      throws InterruptedException, IOException {
    Running asking = tests();
    boolean clean = false;
    try (Running program = lane.start(job(submission))) {
      Exchange exchange = new Exchange(asking, program, submission, asserts);
      clean = exchange.run() && toolchain.language() == Language.PYTHON;
      return exchange.result();
    } finally {
      if (clean) {
        asking.extend(IDLE);
      } else {
        asking.close();
        tests = null;
      }
    }
  }

  private Job job(Submission submission) {
    byte[] text = submission.program().getBytes(StandardCharsets.UTF_8);
    Submission.Limits limits = submission.limits();
    return switch (toolchain.language()) {
      case PYTHON -> python(PythonStart.HOST, Map.of("program.py", text), limits);
      default -> javaScript("host", Map.of("program.js", text), limits);
    };
  }

  private Job tests(Submission.Limits limits) {
    return switch (toolchain.language()) {
      case PYTHON -> python(PythonStart.TESTS, Map.of(), limits);
      default -> javaScript("tests", Map.of(), limits);
    };
  }

  private Job python(String file, Map<String, byte[]> more, Submission.Limits limits) {
    Map<String, byte[]> files = new HashMap<>(more);
    files.put(file, toolchain.starter(file));
    return toolchain.job(PythonStart.command(toolchain, file), files, limits);
  }

  private Job javaScript(String name, Map<String, byte[]> more, Submission.Limits limits) {
    Map<String, byte[]> files = new HashMap<>(more);
    for (String file : List.of(name + ".js", "codec.js")) {
      files.put(file, resource(file));
    }
    List<String> command =
        List.of(
            "/bin/sh",
            "-c",
            APART,
            toolchain.program().toString(),
            "--max-old-space-size=" + limits.megabytes(),
            "--stack-size=48000",
            Job.BOX + name + ".js");
    return toolchain.job(command, files, limits);
  }

  private Running tests() throws InterruptedException {
    Running there = tests;
    if (there == null) {
      Job job = tests(new Submission.Limits(60, TESTS_MEGABYTES));
      there = lane.startBeside(job.forking());
      tests = there;
    }
    return there;
  }

  @Override
  public void close() {
    Running there = tests;
    if (there != null) {
      there.close();
      tests = null;
    }
  }
}
