package dev.tesuji.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.input.Json;
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

  @Test
  void runsOfDifferentRecipesAreRefused() {
    JsonNode other = Json.MAPPER.readTree("{\"rows\": [{\"name\": \"base\", \"values\": {}}]}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StageSeeds(List.of(table(0, 1, 1), other)))
        .withMessage("stages must be the same with every seed, got [base, rl] and [base]");
  }
}
