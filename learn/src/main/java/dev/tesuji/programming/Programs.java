package dev.tesuji.programming;

import dev.tesuji.check.BadInput;
import dev.tesuji.code.CodeGrader;
import dev.tesuji.code.CodeResult;
import dev.tesuji.code.CodeVerdict;
import dev.tesuji.code.Language;
import dev.tesuji.code.Submission;
import dev.tesuji.code.Tests;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Remembered;
import dev.tesuji.sandbox.Sandbox;
import org.jspecify.annotations.Nullable;

/// Grades the programs in responses, in the one sandbox of this process: a machine has so many
/// processors, however many tasks and rewards ask.
///
/// A program that several parts of a reward ask about is run once.
public final class Programs {
  private static final int REMEMBERED = 4096;

  private static @Nullable Programs safe;
  private static @Nullable Programs unsafe;

  private final CodeGrader grader;
  private final Remembered<Asked, CodeResult> known =
      new Remembered<>(REMEMBERED, r -> r.verdict() != CodeVerdict.SANDBOX_ERROR);

  private record Asked(Language language, String tests, String program) {}

  private Programs(CodeGrader grader) {
    this.grader = grader;
  }

  /// Returns the grader of this process, whose jails end with it.
  ///
  /// @param anyway whether programs may run where nothing can hold them
  /// @throws BadInput when there is no sandbox, and they may not
  public static synchronized Programs of(boolean anyway) {
    Programs there = anyway ? unsafe : safe;
    if (there == null) {
      CodeGrader grader = new CodeGrader(Sandbox.open(anyway));
      Runtime.getRuntime().addShutdownHook(new Thread(grader::close, "sandbox-close"));
      there = new Programs(grader);
      if (anyway) {
        unsafe = there;
      }
      if (grader.sandbox().isSafe()) {
        safe = there;
      }
    }
    return there;
  }

  /// Refuses a language that is not installed.
  ///
  /// @throws BadInput when it is not
  public void require(Language language) {
    if (!grader.knows(language)) {
      throw new BadInput(
          "language must be installed to grade programs in it, got "
              + language
              + "; install "
              + language.remedy());
    }
  }

  /// Grades the program in a response.
  ///
  /// @param problem whose gold answer are its tests ([CodeTests])
  public CodeResult grade(Language language, Problem problem, String response) {
    CodeTests tests = CodeTests.read(problem.answer());
    String function =
        tests.tests() instanceof Tests.Asserts a && a.entryPoint() != null ? a.entryPoint() : "";
    String program = ProgramText.whole(ProgramText.of(response), tests.begun(), function);
    Submission submission = new Submission(language, program, tests.tests(), tests.limits());
    return known.get(new Asked(language, problem.answer(), program), () -> run(submission));
  }

  private CodeResult run(Submission submission) {
    try {
      return grader.grade(submission);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new CodeResult(
          CodeVerdict.SANDBOX_ERROR, 0, submission.tests().count(), 0, "it was interrupted");
    }
  }
}
