package dev.tesuji.code;

import dev.tesuji.sandbox.Job;
import dev.tesuji.sandbox.Lane;
import dev.tesuji.sandbox.Outcome;
import dev.tesuji.sandbox.Running;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tests of Java and C++ programs by statements: the program answers the calls that the statements
/// make, in a jail of its own, and what the statements say about the values is worked out in
/// another ([StatementChecks]).
final class CompiledTests {
  private final Toolchain toolchain;
  private final Lane lane;
  private final Submission submission;
  private final Tests.Asserts asserts;
  private final Calls calls;
  private final Duration limit;
  private final CallValue[] values;
  private final double[] times;
  private @Nullable CodeVerdict stopped;
  private int asked; // statements whose calls were made
  private String stderr = "";

  CompiledTests(Toolchain toolchain, Lane lane, Submission submission, Tests.Asserts asserts) {
    this.toolchain = toolchain;
    this.lane = lane;
    this.submission = submission;
    this.asserts = asserts;
    Language language = submission.language();
    calls =
        Calls.of(
            asserts.statements(),
            ProgramNames.of(
                language, submission.program(), asserts.statements(), asserts.entryPoint()),
            asserts.entryPoint());
    limit = Duration.ofNanos((long) (submission.limits().seconds() * 1e9));
    values = new CallValue[calls.calls().size()];
    Arrays.fill(values, CallValue.NONE);
    times = new double[asserts.count()];
  }

  CodeResult grade() throws InterruptedException, IOException {
    Calls.Left bad =
        calls.tests().stream().filter(t -> !t.trouble().isEmpty()).findFirst().orElse(null);
    if (bad != null) {
      return result(CodeVerdict.SANDBOX_ERROR, 0, bad.trouble());
    }
    HarnessSource harness = new HarnessSource(submission, calls.calls());
    Compiled compiled = Compiled.of(toolchain, lane, harness.files(), harness.sources());
    if (compiled.failure() == CodeVerdict.COMPILE_ERROR) {
      String name = toolchain.fileName(submission.program());
      byte[] text = submission.program().getBytes(StandardCharsets.UTF_8);
      boolean cpp = submission.language() == Language.CPP; // a main may be missing
      List<String> arguments = cpp ? List.of("-c", name) : List.of(name);
      Compiled alone = Compiled.of(toolchain, lane, Map.of(name, text), arguments);
      CodeVerdict verdict = alone.failure() == null ? CodeVerdict.WRONG : alone.failure();
      return result(verdict, 0, alone.failure() == null ? compiled.errors() : alone.errors());
    }
    if (compiled.failure() != null) {
      return result(compiled.failure(), 0, compiled.errors());
    }
    Job job =
        toolchain.running(harness.main(), compiled.made(), submission.limits(), Long.MAX_VALUE);
    try (Running program = lane.start(job)) {
      ask(program);
      Outcome outcome = program.end();
      stderr = outcome.errorText() + stderr;
    }
    return checked();
  }

  private CodeResult result(CodeVerdict verdict, int passed, String errors) {
    double slowest = 0;
    for (double t : times) {
      slowest = Math.max(slowest, t);
    }
    return new CodeResult(verdict, passed, asserts.count(), slowest, errors);
  }

  /// Makes the calls, statement by statement.
  private void ask(Running program) throws InterruptedException {
    DataInputStream answers = new DataInputStream(program.output());
    try {
      if (!said(answers).equals("L")) { // its classes and its statics are there
        throw new IOException("no beginning");
      }
      for (Calls.Left test : calls.tests()) {
        long start = System.nanoTime();
        long granted = program.granted();
        program.extend(limit);
        for (int call : test.calls().stream().sorted().toList()) {
          program.input().write((call + "\n").getBytes(StandardCharsets.US_ASCII));
          program.input().flush();
          take(call, said(answers));
        }
        times[asked] = (System.nanoTime() - start - (program.granted() - granted)) / 1e6;
        if (stopped != null) {
          return;
        }
        asked++;
      }
    } catch (IOException _) {
      Outcome outcome = program.finish();
      stopped =
          switch (outcome.end()) {
            case TIME_OUT -> CodeVerdict.TIME_OUT;
            case MEMORY -> CodeVerdict.MEMORY;
            case NOT_STARTED -> CodeVerdict.SANDBOX_ERROR;
            case EXITED, OUTPUT ->
                Memory.isLackingBy(outcome.errorText()) ? CodeVerdict.MEMORY : CodeVerdict.WRONG;
          };
      if (stopped == CodeVerdict.TIME_OUT && asked < times.length) {
        times[asked] = limit.toNanos() / 1e6;
      }
    }
  }

  private static String said(DataInputStream answers) throws IOException {
    return new String(Frame.read(answers, false).text(), StandardCharsets.UTF_8);
  }

  private void take(int call, String answer) {
    int line = answer.indexOf('\n');
    if (answer.startsWith("V") && line > 0) {
      String type = answer.substring(1, line);
      String words = answer.substring(line + 1);
      if (ValueType.isOne(submission.language(), type) && words.indexOf('\n') < 0) {
        values[call] = new CallValue(type, words);
      }
    } else if (answer.equals("M")) {
      stopped = CodeVerdict.MEMORY;
    } else if (answer.startsWith("E")) {
      stderr += answer.substring(1) + "\n";
    }
  }

  /// Works out the statements whose calls were made, and gives the verdict.
  private CodeResult checked() throws InterruptedException, IOException {
    List<Integer> whole = new ArrayList<>();
    for (int i = 0; i < asked; i++) {
      if (calls.tests().get(i).calls().stream().noneMatch(c -> values[c].type().isEmpty())) {
        whole.add(i);
      }
    }
    if (stopped == CodeVerdict.SANDBOX_ERROR) {
      return result(CodeVerdict.SANDBOX_ERROR, 0, stderr);
    }
    Map<Integer, String> tests = new LinkedHashMap<>();
    whole.forEach(i -> tests.put(i, calls.tests().get(i).expression()));
    StatementChecks checks = new StatementChecks(toolchain, lane, calls, List.of(values));
    boolean[] holds = checks.run(tests, asserts.count());
    int passed = 0;
    int first = -1; // the first statement that does not hold
    for (int i = 0; i < holds.length; i++) {
      passed += holds[i] ? 1 : 0;
      first = first < 0 && !holds[i] ? i : first;
    }
    CodeVerdict verdict =
        first < 0
            ? CodeVerdict.PASSED
            : first >= asked && stopped != null ? stopped : CodeVerdict.WRONG;
    String errors = checks.errors();
    return result(verdict, passed, stderr + (verdict == CodeVerdict.WRONG ? errors : ""));
  }
}
