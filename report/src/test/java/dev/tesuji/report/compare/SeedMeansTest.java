package dev.tesuji.report.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeedMeansTest {
  @Test
  void numbersInTheSamePlaceAreAveragedAndAllElseIsTheFirsts() {
    assertThat(
            SeedMeans.of(
                    List.of(
                        Json.MAPPER.readTree(
                            "[{\"name\": \"rl\", \"seconds\": 3, \"k\": [1, {\"pass\": 0.5}]}]"),
                        Json.MAPPER.readTree(
                            "[{\"name\": \"?\", \"seconds\": 6, \"k\": [1, {\"pass\": 0.75}]}]")))
                .toString())
        .isEqualTo("[{\"name\":\"rl\",\"seconds\":4.5,\"k\":[1.0,{\"pass\":0.625}]}]");
  }
}
