package dev.tesuji.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ModelFixture;
import java.util.List;
import java.util.Set;

/// The model and the requests with which the engine is tested.
final class Requests {
  private Requests() {}

  static CausalLm model() {
    return ModelFixture.at(Fixtures.require("models/llama")).load();
  }

  static Limits limits(int newTokens, Integer... ends) {
    return new Limits(newTokens, Set.of(ends));
  }

  static GenerationRequest request(int[] prompt, int samples, Limits limits, long stream) {
    return new GenerationRequest(
        prompt, samples, Sampling.DEFAULT, limits, new RandomKey(42, stream));
  }

  static GenerationRequest one(Limits limits) {
    return request(new int[] {9}, 1, limits, 1);
  }

  static List<GenerationRequest> prompts(Limits limits) {
    return List.of(
        request(new int[] {5, 6, 7, 8, 9}, 4, limits, 3),
        request(new int[] {100}, 3, limits, 8),
        request(new int[] {17, 400, 33, 2, 11, 12, 13}, 5, limits, 9));
  }

  static List<int[]> tokens(List<Completion> completions) {
    return completions.stream().map(Completion::tokens).toList();
  }

  static void assertSame(List<Completion> got, List<Completion> want) {
    assertThat(got).hasSameSizeAs(want);
    for (int i = 0; i < want.size(); i++) {
      assertThat(got.get(i).tokens()).isEqualTo(want.get(i).tokens());
      assertThat(got.get(i).sample()).isEqualTo(want.get(i).sample());
      assertThat(got.get(i).reason()).isEqualTo(want.get(i).reason());
    }
  }
}
