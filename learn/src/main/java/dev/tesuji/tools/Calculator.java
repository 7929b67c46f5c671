package dev.tesuji.tools;

import dev.tesuji.json.Json;
import java.math.BigDecimal;
import java.math.MathContext;
import tools.jackson.databind.node.ObjectNode;

/// A calculator: `+ - * /`, brackets and decimal numbers.
public final class Calculator implements Toolbox {
  /// The tool's name.
  public static final String NAME = "calculator";

  private static final int LONGEST = 200;
  private static final int DEEPEST = 50;

  /// Returns its description, in OpenAI's schema.
  public static ObjectNode description() {
    ObjectNode tool = Json.MAPPER.createObjectNode().put("type", "function");
    ObjectNode function = tool.putObject("function");
    function.put("name", NAME).put("description", "Works out an expression.");
    ObjectNode parameters = function.putObject("parameters").put("type", "object");
    parameters.putObject("properties").putObject("expression").put("type", "string");
    parameters.putArray("required").add("expression");
    return tool;
  }

  @Override
  public String call(String name, ObjectNode arguments) throws ToolFault {
    String expression = arguments.path("expression").asString("");
    if (expression.isBlank() || expression.length() > LONGEST) {
      throw new ToolFault("expression must be a text of 1 to " + LONGEST + " characters");
    }
    return value(expression);
  }

  /// Works out an expression.
  ///
  /// @throws ToolFault when it is none
  public static String value(String expression) throws ToolFault {
    Reader reader = new Reader(expression.replaceAll("\\s", ""));
    BigDecimal value = reader.sum(0);
    reader.end();
    BigDecimal plain = value.stripTrailingZeros();
    return plain.signum() == 0 ? "0" : plain.toPlainString();
  }

  /// Reads an expression from the left.
  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    private boolean takes(char c) {
      if (at < text.length() && text.charAt(at) == c) {
        at++;
        return true;
      }
      return false;
    }

    BigDecimal sum(int depth) throws ToolFault {
      BigDecimal value = product(depth);
      while (true) {
        if (takes('+')) {
          value = value.add(product(depth));
        } else if (takes('-')) {
          value = value.subtract(product(depth));
        } else {
          return value;
        }
      }
    }

    private BigDecimal product(int depth) throws ToolFault {
      BigDecimal value = factor(depth);
      while (true) {
        if (takes('*')) {
          value = value.multiply(factor(depth));
        } else if (takes('/')) {
          BigDecimal by = factor(depth);
          if (by.signum() == 0) {
            throw new ToolFault("division by zero");
          }
          value = value.divide(by, MathContext.DECIMAL64);
        } else {
          return value;
        }
      }
    }

    private BigDecimal factor(int depth) throws ToolFault {
      if (depth > DEEPEST) {
        throw new ToolFault("brackets nest too deeply");
      }
      if (takes('-')) {
        return factor(depth + 1).negate();
      }
      if (takes('(')) {
        BigDecimal value = sum(depth + 1);
        if (!takes(')')) {
          throw new ToolFault("a bracket is not closed");
        }
        return value;
      }
      int from = at;
      while (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
        at++;
      }
      try {
        return new BigDecimal(text.substring(from, at));
      } catch (NumberFormatException _) {
        throw new ToolFault("expression must have a number at character " + (from + 1));
      }
    }

    void end() throws ToolFault {
      if (at < text.length()) {
        throw new ToolFault("expression must end at character " + (at + 1));
      }
    }
  }
}
