package dev.tesuji.code;

import dev.tesuji.check.BadInput;
import dev.tesuji.sandbox.Sandbox;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// The grader of programs on this machine; tests are skipped, and say so, where nothing holds
/// programs or a language is not installed.
final class GraderHere implements BeforeAllCallback, AfterAllCallback {
  private @Nullable CodeGrader grader;

  @Override
  public void beforeAll(ExtensionContext context) {
    try {
      grader = new CodeGrader(Sandbox.open(false));
    } catch (BadInput e) {
      Assumptions.abort("SKIPPED: " + e.getMessage());
    }
  }

  CodeResult grade(Language language, String program, Tests tests, Submission.Limits limits) {
    CodeGrader there = grader;
    Assumptions.assumeTrue(
        there != null && there.knows(language), "SKIPPED: no " + language + " here");
    try {
      return there.grade(new Submission(language, program, tests, limits));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (grader != null) {
      grader.close();
    }
  }
}
