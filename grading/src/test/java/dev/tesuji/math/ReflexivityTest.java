package dev.tesuji.math;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.answer.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers of chance equal themselves, in any order of terms, factors and members, and differ from
/// themselves plus one.
class ReflexivityTest {
  private static final long SEED = 20_261_123;
  private static final int ANSWERS = 300;

  private final Random random = new Random(SEED);

  private String atom() {
    return switch (random.nextInt(6)) {
      case 0 -> Integer.toString(1 + random.nextInt(99));
      case 1 -> "\\frac{" + (1 + random.nextInt(20)) + "}{" + (2 + random.nextInt(20)) + "}";
      case 2 -> "\\sqrt{" + (2 + random.nextInt(30)) + "}";
      case 3 -> "\\pi";
      case 4 -> "x^{" + (2 + random.nextInt(3)) + "}";
      default -> "y";
    };
  }

  private List<String> parts(int depth) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < 2 + random.nextInt(2); i++) {
      parts.add(depth == 0 ? atom() : "(" + String.join("+", parts(depth - 1)) + ")");
    }
    return parts;
  }

  private static Verdict grade(String gold, String prediction) {
    return MathAnswers.INSTANCE.grade(gold, prediction);
  }

  @Test
  void sumsAndProductsEqualThemselvesInAnyOrder() {
    for (int i = 0; i < ANSWERS; i++) {
      List<String> parts = parts(i % 3);
      List<String> shuffled = new ArrayList<>(parts);
      Collections.shuffle(shuffled, random);
      String operator = i % 2 == 0 ? "+" : " \\cdot ";
      String gold = String.join(operator, parts);
      String other = String.join(operator, shuffled);
      assertThat(grade(gold, gold)).as("%s (seed %d)", gold, SEED).isEqualTo(Verdict.CORRECT);
      assertThat(grade(gold, other)).as("%s and %s", gold, other).isEqualTo(Verdict.CORRECT);
      assertThat(grade(gold, other + "+1")).as("%s and %s+1", gold, other).isEqualTo(Verdict.WRONG);
    }
  }

  @Test
  void setsEqualThemselvesInAnyOrderAndTuplesDoNot() {
    for (int i = 0; i < ANSWERS; i++) {
      List<String> members = List.of("1", atom() + "+2", atom() + "+1000");
      String set = String.join(", ", members);
      String turned = String.join(", ", members.reversed());
      assertThat(grade("\\{" + set + "\\}", turned)).as(set).isEqualTo(Verdict.CORRECT);
      assertThat(grade("(" + set + ")", "(" + set + ")")).as(set).isEqualTo(Verdict.CORRECT);
      assertThat(grade("(" + set + ")", "(" + turned + ")")).as(set).isEqualTo(Verdict.WRONG);
    }
  }

  @Test
  void equationsEqualTheirMultiples() {
    for (int i = 0; i < ANSWERS; i++) {
      int a = 1 + random.nextInt(9);
      int b = 1 + random.nextInt(9);
      int c = random.nextInt(20) - 10;
      int k = 2 + random.nextInt(5);
      String gold = a + "x+" + b + "y=" + c;
      String multiple = k * c + "=" + k * b + "y+" + k * a + "x";
      String moved = a + "x+" + b + "y-(" + c + ")=0";
      assertThat(grade(gold, multiple)).as("%s and %s", gold, multiple).isEqualTo(Verdict.CORRECT);
      assertThat(grade(gold, moved)).as("%s and %s", gold, moved).isEqualTo(Verdict.CORRECT);
      assertThat(grade(gold, a + "x+" + b + "y=" + (c + 1))).as(gold).isEqualTo(Verdict.WRONG);
    }
  }

  /// A formula's dollar signs lead past the short way that whole numbers take.
  @ParameterizedTest
  @ValueSource(strings = {"7", "-7", "10", "-120", "999999999999999", "-100000000000000", "2024"})
  void aWholeNumberIsReadAtOnceAsItIsReadByItsTokens(String number) throws Unreadable {
    assertThat(AnswerReader.read(number)).isEqualTo(AnswerReader.read("$" + number + "$"));
  }
}
