package dev.tesuji.calculator;

import dev.tesuji.answer.AnswerKind;
import dev.tesuji.answer.Verdict;
import dev.tesuji.env.DrawnTask;
import dev.tesuji.env.Problem;
import dev.tesuji.math.MathAnswers;
import dev.tesuji.random.Rng;
import dev.tesuji.tools.Calculator;
import dev.tesuji.tools.ToolLimits;
import dev.tesuji.tools.ToolTask;
import dev.tesuji.tools.Toolbox;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// Products and sums such as `37*48+91=?`, which a small model cannot work out in its head, and a
/// calculator.
///
/// Problem number i is a function of i alone; which problems are held out follows from their text.
public record Products() implements ToolTask, DrawnTask {
  private static final AnswerKind ANSWERS = MathAnswers.numbers(true);
  private static final long SEED = 0xCA1C;
  private static final int HELD_OUT_SHARE = 16;
  private static final int LARGEST = 90;

  @Override
  public String name() {
    return "calculator";
  }

  @Override
  public Problem draw(long index, boolean heldOut) {
    for (int attempt = 0; ; attempt++) {
      long seed = Rng.derive(SEED, 2L * attempt + (heldOut ? 1 : 0));
      int a = 10 + Rng.below(LARGEST, seed, index, 0, 0);
      int b = 10 + Rng.below(LARGEST, seed, index, 1, 0);
      int c = 10 + Rng.below(LARGEST, seed, index, 2, 0);
      boolean out = Math.floorMod(a * 31 + b * 17 + c * 7, HELD_OUT_SHARE) == 0;
      if (out == heldOut) {
        long id = 2 * index + (heldOut ? 1 : 0);
        String text = a + "*" + b + "+" + c + "=?";
        return new Problem(id, text, Integer.toString(a * b + c), name() + " " + id);
      }
    }
  }

  /// Returns what a problem asks to be worked out.
  static String expression(Problem problem) {
    return problem.text().substring(0, problem.text().indexOf('='));
  }

  @Override
  public String prompt(Problem problem) {
    return problem.text() + "\n";
  }

  @Override
  public String extract(String response) {
    return ANSWERS.extract(response);
  }

  @Override
  public boolean same(Problem problem, String answer, String other) {
    return ANSWERS.same(answer, other);
  }

  @Override
  public Verdict grade(Problem problem, String response) {
    return ANSWERS.grade(problem.answer(), extract(response));
  }

  @Override
  public List<ObjectNode> tools() {
    return List.of(Calculator.description());
  }

  @Override
  public Toolbox toolbox(Problem problem) {
    return new Calculator();
  }

  @Override
  public ToolLimits limits() {
    return new ToolLimits(3, Duration.ofSeconds(10), Duration.ofSeconds(30), 200);
  }
}
