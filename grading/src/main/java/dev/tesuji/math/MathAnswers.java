package dev.tesuji.math;

import dev.tesuji.answer.AnswerKind;
import dev.tesuji.answer.Verdict;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Pattern;

/// Answers that are mathematics: numbers, fractions, roots, expressions, lists, sets, intervals,
/// tuples, matrices, equations, inequalities, and words. Any number of threads may share one.
public final class MathAnswers implements AnswerKind {
  private static final Duration SYMBOLIC_WORK = Duration.ofMillis(1500);
  private static final Pattern DECIMAL_COMMA =
      Pattern.compile("[\\s$\\\\]*[-+]?\\d+,\\d+[\\s$\\\\]*");

  /// Grades answers; computer algebra is loaded when an answer first needs it.
  public static final MathAnswers INSTANCE =
      new MathAnswers(new Algebra(Symja::new, SYMBOLIC_WORK));

  private final Algebra algebra;
  private final Equivalence equivalence;

  MathAnswers(Algebra algebra) {
    this.algebra = algebra;
    this.equivalence = new Equivalence(new Identity(algebra));
  }

  /// Loads computer algebra now, so that the first answer that needs it is not charged for that.
  public void prepare() {
    try {
      algebra.isZero(Expression.number(0));
    } catch (OutOfTime e) {
      // it goes on loading; whoever asks next waits for it
    }
  }

  @Override
  public String gold(String solution) {
    boolean marked = solution.contains("\\boxed") || solution.contains("####");
    return marked ? extract(solution) : solution.strip();
  }

  @Override
  public boolean isReadable(String gold) {
    if (PlainNumber.read(gold) != null) {
      return true;
    }
    try {
      AnswerReader.read(gold);
      return true;
    } catch (Unreadable e) {
      return false;
    }
  }

  @Override
  public String wanted() {
    return "a mathematical answer, or end in '#### ANSWER' or '\\boxed{ANSWER}'";
  }

  @Override
  public String extract(String response) {
    return Extraction.answer(response);
  }

  @Override
  public Verdict grade(String gold, String answer) {
    BigDecimal want = PlainNumber.read(gold);
    BigDecimal got = want == null ? null : PlainNumber.read(answer);
    if (want != null && got != null) {
      boolean equal =
          want.compareTo(got) == 0
              || ((want.scale() > 0 || got.scale() > 0)
                  && Identity.near(want.doubleValue(), got.doubleValue()));
      return verdict(equal);
    }
    Answer wanted;
    try {
      wanted = AnswerReader.read(gold);
    } catch (Unreadable e) {
      return Verdict.UNPARSEABLE;
    }
    try {
      Answer given = AnswerReader.read(answer);
      return verdict(
          equivalence.equal(wanted, given)
              || (isDecimal(wanted) && hasDecimalComma(answer) && equal(wanted, point(answer)))
              || (isDecimal(given) && hasDecimalComma(gold) && equal(point(gold), given)));
    } catch (Unreadable e) {
      return Verdict.WRONG;
    } catch (OutOfTime e) {
      return Verdict.TIME_OUT;
    }
  }

  /// Says whether an answer is a decimal fraction, beside which `2,74` is one too and no list.
  private static boolean isDecimal(Answer answer) {
    return answer.unnamed() instanceof Answer.Value(Expression.Literal(_, boolean decimal), _, _)
        && decimal;
  }

  private static boolean hasDecimalComma(String text) {
    return DECIMAL_COMMA.matcher(text).matches();
  }

  private static String point(String text) {
    return text.replaceAll("[\\s$\\\\]", "").replace(',', '.');
  }

  private boolean equal(Answer wanted, String given) throws Unreadable, OutOfTime {
    return equivalence.equal(wanted, AnswerReader.read(given));
  }

  private boolean equal(String wanted, Answer given) throws Unreadable, OutOfTime {
    return equivalence.equal(AnswerReader.read(wanted), given);
  }

  private static Verdict verdict(boolean equal) {
    return equal ? Verdict.CORRECT : Verdict.WRONG;
  }
}
