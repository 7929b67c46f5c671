package dev.tesuji.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.json.Json;
import dev.tesuji.report.PassAtKComparison.Point;
import dev.tesuji.report.PassAtKComparison.Solved;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class PassAtKComparisonTest {
  private static String evaluation(double one, double pass, double maj) {
    return """
    {"problems": 4, "samples": 2, "pass_at_1": %s, "maj_at_1": %s,
     "pass_at_2": %s, "maj_at_2": %s, "pass_at_8": null}
    """
        .formatted(one, one, pass, maj);
  }

  private static JsonNode report(String stages, String last) {
    return Json.MAPPER.readTree(
        "{\"before\": "
            + evaluation(0.25, 0.5, 0.25)
            + ", \"stages\": ["
            + stages
            + "], \"after_stage\": \""
            + last
            + "\", \"after\": "
            + evaluation(0.5, 0.75, 0.5)
            + "}");
  }

  @Test
  void aStageOfReinforcementLearningIsSetAgainstTheModelThatItStartedFrom() {
    JsonNode report =
        report(
            "{\"name\": \"cold\", \"kind\": \"sft\", \"from\": \"base\", \"evaluation\": "
                + evaluation(0.375, 0.5, 0.375)
                + "}, {\"name\": \"rl\", \"kind\": \"rl\", \"from\": \"cold\"}",
            "rl");
    assertThat(PassAtKComparison.all(report))
        .containsExactly(
            new PassAtKComparison(
                "rl",
                "cold",
                false,
                List.of(
                    new Point(1, new Solved(0.375, 0.375), new Solved(0.5, 0.5)),
                    new Point(2, new Solved(0.5, 0.375), new Solved(0.75, 0.5)))));
    assertThat(
            PassAtKComparison.toJson(PassAtKComparison.all(report))
                .path(0)
                .path("points")
                .path(1)
                .toString())
        .isEqualTo(
            "{\"k\":2,\"before\":{\"pass\":0.5,\"maj\":0.375},\"after\":{\"pass\":0.75,\"maj\":0.5}}");
  }

  @Test
  void aStageWithoutEvaluationIsPassedOverForWhatItStartedFrom() {
    JsonNode report =
        report(
            "{\"name\": \"cold\", \"kind\": \"sft\", \"from\": \"base\"},"
                + " {\"name\": \"rl\", \"kind\": \"rl\", \"from\": \"cold\"}",
            "rl");
    assertThat(PassAtKComparison.all(report))
        .extracting(PassAtKComparison::from)
        .containsExactly("base");
  }

  @Test
  void aStudentIsSetAgainstTheModelThatItBeganWith() {
    JsonNode report =
        report(
            "{\"name\": \"student\", \"kind\": \"rl\", \"from\": \"small\", \"start\": {\"model\":"
                + " \"small\", "
                + evaluation(0.125, 0.25, 0.125).strip().substring(1)
                + "}",
            "student");
    assertThat(PassAtKComparison.all(report))
        .extracting(PassAtKComparison::from)
        .containsExactly("small");
  }

  @Test
  void aRunWithoutReinforcementLearningIsTakenAsAWhole() {
    JsonNode report = report("{\"name\": \"sft\", \"kind\": \"sft\", \"from\": \"base\"}", "sft");
    assertThat(PassAtKComparison.all(report))
        .extracting(PassAtKComparison::from, PassAtKComparison::stage)
        .map(Object::toString)
        .containsExactly("(\"base\", \"sft\")");
  }

  @Test
  void problemsThatAskForReasoningAreTakenAloneWhereTheyAreTold() {
    String world =
        ", \"world\": {\"eval/pass_at_1/reasoning\": 0, \"eval/cons_at_1/reasoning\": 0,"
            + " \"eval/pass_at_2/reasoning\": 1, \"eval/cons_at_2/reasoning\": 0.5}}";
    String told = evaluation(0.5, 0.5, 0.5).strip();
    told = told.substring(0, told.length() - 1) + world;
    JsonNode report =
        Json.MAPPER.readTree(
            "{\"before\": "
                + told
                + ", \"after\": "
                + told
                + ", \"after_stage\": \"rl\","
                + " \"stages\": [{\"name\": \"rl\", \"kind\": \"rl\", \"from\": \"base\"}]}");
    PassAtKComparison found = PassAtKComparison.all(report).getFirst();
    assertThat(found.reasoning()).isTrue();
    assertThat(found.points().getLast().before()).isEqualTo(new Solved(1, 0.5));
  }

  @Test
  void oneSampleOrNoneTellsNothing() {
    JsonNode none =
        Json.MAPPER.readTree(
            """
            {"before": {"problems": 0}, "after": {"problems": 0}, "after_stage": "rl",
             "stages": [{"name": "rl", "kind": "rl", "from": "base"}]}
            """);
    assertThat(PassAtKComparison.all(none)).isEmpty();
    JsonNode one =
        Json.MAPPER.readTree(
            """
            {"before": {"problems": 4, "samples": 1, "pass_at_1": 0.5, "maj_at_1": 0.5},
             "after": {"problems": 4, "samples": 1, "pass_at_1": 1, "maj_at_1": 1},
             "after_stage": "rl", "stages": [{"name": "rl", "kind": "rl", "from": "base"}]}
            """);
    assertThat(PassAtKComparison.all(one)).isEmpty();
  }
}
