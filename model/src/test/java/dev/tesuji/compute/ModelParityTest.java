package dev.tesuji.compute;

import static dev.tesuji.json.FixtureJson.ints;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.generate.Completion;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.generate.GenerationEngine;
import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.RandomKey;
import dev.tesuji.generate.Sampling;
import dev.tesuji.json.Json;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.nn.ModelFixture;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.weights.ModelDirectory;
import dev.tesuji.weights.Safetensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Holds the decoders to the numbers of transformers.
@ExtendWith(LeakCheck.class)
class ModelParityTest {
  @ParameterizedTest
  @MethodSource("dev.tesuji.nn.ModelFixture#batched")
  void logitsEqualThoseOfTransformers(ModelFixture fixture) {
    try (CausalLm model = fixture.load()) {
      checkLogits(fixture, model);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tesuji.nn.ModelFixture#batched")
  void theOlderLayoutOfTheConfigurationMeansTheSame(ModelFixture fixture, @TempDir Path folder) {
    ModelFixture legacy = fixture.withLegacyConfig(folder);
    try (CausalLm model = legacy.load()) {
      checkLogits(legacy, model);
      assertThat(model.config().rope()).isEqualTo(ConfigReader.read(fixture.directory()).rope());
    }
  }

  private static void checkLogits(ModelFixture fixture, CausalLm model) {
    try (NoGrad _ = NoGrad.on()) {
      for (String side : List.of("right", "left")) {
        ModelFixture.Batch batch = fixture.batch(side);
        Tensor hidden = model.hidden(TokenBatch.of(batch.sequences(), model.device()));
        fixture
            .tolerance("logits")
            .check(
                "logits_" + side,
                model.logits(hidden).toFloats(),
                fixture.real("logits_" + side, batch));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tesuji.nn.ModelFixture#batched")
  void logProbabilitiesEqualThoseOfTransformers(ModelFixture fixture) {
    try (CausalLm model = fixture.load();
        NoGrad _ = NoGrad.on()) {
      for (String side : List.of("right", "left")) {
        ModelFixture.Batch batch = fixture.batch(side);
        float[] want = fixture.real("logprobs_" + side, batch);
        int at = 0;
        for (int[] sequence : batch.sequences()) {
          Tensor hidden = model.hidden(TokenBatch.of(List.of(sequence), model.device()));
          Tensor all = model.logits(hidden).logSoftmax(1);
          Tensor next = Tensor.of(sequence).narrow(0, 1, sequence.length - 1).unsqueeze(1);
          float[] got = all.narrow(0, 0, sequence.length - 1).gather(1, next).toFloats();
          fixture
              .tolerance("logprobs")
              .check(
                  "logprobs_" + side, got, Arrays.copyOfRange(want, at + 1, at + sequence.length));
          at += sequence.length;
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tesuji.nn.ModelFixture#batched")
  void greedyTokensEqualThoseOfTransformers(ModelFixture fixture) {
    int steps = fixture.reference().path("greedy").get(0).path("continuation").size();
    List<GenerationRequest> prompts = new ArrayList<>();
    for (JsonNode row : fixture.reference().path("greedy")) {
      prompts.add(greedy(ints(row.path("prompt")), new Limits(steps, Set.of())));
    }
    try (CausalLm model = fixture.load()) {
      // Fewer rows than prompts, so that one must wait for another to finish.
      int rows = Math.max(1, prompts.size() - 1);
      List<Completion> all = GenerationEngine.generate(model, prompts, rows);
      for (int i = 0; i < all.size(); i++) {
        JsonNode row = fixture.reference().path("greedy").get(i);
        int safe = row.path("safe_steps").asInt(steps);
        assertThat(Arrays.copyOf(all.get(i).tokens(), safe))
            .isEqualTo(Arrays.copyOf(ints(row.path("continuation")), safe));
        assertThat(all.get(i).reason()).isEqualTo(FinishReason.LENGTH);
      }
    }
  }

  private static GenerationRequest greedy(int[] prompt, Limits limits) {
    return new GenerationRequest(prompt, 1, Sampling.GREEDY, limits, new RandomKey(1, 0));
  }

  @Test
  void bfloat16StaysWithinItsOwnError() {
    ModelFixture fixture = ModelFixture.at(Fixtures.require("models/qwen2_bf16"));
    ModelFixture.Batch batch = fixture.batch("right");
    try (CausalLm model = ModelDirectory.load(fixture.directory(), Dtype.BFLOAT16, Device.CPU);
        NoGrad _ = NoGrad.on()) {
      Tensor hidden = model.hidden(TokenBatch.of(batch.sequences(), model.device()));
      Tensor got = model.logits(hidden);
      Tensor exact = Tensor.of(fixture.real("logits_right", batch)).view(got.shape().sizes());
      double error = got.sub(exact).abs().mean().item();
      // What bfloat16 costs transformers; attention in float32 makes ours cost less.
      double allowed = fixture.reference().at("/all_bf16_vs_float32/mean_abs").doubleValue();
      assertThat(error).isGreaterThan(0).isLessThan(allowed);
    }
  }

  @Test
  void shardsHoldTheSameModel() {
    Path sharded = Fixtures.require("models/llama_sharded");
    String same = Json.readObject(sharded.resolve("reference.json")).path("same_as").asString("");
    ModelFixture whole = ModelFixture.at(sharded.resolve(same).normalize());
    try (CausalLm model = ModelDirectory.load(sharded, Dtype.FLOAT32, Device.CPU)) {
      checkLogits(whole, model);
    }
  }

  @Test
  void theRealCheckpointWritesItsStories() {
    Path directory = Fixtures.require("models/stories260k");
    ModelFixture fixture = ModelFixture.at(directory);
    try (CausalLm model = fixture.load();
        Tokenizer tokenizer = Tokenizer.load(directory)) {
      for (JsonNode row : fixture.reference().path("greedy")) {
        int[] prompt = tokenizer.encodeWithSpecials(row.path("prompt").asString());
        assertThat(prompt).isEqualTo(ints(row.path("prompt_ids")));
        int[] want = ints(row.path("continuation"));
        GenerationRequest request = greedy(prompt, new Limits(want.length, Set.of(1, 2)));
        Completion got = GenerationEngine.generate(model, List.of(request), 1).getFirst();
        int safe = row.path("safe_steps").asInt(want.length);
        assertThat(Arrays.copyOf(got.tokens(), safe)).isEqualTo(Arrays.copyOf(want, safe));
      }
    }
  }

  @Test
  void theRealCheckpointScoresTexts() {
    Path directory = Fixtures.require("models/stories260k");
    ModelFixture fixture = ModelFixture.at(directory);
    try (CausalLm model = fixture.load();
        NoGrad _ = NoGrad.on();
        Safetensors reference = Safetensors.open(directory.resolve("reference.safetensors"))) {
      assertThat(Files.exists(directory.resolve("tokenizer.json"))).isTrue();
      for (String name : reference.names()) {
        if (name.endsWith(".input_ids")) {
          int[] ids = reference.read(name).toInts();
          Tensor hidden = model.hidden(TokenBatch.of(List.of(ids), model.device()));
          fixture
              .tolerance("logits")
              .check(
                  name,
                  model.logits(hidden).toFloats(),
                  reference.read(name.replace(".input_ids", ".logits")).toFloats());
        }
      }
    }
  }
}
