package dev.tesuji.programming;

import dev.tesuji.answer.Verdict;
import dev.tesuji.code.CodeResult;
import dev.tesuji.code.CodeVerdict;
import dev.tesuji.code.Language;
import dev.tesuji.reward.Judgement;
import dev.tesuji.reward.Response;
import dev.tesuji.reward.Reward;
import java.time.Duration;
import java.util.Locale;

/// Pays for a program that passes its problem's tests. What could not be run is not judged.
///
/// @param language the programs' language
/// @param score what is paid
/// @param programs where they run
public record CodeReward(Language language, Score score, Programs programs) implements Reward {
  /// The way in which a program is paid.
  public enum Score {
    /// 1 where all tests pass, else 0.
    ALL,
    /// The share of the tests that pass.
    SHARE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public Judgement judge(Response response) {
    CodeResult result = programs.grade(language, response.problem(), response.text());
    if (result.verdict() == CodeVerdict.SANDBOX_ERROR) {
      return new Judgement.Withheld(Verdict.VERIFIER_ERROR);
    }
    return new Judgement.Points(
        switch (score) {
          case ALL -> result.verdict() == CodeVerdict.PASSED ? 1 : 0;
          case SHARE -> (double) result.passed() / result.total();
        });
  }

  /// Programs wait for a processor, and most of their time is not this thread's.
  @Override
  public Duration patience() {
    return Duration.ofMinutes(30);
  }
}
