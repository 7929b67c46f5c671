package dev.tesuji.math;

import java.util.List;
import java.util.Optional;
import org.matheclipse.core.basic.Config;
import org.matheclipse.core.eval.EvalEngine;
import org.matheclipse.core.eval.ExprEvaluator;
import org.matheclipse.core.interfaces.IExpr;

/// The computer algebra system [Symja](https://github.com/axkr/symja_android_library). Loading it
/// takes more than a second, so that only [Algebra] names this class, when it is asked.
final class Symja implements Algebra.Engine {
  private static final int LARGEST_EXPRESSION = 20_000; // parts
  private static final int LONGEST_NUMBER = 100_000; // bits
  private static final int DEEPEST = 400;
  private static final int MOST_STEPS = 20_000;

  /// Loads the rules that questions need, so that no question is charged for it.
  private static final List<String> FIRST =
      List.of(
          "PossibleZeroQ(Sqrt(2)*Sqrt(3)-Sqrt(6))",
          "Simplify(Sum(k,{k,1,n})-n*(n+1)/2)",
          "Integrate(x^2,{x,0,1})",
          "Limit(Sin(x)/x,x->0)");

  static {
    for (String logger : List.of("", "StatusLogger.")) { // it logs what is of no use to us
      System.setProperty("org.apache.logging.log4j.simplelog." + logger + "level", "OFF");
    }
    Config.MAX_AST_SIZE = LARGEST_EXPRESSION;
    Config.MAX_BIT_LENGTH = LONGEST_NUMBER;
    Config.MAX_LOOP_COUNT = LARGEST_EXPRESSION;
    Config.FILESYSTEM_ENABLED = false;
  }

  private final EvalEngine engine = new EvalEngine("tesuji", DEEPEST, System.err, true);
  private final ExprEvaluator evaluator = new ExprEvaluator(engine, false, (short) 1);

  Symja() {
    engine.setIterationLimit(MOST_STEPS);
    engine.setQuietMode(true);
    for (String first : FIRST) {
      evaluator.eval(first);
    }
  }

  @Override
  public Optional<Boolean> answer(String question) {
    EvalEngine.set(engine);
    engine.setStopRequested(false);
    IExpr answer = evaluator.eval(question);
    return answer.isTrue()
        ? Optional.of(true)
        : answer.isFalse() ? Optional.of(false) : Optional.empty();
  }

  @Override
  public void stop() {
    engine.stopRequest();
  }
}
