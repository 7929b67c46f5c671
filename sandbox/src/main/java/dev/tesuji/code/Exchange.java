package dev.tesuji.code;

import dev.tesuji.json.Json;
import dev.tesuji.sandbox.Outcome;
import dev.tesuji.sandbox.Outcome.End;
import dev.tesuji.sandbox.Running;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The grading of one program by statements that run in a jail of their own, to which the program
/// answers.
final class Exchange {
  private final Running tests;
  private final Running program;
  private final Tests.Asserts asserts;
  private final Duration limit;
  private final DataInputStream fromTests;
  private final DataInputStream fromProgram;
  private int passed;
  private @Nullable CodeVerdict verdict;
  private String trouble = "";
  private long begun = System.nanoTime();
  private boolean loaded;
  private long granted;
  private double slowest;

  Exchange(Running tests, Running program, Submission submission, Tests.Asserts asserts) {
    this.tests = tests;
    this.program = program;
    this.asserts = asserts;
    limit = Duration.ofNanos((long) (submission.limits().seconds() * 1e9));
    fromTests = new DataInputStream(tests.output());
    fromProgram = new DataInputStream(program.output());
  }

  /// Returns whether the tests' jail is as it was, for the next program.
  boolean run() throws InterruptedException {
    tests.extend(limit);
    ObjectNode task = Json.MAPPER.createObjectNode();
    asserts.statements().forEach(task.putArray("asserts")::add);
    if (asserts.entryPoint() != null) {
      task.put("entry", asserts.entryPoint());
    }
    try {
      new Frame('N', Json.line(task).getBytes(StandardCharsets.UTF_8)).write(tests.input(), true);
      while (true) {
        Frame frame = Frame.read(fromTests, true);
        if (frame.kind() == 'E') {
          return true;
        }
        take(frame);
      }
    } catch (IOException _) {
      Outcome end = tests.end(); // at its limit, or it was never there
      if (end.end() == End.TIME_OUT) {
        fail(CodeVerdict.TIME_OUT, "");
      } else {
        fail(CodeVerdict.SANDBOX_ERROR, "the tests ended early: " + end.errorText());
      }
      return false;
    }
  }

  private void take(Frame frame) throws IOException, InterruptedException {
    switch (frame.kind()) {
      case 'Q' -> ask(frame);
      case 'S' -> begin();
      case 'V' -> verdict(Json.MAPPER.readTree(frame.text()));
      case 'C' -> fail(CodeVerdict.COMPILE_ERROR, "");
      case 'F' -> fail(CodeVerdict.WRONG, new String(frame.text(), StandardCharsets.UTF_8));
      default -> throw new IOException("a message of kind " + frame.kind());
    }
  }

  private void begin() {
    if (loaded) {
      end();
    } else {
      begun = System.nanoTime();
      granted = program.granted();
      loaded = true;
    }
    program.extend(limit);
    tests.extend(limit.plusMillis(50)); // so that it is the program that is out of time
  }

  private void end() {
    long now = System.nanoTime();
    long grantedNow = program.granted();
    slowest = Math.max(slowest, (now - begun - (grantedNow - granted)) / 1e6);
    begun = now;
    granted = grantedNow;
  }

  /// Hands a question to the program and its answer back.
  private void ask(Frame question) throws IOException, InterruptedException {
    try {
      question.write(program.input(), false);
      Frame.read(fromProgram, false).write(tests.input(), true);
    } catch (IOException _) {
      Outcome outcome = program.finish();
      if (loaded) {
        end();
      }
      switch (outcome.end()) {
        case TIME_OUT -> {
          fail(CodeVerdict.TIME_OUT, "");
          throw new EOFException(); // nothing else is asked
        }
        case MEMORY -> fail(CodeVerdict.MEMORY, "");
        case NOT_STARTED -> fail(CodeVerdict.SANDBOX_ERROR, "");
        case EXITED, OUTPUT -> {
          if (Memory.isLackingBy(outcome.errorText())) {
            fail(CodeVerdict.MEMORY, "");
          }
        }
      }
      new Frame('X', new byte[0]).write(tests.input(), true);
    }
  }

  private void fail(CodeVerdict reason, String why) {
    if (verdict == null) {
      verdict = reason;
      trouble = why;
    }
  }

  private void verdict(JsonNode found) {
    end();
    if (found.path("ok").asBoolean(false)) {
      passed++;
    } else {
      boolean memory = found.path("memory").asBoolean(false);
      fail(memory ? CodeVerdict.MEMORY : CodeVerdict.WRONG, found.path("error").asString(""));
    }
  }

  CodeResult result() throws InterruptedException {
    Outcome outcome = program.end();
    if (!loaded) {
      slowest = outcome.time().toNanos() / 1e6;
    }
    if (verdict == null && passed < asserts.count()) {
      verdict = CodeVerdict.SANDBOX_ERROR;
    }
    String stderr = outcome.errorText();
    String all = stderr.isEmpty() || trouble.isEmpty() ? stderr + trouble : stderr + "\n" + trouble;
    CodeVerdict last = verdict == null ? CodeVerdict.PASSED : verdict;
    return new CodeResult(last, passed, asserts.count(), slowest, all);
  }
}
