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
    return job("host", Map.of(named("program"), text), submission.limits());
  }

  private String named(String file) {
    return file + (toolchain.language() == Language.PYTHON ? ".py" : ".js");
  }

  /// Makes the job that runs one of our own files.
  private Job job(String file, Map<String, byte[]> more, Submission.Limits limits) {
    String program = toolchain.program().toString();
    String main = Job.BOX + named(file);
    List<String> command =
        toolchain.language() == Language.PYTHON
            ? List.of(program, "-B", main)
            : List.of(
                "/bin/sh",
                "-c",
                APART,
                program,
                "--max-old-space-size=" + limits.megabytes(),
                "--stack-size=48000",
                main);
    Map<String, byte[]> files = new HashMap<>(more);
    for (String name : List.of(file, "codec")) {
      files.put(named(name), resource(named(name)));
    }
    return toolchain.job(command, files, limits);
  }

  private Running tests() throws InterruptedException {
    Running there = tests;
    if (there == null) {
      Job job = job("tests", Map.of(), new Submission.Limits(60, TESTS_MEGABYTES));
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
