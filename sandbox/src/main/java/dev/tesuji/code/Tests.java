package dev.tesuji.code;

import dev.tesuji.check.Require;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The tests that a program must pass.
public sealed interface Tests {
  /// Returns how many tests there are.
  int count();

  /// Reads an input and writes an output, for each pair.
  ///
  /// @param inputs texts for standard input
  /// @param outputs what must come on standard output for each
  /// @param comparison when two outputs are the same
  /// @param checker a Python program that compares instead, where several outputs are right: it is
  ///   given the names of three files, the input, the expected output and the output, and prints 1
  ///   where that will do; null for none
  record InputOutput(
      List<String> inputs, List<String> outputs, Comparison comparison, @Nullable String checker)
      implements Tests {
    /// Makes tests without a checker.
    public InputOutput(List<String> inputs, List<String> outputs, Comparison comparison) {
      this(inputs, outputs, comparison, null);
    }

    /// Copies the lists and checks that they match.
    public InputOutput {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
      Require.that(
          inputs.size() == outputs.size(),
          "outputs",
          "as many as inputs (" + inputs.size() + ")",
          outputs.size());
      Require.atLeast(1, "inputs", inputs.size());
    }

    @Override
    public int count() {
      return inputs.size();
    }
  }

  /// Statements that must hold once the program has been loaded.
  ///
  /// @param statements in the program's language, each a test, such as `assert f(2) == 4`; where
  ///   they define a function `check`, it is called with the entry point as one more test, or as
  ///   the only one where nothing else stands there
  /// @param entryPoint the function that the tests know as `candidate`; null for none
  record Asserts(List<String> statements, @Nullable String entryPoint) implements Tests {
    /// Copies the list.
    public Asserts {
      statements = List.copyOf(statements);
      Require.atLeast(1, "asserts", statements.size());
    }

    @Override
    public int count() {
      return statements.size();
    }
  }
}
