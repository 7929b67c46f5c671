package dev.tesuji.report.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class StageSeedsTest {
  private static JsonNode table(double base, double rl, double length) {
    return Json.MAPPER.readTree(
        """
        {"columns": [{"name": "accuracy", "title": "pass@1"}, {"name": "length", "title": "tokens"}],
         "parts": [],
         "rows": [{"name": "base", "values": {"accuracy": %s}},
                  {"name": "rl", "values": {"accuracy": %s, "length": %s}}]}
        """
            .formatted(base, rl, length));
  }

  @Test
  void meansHaveTheirIntervalOverSeeds() {
    ObjectNode json =
        new StageSeeds(List.of(table(0.4, 0.91, 40), table(0.5, 0.93, 50), table(0.6, 0.95, 60)))
            .toJson();
    JsonNode rl = json.path("rows").path(1).path("values");
    assertThat(rl.path("accuracy").asDouble()).isCloseTo(0.93, within(1e-12));
    assertThat(rl.path("accuracy_ci95").path(0).asDouble()).isCloseTo(0.880317, within(1e-6));
    // deviation 10, t 4.302653: not cut to a share
    assertThat(rl.path("length_ci95").path(1).asDouble())
        .isCloseTo(50 + 4.302653 * 10 / Math.sqrt(3), within(1e-4));
    assertThat(json.path("rows").path(0).path("values").has("length")).isFalse();
  }

  @Test
  void everyPairOfStagesIsTestedWhereBothWereMeasured() {
    ObjectNode json =
        new StageSeeds(List.of(table(0.4, 0.91, 40), table(0.5, 0.99, 50), table(0.6, 1.08, 60)))
            .toJson();
    assertThat(json.path("differences").size()).isEqualTo(1);
    JsonNode d = json.path("differences").path(0);
    assertThat(d.path("from").asString()).isEqualTo("base");
    assertThat(d.path("to").asString()).isEqualTo("rl");
    assertThat(d.path("difference").asDouble()).isCloseTo((0.51 + 0.49 + 0.48) / 3, within(1e-12));
    assertThat(d.path("significant").asBoolean()).isTrue();
  }

  /// Tables with base, one (from base), two (from base) and three (from two).
  private static JsonNode family(double... values) {
    return Json.MAPPER.readTree(
        """
        {"columns": [{"name": "accuracy", "title": "pass@1"}],
         "parts": [{"name": "accuracy/sums", "title": "sums"}],
         "rows": [{"name": "base", "values": {"accuracy": %s}},
                  {"name": "one", "from": "base", "values": {"accuracy": %s, "accuracy/sums": 1}},
                  {"name": "two", "from": "base", "values": {"accuracy": %s, "accuracy/sums": 1}},
                  {"name": "three", "from": "two", "values": {"accuracy": %s}}]}
        """
            .formatted(values[0], values[1], values[2], values[3]));
  }

  @Test
  void eachModelIsSetAgainstWhatItStartedFromAndTheLastAgainstTheBase() {
    ObjectNode json =
        new StageSeeds(List.of(family(0.1, 0.2, 0.3, 0.4), family(0.2, 0.3, 0.5, 0.4))).toJson();
    assertThat(json.path("effects").toString())
        .isEqualTo(
            "[{\"from\":\"base\",\"to\":\"one\"},{\"from\":\"base\",\"to\":\"two\"},"
                + "{\"from\":\"one\",\"to\":\"two\"},{\"from\":\"two\",\"to\":\"three\"},"
                + "{\"from\":\"base\",\"to\":\"three\"}]");
    assertThat(json.path("differences").valueStream().map(d -> d.path("measure").asString()))
        .as("six pairs in accuracy, one in the part")
        .hasSize(7)
        .containsOnlyOnce("accuracy/sums");
    JsonNode two = json.path("differences").valueStream().skip(5).findFirst().orElseThrow();
    assertThat(two.path("from").asString() + " " + two.path("to").asString())
        .isEqualTo("one three");
    // differences 0.2 and 0.1: mean 0.15, deviation 0.0707, t of one degree 12.706, √2 seeds
    assertThat(two.path("difference").asDouble()).isCloseTo(0.15, within(1e-12));
    assertThat(two.path("ci95").path(0).asDouble()).isCloseTo(0.15 - 12.7062 * 0.05, within(1e-4));
    assertThat(two.path("significant").asBoolean()).isFalse();
  }

  @Test
  void aSingleStageIsComparedOnce() {
    JsonNode table =
        Json.MAPPER.readTree(
            """
            {"columns": [{"name": "accuracy"}], "parts": [],
             "rows": [{"name": "base", "values": {"accuracy": 0.5}},
                      {"name": "rl", "from": "base", "values": {"accuracy": 0.75}}]}
            """);
    assertThat(new StageSeeds(List.of(table, table)).toJson().path("effects").size()).isEqualTo(1);
  }

  @Test
  void studentsAreSetAgainstOneAnother() {
    JsonNode table =
        Json.MAPPER.readTree(
            """
            {"columns": [], "parts": [],
             "rows": [{"name": "base", "values": {}}, {"name": "small", "values": {}},
                      {"name": "distilled", "from": "small", "values": {}},
                      {"name": "teacher", "from": "base", "values": {}},
                      {"name": "reinforced", "from": "small", "values": {}}]}
            """);
    assertThat(
            new StageSeeds(List.of(table, table))
                .toJson()
                .path("effects")
                .valueStream()
                .map(e -> e.path("from").asString() + " " + e.path("to").asString()))
        .containsExactly(
            "small distilled",
            "base teacher",
            "small reinforced",
            "distilled reinforced",
            "base reinforced");
  }

  @Test
  void everySeedCanBeShownAsAPoint() {
    ObjectNode json =
        new StageSeeds(List.of(family(0.1, 0.2, 0.3, 0.4), family(0.2, 0.3, 0.5, 0.4))).toJson();
    assertThat(json.path("rows").path(2).path("by_seed").toString())
        .isEqualTo("{\"accuracy\":[0.3,0.5]}");
  }

  @Test
  void aSingleSeedHasItsOwnTableAndNoTest() {
    JsonNode table = family(0.1, 0.2, 0.3, 0.4);
    ((ObjectNode) table.path("rows").path(0).path("values"))
        .putArray("accuracy_ci95")
        .add(0)
        .add(1);
    ObjectNode json = new StageSeeds(List.of(table)).toJson();
    assertThat(json.path("seeds").asInt()).isEqualTo(1);
    assertThat(json.path("rows").path(0).path("values"))
        .isEqualTo(table.path("rows").path(0).path("values"));
    assertThat(json.path("differences").size()).isZero();
    assertThat(json.path("effects").size()).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StageSeeds(List.of()))
        .withMessage("a table over seeds needs at least one run, got none");
  }

  @Test
  void runsOfDifferentRecipesAreRefused() {
    JsonNode other = Json.MAPPER.readTree("{\"rows\": [{\"name\": \"base\", \"values\": {}}]}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StageSeeds(List.of(table(0, 1, 1), other)))
        .withMessage("stages must be the same with every seed, got [base, rl] and [base]");
  }
}
