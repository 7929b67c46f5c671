package dev.tesuji.policy;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tesuji.input.FixtureJson;
import dev.tesuji.input.Json;
import dev.tesuji.model.Tolerance;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Fixtures;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import tools.jackson.databind.JsonNode;

/// One case of a file in the fixtures' `losses` folder.
///
/// @param node the case
/// @param tolerance its file's, or its own
public record LossFixture(JsonNode node, Tolerance tolerance) {
  /// Makes a test of every case of a file.
  public static Stream<DynamicTest> tests(
      String file, Predicate<LossFixture> which, Consumer<LossFixture> test) {
    JsonNode json = Json.readObject(Fixtures.require("losses/" + file + ".json"));
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode c : json.path("cases")) {
      JsonNode t = c.has("tolerance") ? c.get("tolerance") : json.path("tolerance");
      LossFixture fixture =
          new LossFixture(
              c, new Tolerance(t.path("rtol").doubleValue(), t.path("atol").doubleValue()));
      if (which.test(fixture)) {
        tests.add(
            dynamicTest(
                file + ": " + c.path("name").stringValue(),
                () -> {
                  try (Scope _ = Scope.open()) {
                    test.accept(fixture);
                  }
                }));
      }
    }
    if (tests.isEmpty()) {
      throw new AssertionError("no case of " + file + ".json was tested");
    }
    return tests.stream();
  }

  /// Makes a test of every case of a file.
  public static Stream<DynamicTest> tests(String file, Consumer<LossFixture> test) {
    return tests(file, _ -> true, test);
  }

  /// Returns a parameter of the case.
  public JsonNode param(String name) {
    return node.path("params").path(name);
  }

  /// Says whether the case has an input of that name.
  public boolean has(String name) {
    return node.path("inputs").has(name);
  }

  /// Returns an input as a float64 or int64 tensor of its shape.
  public Tensor tensor(String name) {
    JsonNode list = node.path("inputs").path(name);
    return Tensor.of(FixtureJson.numbers(list), FixtureJson.shape(list));
  }

  /// Returns an input of whole numbers as an int64 tensor of its shape.
  public Tensor indices(String name) {
    return tensor(name).to(Dtype.INT64);
  }

  /// Returns an input's numbers, end to end.
  public double[] numbers(String name) {
    return FixtureJson.numbers(node.path("inputs").path(name));
  }

  /// Compares a number, or all numbers of a tensor, with what is expected.
  public void check(String name, double... got) {
    JsonNode want = node.path("expected").path(name);
    double[] numbers =
        want.isArray() ? FixtureJson.numbers(want) : new double[] {FixtureJson.number(want)};
    compare(name, got, numbers);
  }

  /// Compares the gradient at an input with the expected one.
  public void checkGradient(String name, Tensor leaf) {
    compare(
        "gradient of " + name,
        leaf.hasGrad() ? leaf.grad().toDoubles() : new double[(int) leaf.elements()],
        FixtureJson.numbers(node.path("grad_of_loss").path(name)));
  }

  /// Holds a gradient that was worked out by hand to that of the named input.
  public void checkGradient(String name, double[] gradient) {
    compare(
        "gradient of " + name, gradient, FixtureJson.numbers(node.path("grad_of_loss").path(name)));
  }

  private void compare(String name, double[] got, double[] want) {
    if (got.length != want.length) {
      throw new AssertionError(name + ": " + got.length + " numbers, want " + want.length);
    }
    for (int i = 0; i < got.length; i++) {
      tolerance.check(name + "[" + i + "]", got[i], want[i]);
    }
  }
}
