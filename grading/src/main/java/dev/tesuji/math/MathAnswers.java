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
      Pattern.compile("[-+]?(?:\\d+,(?:\\d{2}|\\d{4,})|0,\\d{3,})");

  private static final Pattern DECORATION = Pattern.compile("[\\s$\\\\]");

  private static final Algebra ALGEBRA = new Algebra(Symja::new, SYMBOLIC_WORK);

  /// Grades answers of any sort, leniently; computer algebra is loaded when an answer first needs
  /// it.
  public static final MathAnswers INSTANCE = new MathAnswers(ALGEBRA, false, false);

  private static final MathAnswers STRICT = new MathAnswers(ALGEBRA, false, true);
  private static final MathAnswers NUMBERS = new MathAnswers(ALGEBRA, true, false);
  private static final MathAnswers STRICT_NUMBERS = new MathAnswers(ALGEBRA, true, true);

  private final Algebra algebra;
  private final boolean numbers;
  private final boolean strict;

  private MathAnswers(Algebra algebra, boolean numbers, boolean strict) {
    this.algebra = algebra;
    this.numbers = numbers;
    this.strict = strict;
  }

  /// Returns the kind whose gold answers may be any mathematics.
  ///
  /// @param strict whether answers must be marked by tags or a box; else they are also found in
  ///   prose
  public static MathAnswers of(boolean strict) {
    return strict ? STRICT : INSTANCE;
  }

  /// Returns the kind whose gold answers are numbers, of which what they count is left out: there a
  /// percent sign is a unit like others, which an answer may have.
  ///
  /// @param strict whether answers must be marked by tags or a box; else they are also found in
  ///   prose
  public static MathAnswers numbers(boolean strict) {
    return strict ? STRICT_NUMBERS : NUMBERS;
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
    return marked ? Extraction.answer(solution, false) : solution.strip();
  }

  @Override
  public boolean isReadable(String gold) {
    if (PlainNumber.read(gold) != null) {
      return true;
    }
    try {
      Answer read = AnswerReader.read(gold);
      return numbers
          ? read instanceof Answer.Value(Expression.Literal _, _, _)
              && gold.chars().anyMatch(Character::isDigit)
          : equivalence().isCoherent(read);
    } catch (Unreadable | OutOfTime e) {
      return false;
    }
  }

  @Override
  public String wanted() {
    return numbers
        ? "a number or end in '#### NUMBER'"
        : "a mathematical answer, or end in '#### ANSWER' or '\\boxed{ANSWER}'";
  }

  @Override
  public String extract(String response) {
    return Extraction.answer(response, strict);
  }

  @Override
  public Verdict grade(String gold, String answer) {
    BigDecimal want = PlainNumber.read(gold);
    BigDecimal got = want == null ? null : PlainNumber.read(answer);
    if (want != null && got != null) {
      return verdict(want.compareTo(got) == 0);
    }
    if (numbers && !isReadable(gold)) {
      return Verdict.UNPARSEABLE;
    }
    Answer wanted;
    try {
      wanted = AnswerReader.read(gold);
    } catch (Unreadable e) {
      return Verdict.UNPARSEABLE;
    }
    if (isSameDecimal(gold, answer) || isSameDecimal(answer, gold)) {
      return Verdict.CORRECT;
    }
    Answer given;
    try {
      given = AnswerReader.read(answer);
    } catch (Unreadable e) {
      return Verdict.WRONG;
    }
    try {
      return verdict(equivalence().equal(wanted, given));
    } catch (OutOfTime e) {
      boolean ours = wanted.has(Identity::isCalculus) && !given.has(Identity::isCalculus);
      return ours ? Verdict.TIME_OUT : Verdict.WRONG;
    }
  }

  private Equivalence equivalence() {
    return new Equivalence(new Identity(algebra), !numbers);
  }

  @Override
  public boolean same(String answer, String other) {
    return answer.equals(other)
        || grade(answer, other).isCorrect()
        || grade(other, answer).isCorrect();
  }

  /// Returns whether one text is the other with a comma for its decimal point: `2,74` is a decimal
  /// beside `2.74`, and else a list.
  private static boolean isSameDecimal(String comma, String point) {
    if (comma.indexOf(',') < 0 || point.indexOf('.') < 0) {
      return false;
    }
    String plain = undecorated(comma);
    return DECIMAL_COMMA.matcher(plain).matches()
        && plain.replace(',', '.').equals(undecorated(point));
  }

  private static String undecorated(String text) {
    return DECORATION.matcher(text).replaceAll("");
  }

  private static Verdict verdict(boolean equal) {
    return equal ? Verdict.CORRECT : Verdict.WRONG;
  }
}
