package dev.tesuji.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class FleetAccountTest {
  private final FleetAccount account = new FleetAccount("spark://127.0.0.1:7077");

  private static Chunk.Drawn drawn(String executor, int attempt, double seconds, int... tokens) {
    List<Chunk.Sample> samples = new ArrayList<>();
    for (int n : tokens) {
      samples.add(new Chunk.Sample(0, samples.size(), new int[n], new float[n], "STOP"));
    }
    return new Chunk.Drawn(
        "", samples, new Attempt(attempt, executor, "host-" + executor, seconds));
  }

  /// Two chunks of 4 s at once, from 6 to 10 and from 8 to 12, take 6 s and not 8.
  @Test
  void anExecutorsRateCountsTheTimeOfChunksThatOverlapOnce() {
    account.drew(drawn("0", 0, 4, 100, 20), 10);
    account.drew(drawn("0", 1, 4, 60), 12);
    account.drew(drawn("1", 0, 2, 7), 12);
    JsonNode json = account.toJson();
    JsonNode first = json.path("executors").path(0);
    assertThat(first.path("host").asString("")).isEqualTo("host-0");
    assertThat(first.path("chunks").asInt()).isEqualTo(2);
    assertThat(first.path("samples").asInt()).isEqualTo(3);
    assertThat(first.path("tokens").asInt()).isEqualTo(180);
    assertThat(first.path("seconds").asDouble()).isCloseTo(6, within(1e-9));
    assertThat(first.path("tokens_per_second").asDouble()).isCloseTo(30, within(1e-9));
    assertThat(json.path("executors").path(1).path("tokens").asInt()).isEqualTo(7);
    assertThat(json.path("chunks").asInt()).isEqualTo(3);
    assertThat(json.path("retried_chunks").asInt()).isEqualTo(1);
  }

  @Test
  void whatIsLostFailsOrIsPublishedIsCounted() {
    account.joined("0", "a");
    account.lost("0");
    account.lost("0");
    account.left("0");
    account.failed();
    account.published(1000);
    account.published(500);
    JsonNode json = account.toJson();
    assertThat(json.path("lost_chunks").asInt()).isEqualTo(2);
    assertThat(json.path("failed_chunks").asInt()).isEqualTo(1);
    assertThat(json.path("versions").asInt()).isEqualTo(2);
    assertThat(json.path("published_bytes").asInt()).isEqualTo(1500);
    JsonNode lost = json.path("executors").path(0);
    assertThat(lost.path("lost").asBoolean()).isTrue();
    assertThat(lost.path("lost_chunks").asInt()).isEqualTo(2);
    assertThat(lost.has("tokens_per_second")).isFalse();
  }

  @Test
  void tasksOfUpdatesAreCountedByThemselves() {
    account.drew(drawn("0", 0, 4, 1), 10);
    account.learned(new Attempt(0, "0", "a", 2), 1000);
    account.learned(new Attempt(2, "0", "a", 3), 500);
    JsonNode json = account.toJson();
    assertThat(json.path("chunks").asInt()).isEqualTo(1);
    assertThat(json.path("retried_chunks").asInt()).isZero();
    assertThat(json.path("update_tasks").asInt()).isEqualTo(2);
    assertThat(json.path("retried_update_tasks").asInt()).isEqualTo(1);
    assertThat(json.path("gradient_bytes").asInt()).isEqualTo(1500);
    JsonNode executor = json.path("executors").path(0);
    assertThat(executor.path("update_tasks").asInt()).isEqualTo(2);
    assertThat(executor.path("update_seconds").asDouble()).isCloseTo(5, within(1e-9));
    assertThat(executor.path("seconds").asDouble()).isCloseTo(4, within(1e-9));
    assertThat(account.again()).isZero();
    assertThat(account.note(1)).isEqualTo("1 executor, 1 retried, 0 lost chunks");
  }

  @Test
  void theProgressLineNamesExecutorsRetriesAndLostChunks() {
    assertThat(account.note(1)).isEqualTo("1 executor, 0 retried, 0 lost chunks");
    account.drew(drawn("0", 1, 4, 1), 10);
    account.lost("1");
    assertThat(account.note(2)).isEqualTo("2 executors, 1 retried, 1 lost chunks");
  }
}
