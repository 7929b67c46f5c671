package dev.tesuji.overoptimisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Run directories that were written by hand.
class OveroptimisationReportTest {
  @TempDir private Path folder = Path.of("");

  /// Writes a run whose gold rises by half a deviation and falls by one, while the proxy rises.
  private void write() throws IOException {
    Files.createDirectories(folder.resolve("best_of_n"));
    Files.writeString(
        folder.resolve("best_of_n/rl.json"),
        """
        {"gold_mean": 1, "gold_std": 2, "reward_mean": -1, "reward_std": 4, "best_of": [
          {"n": 1, "kl": 0, "gold": 1, "reward": -1}, {"n": 2, "kl": 0.25, "gold": 2, "reward": 3}]}
        """);
    Files.writeString(
        folder.resolve("metrics.jsonl"),
        """
        {"stage": "taste", "step": 1, "loss": 0.7}
        {"stage": "rl", "step": 1, "reward": 0}
        {"stage": "rl", "step": 2, "eval/gold": 2, "eval/reward": 3, "eval/kl": 1, "guardian/best_step": 2}
        {"stage": "rl", "step": 4, "eval/gold": -1, "eval/reward": 7, "eval/kl": 4, "guardian/best_step": 2, "guardian/held_out_fell": 1}
        {"stage": "rl", "step": 6, "eval/gold": -2, "eval/reward": 8, "eval/kl": 9, "guardian/best_step": 2, "guardian/held_out_fell": 1}
        """);
    Files.writeString(
        folder.resolve("state.json"),
        """
        {"stages": [{"name": "taste", "train_opinions": 100, "held_out": {"eval_accuracy": 0.7}}]}
        """);
  }

  @Test
  void rewardsAreCountedInDeviationsOfTheStart() throws IOException {
    write();
    GoldTrack track = GoldTrack.read("a", folder).getFirst();
    assertThat(track.bestOf())
        .containsExactly(new GoldTrack.Point(1, 0, 0, 0), new GoldTrack.Point(2, 0.5, 0.5, 1));
    assertThat(track.steps())
        .containsExactly(
            new GoldTrack.Point(0, 0, 0, 0),
            new GoldTrack.Point(2, 1, 0.5, 1),
            new GoldTrack.Point(4, 2, -1, 2),
            new GoldTrack.Point(6, 3, -1.5, 2.25));
    assertThat(track.proxy().comparisons()).contains(100);
    assertThat(track.proxy().accuracy()).contains(0.7);
  }

  @Test
  void theFirstFallIsShownAndWhetherItEndedTheRun() throws IOException {
    write();
    GoldTrack halted = GoldTrack.read("a", folder).getFirst();
    assertThat(halted.fall()).contains(new GoldTrack.Fall(4, 2));
    assertThat(halted.halted()).isTrue();
    Files.writeString(folder.resolve("report.json"), "{}");
    assertThat(GoldTrack.read("a", folder).getFirst().halted()).isFalse();
  }

  @Test
  void thePageAndTheTableHavePeakEndAndCurves() throws IOException {
    write();
    OveroptimisationReport report = OveroptimisationReport.read(Map.of("a-1", folder));
    report.write("two", folder);
    JsonNode proxy =
        Json.readObject(folder.resolve("overoptimisation.json")).path("proxies").get(0);
    JsonNode learned = proxy.path("reinforcement");
    assertThat(learned.path("peak_at").asInt()).isEqualTo(2);
    assertThat(learned.path("curve").size()).isEqualTo(61);
    assertThat(learned.path("curve").get(60).path("d").asDouble()).isCloseTo(3, within(1e-9));
    assertThat(proxy.path("guardian").path("halted").asBoolean()).isTrue();
    assertThat(folder.resolve("overoptimisation.html"))
        .content()
        .contains("<!doctype html>")
        .contains("\"proxy_accuracy\":0.7")
        .doesNotContain("src=\"http");
    assertThat(report.table().lines().toList().get(1))
        .startsWith("a-1            100     0.700")
        .contains("+0.500 (2)")
        .contains("-1.500 (6)")
        .endsWith("halted at step 4, back to step 2");
  }

  @Test
  void aRunWithoutGoldHasNothingToShow() {
    assertThat(OveroptimisationReport.read(Map.of("a", folder)).hasAny()).isFalse();
  }
}
