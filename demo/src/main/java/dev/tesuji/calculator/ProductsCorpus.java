package dev.tesuji.calculator;

import dev.tesuji.check.Require;
import dev.tesuji.env.Problem;
import dev.tesuji.random.Rng;
import dev.tesuji.tools.Calculator;
import dev.tesuji.tools.ToolFault;

/// Answers of mixed quality to products, from which a base is pretrained.
///
/// @param asking the share of authors who ask the calculator; the others guess
/// @param careless the share of those who ask who leave the last number out
public record ProductsCorpus(double asking, double careless) {
  /// Four in ten ask, one in ten of them carelessly.
  public static final ProductsCorpus DEFAULT = new ProductsCorpus(0.4, 0.1);

  private static final long SEED = 0xCA1C0B;
  private static final int LARGEST = 10_000;

  /// Checks the ranges.
  public ProductsCorpus {
    Require.that(asking >= 0 && asking <= 1, "asking", "a share from 0 to 1", asking);
    Require.that(careless >= 0 && careless <= 1, "careless", "a share from 0 to 1", careless);
  }

  /// Writes the response to a problem, with what the calculator says in it.
  public String response(Problem problem) {
    if (Rng.uniform(SEED, problem.id(), 0, 99) >= asking) {
      return answer(Integer.toString(Rng.below(LARGEST, SEED, problem.id(), 1, 0)));
    }
    String expression = Products.expression(problem);
    if (Rng.uniform(SEED, problem.id(), 2, 99) < careless) {
      expression = expression.substring(0, expression.indexOf('+'));
    }
    try {
      String value = Calculator.value(expression);
      return ProductsTokens.BEGIN
          + expression
          + ProductsTokens.END
          + "<tool_response>"
          + value
          + "</tool_response>"
          + answer(value);
    } catch (ToolFault e) {
      throw new IllegalStateException(e);
    }
  }

  private static String answer(String value) {
    return "<answer>" + value + "</answer>";
  }
}
