package dev.tesuji.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.check.BadInput;
import dev.tesuji.compute.PromptKey;
import dev.tesuji.compute.choice.Decoders;
import dev.tesuji.generate.Completion;
import dev.tesuji.generate.EngineCapacity;
import dev.tesuji.generate.GenerationEngine;
import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.PromptReading;
import dev.tesuji.generate.PromptScores;
import dev.tesuji.generate.RandomKey;
import dev.tesuji.generate.Sampling;
import dev.tesuji.generate.Steering;
import dev.tesuji.json.Json;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.nn.Lora;
import dev.tesuji.nn.LoraConfig;
import dev.tesuji.nn.Parameter;
import dev.tesuji.random.Rng;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/// Adapters beside the weights of a base that is in memory once, each row with its own.
@ExtendWith(LeakCheck.class)
class SharedAdapterTest {
  private static final int V = 40;
  private static final Sampling GREEDY = new Sampling(0, 0, 1, 0, 1);

  @TempDir Path folder;

  @BeforeEach
  void requireKernels() {
    Assumptions.assumeTrue(Kernels.available(), "SKIPPED: this machine has no kernels");
  }

  private Path base(String name, int width) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.putArray("architectures").add("LlamaForCausalLM");
    json.put("model_type", "llama").put("vocab_size", V).put("hidden_size", width);
    json.put("intermediate_size", 2 * width).put("num_hidden_layers", 2);
    json.put("num_attention_heads", 4).put("num_key_value_heads", 2);
    json.put("max_position_embeddings", 128).put("torch_dtype", "float32");
    Path directory = folder.resolve(name);
    try (CausalLm model =
        Decoders.create(ConfigReader.parse(directory, json), Dtype.FLOAT32, Device.CPU)) {
      model.initialise(7);
      widen(model.parameters().stream().filter(p -> p.tensor().shape().rank() == 2).toList(), 5);
      ModelDirectory.save(model, new ModelFiles(json, Map.of()), directory);
    }
    return directory;
  }

  /// Makes weights larger, so that logits differ by more than rounding.
  private static void widen(List<Parameter> all, double by) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      all.forEach(p -> p.tensor().copy_(p.tensor().detach().mul(by)));
    }
  }

  /// Writes an adapter with random matrices.
  private Path adapter(Path base, String name, LoraConfig config, int seed) {
    try (LoadedModel loaded = LoadedModel.load(base, Dtype.FLOAT32, Device.CPU);
        Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      Lora lora = loaded.decoder().adapt(config, seed);
      int number = 0;
      for (Parameter p : lora.parameters()) {
        float[] values = new float[Math.toIntExact(p.tensor().elements())];
        Rng.fillNormal(values, 0.2, seed, number++);
        p.tensor().detach().copy_(Tensor.of(values, p.tensor().shape().sizes()));
      }
      AdapterDirectory.save(lora, base, folder.resolve(name));
    }
    return folder.resolve(name);
  }

  private static LoraConfig low(int rank, String... targets) {
    return new LoraConfig(rank, 2 * rank, 0, List.of(targets), false);
  }

  private static GenerationRequest request(int[] prompt, int adapter) {
    return new GenerationRequest(
        prompt,
        1,
        GREEDY,
        new Limits(12, Set.of()),
        new RandomKey(1, adapter),
        0,
        Steering.NONE,
        new PromptKey(adapter, ""));
  }

  private static int[] prompt(int length, int seed) {
    int[] text = new int[length];
    Arrays.setAll(text, i -> Rng.below(V, seed, i, 0, 0));
    return text;
  }

  private static EngineCapacity room() {
    return new EngineCapacity(8, 100, 20, 8, new PromptReading(true, 1 << 20));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 8})
  void rowsWithOtherAdaptersAreGeneratedTogetherAsIfAlone(int promptLookup) {
    Path base = base("base", 64);
    Path all = adapter(base, "all", low(8, "all-linear"), 11);
    Path some = adapter(base, "some", low(4, "q_proj", "down_proj"), 12);
    int[] prompt = prompt(30, 3);
    List<Completion> want = new ArrayList<>();
    for (Path path : List.of(base, all, some)) {
      try (LoadedModel alone = LoadedModel.load(path, Dtype.FLOAT32, Device.CPU)) {
        want.addAll(GenerationEngine.generate(alone.decoder(), List.of(request(prompt, 0)), 1));
      }
    }
    assertThat(want.get(0).tokens()).isNotEqualTo(want.get(1).tokens());
    assertThat(want.get(1).tokens()).isNotEqualTo(want.get(2).tokens());
    try (LoadedModel loaded = LoadedModel.load(base, Dtype.FLOAT32, Device.CPU);
        SharedAdapter first = loaded.share(all).orElseThrow();
        SharedAdapter second = loaded.share(some).orElseThrow();
        GenerationEngine engine =
            new GenerationEngine(
                loaded.decoder(),
                null,
                room().lookingUp(promptLookup),
                List.of(first.lora(), second.lora()))) {
      List<Completion> got = new ArrayList<>();
      int[] adapters = {1, 0, 2, 1, 0, 2};
      for (int adapter : adapters) {
        engine.submit(request(prompt, adapter), got::add);
      }
      engine.drain();
      assertThat(got).hasSize(6);
      for (Completion c : got) {
        Completion same = want.get(c.request().promptKey().adapter());
        assertThat(c.tokens()).isEqualTo(same.tokens());
        assertThat(c.logProbs()).containsExactly(same.logProbs(), within(1e-4f));
      }
    }
  }

  @Test
  void textsAreScoredPastAnAdapter() {
    Path base = base("base", 64);
    Path path = adapter(base, "all", low(8, "all-linear"), 11);
    int[] text = prompt(20, 5);
    try (LoadedModel loaded = LoadedModel.load(base, Dtype.FLOAT32, Device.CPU);
        SharedAdapter shared = loaded.share(path).orElseThrow();
        GenerationEngine engine =
            new GenerationEngine(loaded.decoder(), null, room(), List.of(shared.lora()));
        LoadedModel alone = LoadedModel.load(path, Dtype.FLOAT32, Device.CPU);
        GenerationEngine other = new GenerationEngine(alone.decoder(), null, room())) {
      float[][] got = new float[3][];
      for (int adapter : new int[] {0, 1}) {
        var scores = engine.score(text, 0, new PromptKey(adapter, ""));
        engine.drain();
        got[adapter] = scores.resultNow().logProbs();
      }
      var scores = other.score(text, 0, PromptKey.PLAIN);
      other.drain();
      PromptScores want = scores.resultNow();
      assertThat(got[1]).containsExactly(want.logProbs(), within(1e-5f));
      assertThat(got[0]).isNotEqualTo(got[1]);
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Path base = base("base", 64);
    Path narrow = base("narrow", 32);
    Path other = adapter(narrow, "other", low(4, "q_proj"), 1);
    try (LoadedModel loaded = LoadedModel.load(base, Dtype.FLOAT32, Device.CPU)) {
      assertThatExceptionOfType(BadInput.class)
          .isThrownBy(() -> loaded.share(other))
          .withMessageContaining("lora_A");
      assertThatExceptionOfType(BadInput.class)
          .isThrownBy(() -> loaded.share(narrow))
          .withMessageContaining("must hold an adapter (adapter_config.json), and has none");
      assertThat(loaded.decoder().lora()).isNull();
      try (GenerationEngine engine = new GenerationEngine(loaded.decoder(), null, room())) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> engine.submit(request(prompt(3, 1), 1)))
            .withMessage("adapter must be one of the engine's, got 1");
      }
    }
  }

  @Test
  void anAdapterWithModulesOfItsOwnIsLoadedWithItsBase() {
    Path base = base("base", 64);
    LoraConfig config = new LoraConfig(4, 8, 0, List.of("q_proj"), false, List.of("norm"));
    Path whole = adapter(base, "whole", config, 1);
    try (LoadedModel loaded = LoadedModel.load(base, Dtype.FLOAT32, Device.CPU)) {
      assertThat(loaded.share(whole)).isEmpty();
    }
  }
}
