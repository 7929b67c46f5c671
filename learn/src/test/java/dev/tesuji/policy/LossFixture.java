package dev.tesuji.policy;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.FixtureJson;
import dev.tesuji.json.Json;
import dev.tesuji.nn.Tolerance;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import tools.jackson.databind.JsonNode;

/// One case of a file in the fixtures' `losses` folder.
///
/// A case holds only when everything in it was asked for: each parameter, each expected number and
/// each gradient.
///
/// @param node the case
/// @param tolerance its file's, or its own
/// @param unasked what no test has asked for yet
public record LossFixture(JsonNode node, Tolerance tolerance, Set<String> unasked) {
  private static final String PARAM = "param ";
  private static final String EXPECTED = "expected ";
  private static final String METRIC = "metric ";
  private static final String GRADIENT = "gradient of ";

  /// Makes a test of every case of a file.
  public static Stream<DynamicTest> tests(String file, Consumer<LossFixture> test) {
    JsonNode json = cases(file);
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode c : json.path("cases")) {
      JsonNode t = c.has("tolerance") ? c.get("tolerance") : json.path("tolerance");
      Tolerance tolerance =
          new Tolerance(t.path("rtol").doubleValue(), t.path("atol").doubleValue());
      tests.add(dynamicTest(name(file, c), () -> run(new LossFixture(c, tolerance, all(c)), test)));
    }
    if (tests.isEmpty()) {
      throw new AssertionError(file + ".json has no case");
    }
    return tests.stream();
  }

  /// Returns the names of the tests that a file calls for.
  static List<String> names(String file) {
    return cases(file).path("cases").valueStream().map(c -> name(file, c)).toList();
  }

  private static JsonNode cases(String file) {
    return Json.readObject(Fixtures.require("losses/" + file + ".json"));
  }

  private static String name(String file, JsonNode c) {
    return file + ": " + c.path("name").stringValue();
  }

  private static void run(LossFixture fixture, Consumer<LossFixture> test) {
    try (Scope _ = Scope.open()) {
      test.accept(fixture);
    }
    if (!fixture.unasked.isEmpty()) {
      throw new AssertionError("the test looked at no " + String.join(", no ", fixture.unasked));
    }
  }

  private static Set<String> all(JsonNode c) {
    Set<String> all = new TreeSet<>();
    c.path("params").propertyNames().forEach(name -> all.add(PARAM + name));
    c.path("expected").propertyNames().forEach(name -> all.add(EXPECTED + name));
    all.remove(EXPECTED + "metrics");
    c.path("expected").path("metrics").propertyNames().forEach(name -> all.add(METRIC + name));
    c.path("grad_of_loss").propertyNames().forEach(name -> all.add(GRADIENT + name));
    return all;
  }

  /// Returns the name of the function that the case is of.
  public String function() {
    return node.path("function").stringValue();
  }

  /// Returns a parameter of the case.
  public JsonNode param(String name) {
    unasked.remove(PARAM + name);
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

  /// Returns what is expected under a name.
  public JsonNode expected(String name) {
    unasked.remove(EXPECTED + name);
    return node.path("expected").path(name);
  }

  /// Compares a number, or all numbers of a tensor, with what is expected.
  public void check(String name, double... got) {
    JsonNode want = expected(name);
    double[] numbers =
        want.isArray() ? FixtureJson.numbers(want) : new double[] {FixtureJson.number(want)};
    compare(name, got, numbers);
  }

  /// Says whether the case has a metric of that name.
  public boolean hasMetric(String name) {
    return node.path("expected").path("metrics").has(name);
  }

  /// Compares a number with the metric of that name, where the case has it.
  public void checkMetric(String name, double got) {
    if (hasMetric(name)) {
      unasked.remove(METRIC + name);
      JsonNode want = node.path("expected").path("metrics").path(name);
      tolerance.check(name, got, FixtureJson.number(want));
    }
  }

  /// Says whether the gradient at an input is expected.
  public boolean hasGradient(String name) {
    return node.path("grad_of_loss").has(name);
  }

  /// Compares the gradient at an input with the expected one.
  public void checkGradient(String name, Tensor leaf) {
    checkGradient(
        name, leaf.hasGrad() ? leaf.grad().toDoubles() : new double[(int) leaf.elements()]);
  }

  /// Holds a gradient that was worked out by hand to that of the named input.
  public void checkGradient(String name, double[] gradient) {
    unasked.remove(GRADIENT + name);
    compare(GRADIENT + name, gradient, FixtureJson.numbers(node.path("grad_of_loss").path(name)));
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
