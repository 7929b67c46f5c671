package dev.tesuji.math;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.answer.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MathAnswersTest {
  private static final MathAnswers ANSWERS = MathAnswers.INSTANCE;

  private static Verdict grade(String gold, String prediction) {
    return ANSWERS.grade(gold, prediction);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        // numbers
        "1234567 ~ 1,234,567",
        "0.1\\overline{6} ~ 1/6",
        "3.5 ~ 3½",
        "\\frac{7}{3} ~ 2 1/3",
        "1234.5 ~ \\$1{,}234.50",
        "\\frac{22}{7} ~ 3.142857142857",
        "2^{-2} ~ .25",
        "\\sqrt[3]{-8} ~ -2",
        "7! ~ 5040",
        "\\binom{6}{3} ~ 20",
        "\\lfloor 3.7 \\rfloor ~ 3",
        "2.5 million ~ 2{,}500{,}000",
        // constants
        "\\frac{1}{\\sqrt{3}-1} ~ \\frac{\\sqrt{3}+1}{2}",
        "\\sqrt{5+2\\sqrt{6}} ~ \\sqrt{2}+\\sqrt{3}",
        "\\cos 60^\\circ ~ \\frac{1}{2}",
        "\\log_2 32 ~ 5",
        "\\frac{\\pi^2}{6} ~ \\sum_{n=1}^{\\infty} \\frac{1}{n^2}",
        "\\frac13 ~ \\int_0^1 x^2 \\, dx",
        "1 ~ \\lim_{x \\to 0} \\frac{\\sin x}{x}",
        "(1+i)^2 ~ 2i",
        // expressions
        "\\frac{n(n+1)}{2} ~ \\sum_{k=1}^{n} k",
        "a^2+2ab+b^2 ~ (b+a)^2",
        "\\frac{1}{x}+\\frac{1}{y} ~ \\frac{x+y}{xy}",
        "\\cos 2x ~ 1-2\\sin^2 x",
        // collections
        "\\{1,\\sqrt{2},3\\} ~ \\{3,1,2^{1/2}\\}",
        "[0,2)\\cup[1,3] ~ [0,3]",
        "(-\\infty,3)\\cup(3,\\infty) ~ x \\neq 3",
        "(-2,2) ~ |x|<2",
        "(\\pi/2, 1) ~ (\\frac{\\pi}{2}, 1.0)",
        "\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix} ~ \\begin{bmatrix}1&2\\\\3&\\sqrt{16}\\end{bmatrix}",
        // relations
        "3x+2y=6 ~ y=3-\\frac{3}{2}x",
        "x>2 ~ 2x-4>0",
        "1:2 ~ 3:6",
        "a=2, b=3 ~ b=3, a=2",
        // words and units
        "\\text{Tuesday} ~ tuesday",
        "\\text{no solution} ~ No solution.",
        "5 \\text{ km} ~ 5",
        "5 \\text{ km} ~ 5 kilometers",
        "\\text{(B)} ~ B"
      })
  void theseAreTheSame(String gold, String prediction) {
    assertThat(grade(gold, prediction)).isEqualTo(Verdict.CORRECT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "1000000 ~ 1000001",
        "1000000 ~ 1000000.5",
        "1000.99 ~ 1000.98",
        "0.000000065 ~ 0.00000007",
        "\\frac{2}{3} ~ 0.6667",
        "3\\frac{1}{2} ~ \\frac{3}{2}",
        "262537412640768744 ~ e^{\\pi\\sqrt{163}}",
        "|x| ~ x",
        "x^2 ~ x^2+10^{-20}",
        "a-b ~ b-a",
        "\\{1,2\\} ~ \\{1,2,3\\}",
        "(1,2) ~ (2,1)",
        "(1,2) ~ \\{1,2\\}",
        "[1,2] ~ (1,2)",
        "x=1, y=2 ~ x=2, y=1",
        "x>2 ~ -x>-2",
        "5 \\text{ km} ~ 5 \\text{ miles}",
        "7 ~ 7 or 8",
        "7 ~ not 7",
        "7 ~ \\text{7 or any other number}",
        "2x+z=1 ~ 1",
        "6 ~ x(x+1)=6",
        "5 ~ |x|+|y|=5",
        "\\begin{pmatrix}1&2\\end{pmatrix} ~ \\begin{pmatrix}1\\\\2\\end{pmatrix}",
        "\\frac13 ~ \\int_0^1 x \\, dx",
        "5 ~ \\sum_{k=1}^{10^{15}} k",
        "5 ~ 9^{9^{9^{9^{9}}}}",
        "5 ~ 10^{10^{10}}!",
        "\\text{yes} ~ no"
      })
  void theseDiffer(String gold, String prediction) {
    assertThat(grade(gold, prediction)).isEqualTo(Verdict.WRONG);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "  ", "\\frac{1}{", "\\begin{pmatrix}1&2", "{{{", "\\text{", "\\boxed{}"})
  void aGoldAnswerThatCannotBeReadIsNeverScored(String gold) {
    assertThat(ANSWERS.isReadable(gold)).isFalse();
    assertThat(grade(gold, "5")).isEqualTo(Verdict.UNPARSEABLE);
    assertThat(grade(gold, gold)).isEqualTo(Verdict.UNPARSEABLE);
  }

  @Test
  void goldAnswersAreFoundInWorkedSolutions() {
    assertThat(ANSWERS.gold("We add.\n#### 1,080")).isEqualTo("1,080");
    assertThat(ANSWERS.gold("Hence $\\boxed{\\frac{1}{2}}$.")).isEqualTo("\\frac{1}{2}");
    assertThat(ANSWERS.gold(" \\{1,2\\} ")).isEqualTo("\\{1,2\\}");
  }

  @Test
  void sizesAreBounded() {
    assertThat(grade("5", "1+".repeat(4000) + "1")).isEqualTo(Verdict.WRONG);
    assertThat(grade("5", "(".repeat(3000) + "5" + ")".repeat(3000))).isEqualTo(Verdict.WRONG);
    assertThat(grade("5", "9".repeat(100_000))).isEqualTo(Verdict.WRONG);
    assertThat(grade("5", "\\frac{1}{".repeat(500) + "1" + "}".repeat(500)))
        .isEqualTo(Verdict.WRONG);
    assertThat(grade("5", "5,".repeat(200) + "5")).isEqualTo(Verdict.WRONG);
  }
}
