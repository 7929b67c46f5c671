package dev.tesuji.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.FixtureJson;
import dev.tesuji.json.Json;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

@ExtendWith(LeakCheck.class)
class SamplerTest {
  private static final Sampler.Wanted PLAIN = new Sampler.Wanted(Sampling.DEFAULT, 0);

  @Test
  void distributionsEqualThoseOfTransformers() {
    JsonNode file = Json.readObject(Fixtures.require("sampling/cases.json"));
    double rtol = file.path("tolerance").path("rtol").asDouble();
    double atol = file.path("tolerance").path("atol").asDouble();
    int cases = 0;
    for (JsonNode c : file.path("cases")) {
      cases++;
      JsonNode p = c.path("params");
      Sampling sampling =
          new Sampling(
              p.path("temperature").asDouble(1),
              p.path("top_k").asInt(0),
              p.path("top_p").asDouble(1),
              p.path("min_p").asDouble(0),
              p.path("repetition_penalty").asDouble(1));
      Set<Integer> kept = new HashSet<>();
      c.path("kept").forEach(id -> kept.add(id.intValue()));
      double[] got = probabilities(c, sampling);
      for (int i = 0; i < got.length; i++) {
        double want = c.path("probs").get(i).asDouble();
        assertThat(Math.abs(got[i] - want))
            .as("case %d %s token %d: %s, want %s", cases, p, i, got[i], want)
            .isLessThanOrEqualTo(atol + rtol * want);
        assertThat(got[i] == 0 || kept.contains(i)).as("dropped means exactly 0").isTrue();
      }
    }
    assertThat(cases).isGreaterThan(0);
  }

  private static double[] probabilities(JsonNode c, Sampling sampling) {
    float[] logits = FixtureJson.floats(c.path("logits"));
    int[] context = FixtureJson.ints(c.path("context_ids"));
    return Sampler.distribution(Tensor.of(logits, 1, logits.length), List.of(context), sampling)
        .exp()
        .toDoubles();
  }

  @Test
  void drawsFollowTheDistribution() {
    int n = 20_000;
    Tensor logits = Tensor.of(new float[] {0, 1, 2, Float.NEGATIVE_INFINITY}, 1, 4).expand(n, 4);
    double[] u = new double[n];
    for (int i = 0; i < n; i++) {
      u[i] = (i + 0.5) / n;
    }
    int[] counts = new int[4];
    for (int token : Sampler.draw(logits, List.of(), PLAIN, u).tokens()) {
      counts[token]++;
    }
    double z = 1 + Math.E + Math.E * Math.E;
    assertThat(counts[0]).isCloseTo((int) (n / z), org.assertj.core.data.Offset.offset(2));
    assertThat(counts[1]).isCloseTo((int) (n * Math.E / z), org.assertj.core.data.Offset.offset(2));
    assertThat(counts[3]).isZero();
  }

  @Test
  void theLastTokenIsReachedAndNoneBeyondIt() {
    Tensor logits = Tensor.of(new float[] {0, 0, Float.NEGATIVE_INFINITY}, 1, 3);
    Sampler.Drawn drawn = Sampler.draw(logits, List.of(), PLAIN, new double[] {Math.nextDown(1.0)});
    assertThat(drawn.tokens()).containsExactly(1);
    assertThat(drawn.logProbs()[0]).isEqualTo((float) Math.log(0.5));
  }
}
