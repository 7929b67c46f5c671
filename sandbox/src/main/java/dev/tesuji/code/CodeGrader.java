package dev.tesuji.code;

import dev.tesuji.sandbox.Job;
import dev.tesuji.sandbox.Lane;
import dev.tesuji.sandbox.Outcome;
import dev.tesuji.sandbox.Outcome.End;
import dev.tesuji.sandbox.Sandbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Grades programs by their tests, each in a jail of its own.
///
/// May be asked from many threads; as many programs run at once as the sandbox has lanes.
public final class CodeGrader implements AutoCloseable {
  private static final Pattern NO_PROGRAM =
      Pattern.compile("\\b(?:SyntaxError|IndentationError|TabError)\\b|source code");
  private static final Submission.Limits CHECKER = new Submission.Limits(10, 1024);
  private static final int OUTPUT_ROOM = 1 << 16; // beyond twice what is expected

  private final Sandbox sandbox;
  private final Map<Language, Toolchain> toolchains = new ConcurrentHashMap<>();
  private final Map<Lane, ScriptTests> pythonTests = new ConcurrentHashMap<>();

  /// Makes a grader, which owns the sandbox from now on.
  public CodeGrader(Sandbox sandbox) {
    this.sandbox = sandbox;
    for (Language language : Language.values()) {
      Toolchain toolchain = Toolchain.find(language);
      if (toolchain != null) {
        toolchains.put(language, toolchain);
      }
    }
  }

  /// Returns whether programs in a language can be run here.
  public boolean knows(Language language) {
    return toolchains.containsKey(language);
  }

  /// Returns the sandbox.
  public Sandbox sandbox() {
    return sandbox;
  }

  /// Grades a program. Waits for a free lane first.
  public CodeResult grade(Submission submission) throws InterruptedException {
    int total = submission.tests().count();
    if (!knows(submission.language())) {
      return new CodeResult(
          CodeVerdict.SANDBOX_ERROR, 0, total, 0, submission.language() + " is not installed here");
    }
    try (Lane lane = sandbox.lane()) {
      Toolchain toolchain = ready(submission.language(), lane);
      return switch (submission.tests()) {
        case Tests.InputOutput tests ->
            new Runs(toolchain, checkers(tests), lane, submission, tests).grade();
        case Tests.Asserts tests -> grade(toolchain, lane, submission, tests);
      };
    } catch (IOException | UncheckedIOException e) {
      return new CodeResult(CodeVerdict.SANDBOX_ERROR, 0, total, 0, String.valueOf(e.getMessage()));
    }
  }

  private CodeResult grade(
      Toolchain toolchain, Lane lane, Submission submission, Tests.Asserts tests)
      throws InterruptedException, IOException {
    return switch (submission.language()) {
      case PYTHON ->
          pythonTests
              .computeIfAbsent(lane, l -> new ScriptTests(toolchain, l))
              .grade(submission, tests);
      case JAVASCRIPT -> {
        try (ScriptTests scripts = new ScriptTests(toolchain, lane)) {
          yield scripts.grade(submission, tests);
        }
      }
      case JAVA, CPP -> new CompiledTests(toolchain, lane, submission, tests).grade();
    };
  }

  /// Returns what runs a language's programs, after it has been made ready where that is still to
  /// be done.
  private synchronized Toolchain ready(Language language, Lane lane)
      throws InterruptedException, IOException {
    Toolchain ready = Objects.requireNonNull(toolchains.get(language)).ready(lane);
    toolchains.put(language, ready);
    return ready;
  }

  /// Returns what runs the tests' checker; null where they have none.
  private @Nullable Toolchain checkers(Tests.InputOutput tests) throws IOException {
    if (tests.checker() == null) {
      return null;
    }
    Toolchain python = toolchains.get(Language.PYTHON);
    if (python == null) {
      throw new IOException("the tests' checker needs python, which is not installed here");
    }
    return python;
  }

  /// The runs of one program, an input after the other.
  private static final class Runs {
    private final Toolchain toolchain;
    private final @Nullable Toolchain checkers; // runs the tests' checker; null without one
    private final Lane lane;
    private final Submission submission;
    private final Tests.InputOutput tests;
    private final String name;
    private final byte[] text;
    private @Nullable CodeVerdict verdict; // of the first test that did not pass
    private String stderr = "";
    private double slowest;

    Runs(
        Toolchain toolchain,
        @Nullable Toolchain checkers,
        Lane lane,
        Submission submission,
        Tests.InputOutput tests) {
      this.toolchain = toolchain;
      this.checkers = checkers;
      this.lane = lane;
      this.submission = submission;
      this.tests = tests;
      name = toolchain.fileName(submission.program());
      text = submission.program().getBytes(StandardCharsets.UTF_8);
    }

    CodeResult grade() throws InterruptedException, IOException {
      Compiled compiled = Compiled.of(toolchain, lane, name, text);
      if (compiled.failure() != null) {
        return new CodeResult(compiled.failure(), 0, tests.count(), 0, compiled.errors());
      }
      String run =
          submission.language() == Language.JAVA
              ? JavaSource.of(submission.program()).mainClass()
              : name;
      int passed = 0;
      for (int i = 0; i < tests.count() && !isOver(); i++) {
        passed += passes(i, run, compiled.made()) ? 1 : 0;
      }
      return new CodeResult(
          verdict == null ? CodeVerdict.PASSED : verdict, passed, tests.count(), slowest, stderr);
    }

    /// A test that was stopped is the last one: the others would take as long.
    private boolean isOver() {
      return verdict != null && verdict != CodeVerdict.WRONG;
    }

    private boolean passes(int i, String run, byte[] made) throws InterruptedException {
      String expected = tests.outputs().get(i);
      long room = 2L * expected.getBytes(StandardCharsets.UTF_8).length + OUTPUT_ROOM;
      Job job = toolchain.running(run, made, submission.limits(), room);
      Outcome outcome = lane.run(job, tests.inputs().get(i).getBytes(StandardCharsets.UTF_8));
      slowest = Math.max(slowest, outcome.time().toNanos() / 1e6);
      CodeVerdict found = judge(outcome, i);
      if (verdict == null) {
        stderr = outcome.errorText();
      }
      if (found != CodeVerdict.PASSED && (verdict == null || found != CodeVerdict.WRONG)) {
        verdict = found;
        stderr = outcome.errorText();
      }
      return found == CodeVerdict.PASSED;
    }

    private CodeVerdict judge(Outcome outcome, int i) throws InterruptedException {
      return switch (outcome.end()) {
        case NOT_STARTED -> CodeVerdict.SANDBOX_ERROR;
        case TIME_OUT -> CodeVerdict.TIME_OUT;
        case MEMORY -> CodeVerdict.MEMORY;
        case OUTPUT -> CodeVerdict.WRONG;
        case EXITED -> outcome.status() == 0 ? compare(outcome, i) : failed(outcome);
      };
    }

    private CodeVerdict compare(Outcome outcome, int i) throws InterruptedException {
      String output = new String(outcome.output(), StandardCharsets.UTF_8);
      if (tests.comparison().same(output, tests.outputs().get(i))) {
        return CodeVerdict.PASSED;
      }
      return checkers == null ? CodeVerdict.WRONG : checked(checkers, outcome.output(), i);
    }

    /// Asks the checker, which is no part of the program: where it fails, nothing is known.
    private CodeVerdict checked(Toolchain python, byte[] output, int i)
        throws InterruptedException {
      Job job =
          python.job(
              List.of(
                  python.program().toString(),
                  "-B",
                  Job.BOX + "checker.py",
                  Job.BOX + "input.txt",
                  Job.BOX + "expected.txt",
                  Job.BOX + "output.txt"),
              Map.of(
                  "checker.py", bytes(String.valueOf(tests.checker())),
                  "input.txt", bytes(tests.inputs().get(i)),
                  "expected.txt", bytes(tests.outputs().get(i)),
                  "output.txt", output),
              CHECKER);
      Outcome said = lane.run(job, new byte[0]);
      String text = new String(said.output(), StandardCharsets.UTF_8).strip();
      if (said.end() != End.EXITED || !text.matches("(?s)(?:.*\\s)?[0-9.]+")) {
        return CodeVerdict.SANDBOX_ERROR;
      }
      String last = text.substring(text.lastIndexOf('\n') + 1).strip();
      return last.matches("1(?:\\.0*)?") ? CodeVerdict.PASSED : CodeVerdict.WRONG;
    }

    private static byte[] bytes(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }

    private CodeVerdict failed(Outcome outcome) throws InterruptedException {
      String errors = outcome.errorText();
      if (Memory.isLackingBy(errors)) {
        return CodeVerdict.MEMORY;
      }
      if (verdict == null && NO_PROGRAM.matcher(errors).find()) {
        Job check = toolchain.checking(name, text);
        if (check != null) {
          Outcome checked = lane.run(check, new byte[0]);
          if (checked.end() == End.EXITED && checked.status() != 0) {
            return CodeVerdict.COMPILE_ERROR;
          }
        }
      }
      return CodeVerdict.WRONG;
    }
  }

  @Override
  public void close() {
    pythonTests.values().forEach(ScriptTests::close);
    sandbox.close();
  }
}
