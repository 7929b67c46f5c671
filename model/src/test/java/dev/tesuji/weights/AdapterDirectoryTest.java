package dev.tesuji.weights;

import static dev.tesuji.json.FixtureJson.ints;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.check.BadInput;
import dev.tesuji.compute.TokenBatch;
import dev.tesuji.compute.choice.Decoders;
import dev.tesuji.files.Mutations;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.generate.Completion;
import dev.tesuji.generate.GenerationEngine;
import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.RandomKey;
import dev.tesuji.generate.Sampling;
import dev.tesuji.json.Json;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.nn.Lora;
import dev.tesuji.nn.LoraConfig;
import dev.tesuji.nn.ModelFixture;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Holds adapters to the numbers of PEFT.
@ExtendWith(LeakCheck.class)
class AdapterDirectoryTest {
  @TempDir private Path folder = Path.of("");

  private static float[] logits(ModelFixture fixture, CausalLm model) {
    try (NoGrad _ = NoGrad.on()) {
      ModelFixture.Batch batch = fixture.batch("right");
      return model
          .logits(model.hidden(TokenBatch.of(batch.sequences(), model.device())))
          .toFloats();
    }
  }

  private static void check(ModelFixture fixture, CausalLm model, String name) {
    float[] want = fixture.real(name, fixture.batch("right"));
    fixture.tolerance("logits").check(name, logits(fixture, model), want);
  }

  @Test
  void logitsEqualThoseOfPeft() {
    ModelFixture fixture = ModelFixture.adapter();
    try (CausalLm model = fixture.load()) {
      check(fixture, model, "logits_adapter");
      try (Lora.Silence _ = model.withoutAdapters()) {
        check(fixture, model, "logits_base");
      }
      check(fixture, model, "logits_adapter");
      model.mergeAdapters();
      assertThat(model.lora()).isNull();
      check(fixture, model, "logits_merged");
    }
  }

  @Test
  void greedyTokensEqualThoseOfPeft() {
    ModelFixture fixture = ModelFixture.adapter();
    List<GenerationRequest> prompts = new ArrayList<>();
    for (JsonNode row : fixture.reference().path("greedy")) {
      prompts.add(greedy(ints(row.path("prompt")), 24));
    }
    try (CausalLm model = fixture.load()) {
      List<Completion> all = GenerationEngine.generate(model, prompts, 4);
      for (int i = 0; i < all.size(); i++) {
        JsonNode row = fixture.reference().path("greedy").get(i);
        int safe = row.path("safe_steps").asInt(row.path("continuation").size());
        assertThat(Arrays.copyOf(all.get(i).tokens(), safe))
            .isEqualTo(Arrays.copyOf(ints(row.path("continuation")), safe));
      }
    }
  }

  @Test
  void whatIsSavedLoadsAgain() {
    ModelFixture fixture = ModelFixture.adapter();
    Path saved = folder.resolve("saved");
    try (CausalLm model = fixture.load();
        CausalLm again = fixture.base().load()) {
      AdapterDirectory.save(requireNonNull(model.lora()), fixture.base().directory(), saved);
      assertThat(AdapterDirectory.baseOf(saved)).isEqualTo(fixture.base().directory());
      AdapterDirectory.load(again, saved);
      assertThat(logits(fixture, again)).containsExactly(logits(fixture, model));
      assertThat(requireNonNull(again.lora()).config().scale())
          .isEqualTo(fixture.reference().path("scaling").doubleValue());
    }
  }

  @Test
  void convertingAnAdapterMergesItIntoItsBase() {
    ModelFixture fixture = ModelFixture.adapter();
    Path saved = folder.resolve("saved");
    Path merged = folder.resolve("merged");
    try (CausalLm model = fixture.load()) {
      AdapterDirectory.save(requireNonNull(model.lora()), fixture.base().directory(), saved);
    }
    ModelConverter.convert(saved, merged, null, ModelDirectory.SHARD_BYTES);
    try (CausalLm model = ModelDirectory.load(merged, Dtype.FLOAT32, Device.CPU)) {
      check(fixture, model, "logits_merged");
    }
  }

  @Test
  void aFreshAdapterChangesNothing() {
    ModelFixture fixture = ModelFixture.at(Fixtures.require("models/llama"));
    try (CausalLm model = fixture.load()) {
      float[] before = logits(fixture, model);
      assertThat(model.adapt(LoraConfig.DEFAULT, 1).names()).hasSize(3 * 7);
      // Beside adapters libtorch computes, without them our kernels: the same but for rounding.
      assertThat(logits(fixture, model)).containsExactly(before, within(1e-4f));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen3", "deepseek_v3"})
  void mergingChangesNothing(String name) {
    ModelFixture fixture = ModelFixture.at(Fixtures.require("models/" + name));
    try (CausalLm model = fixture.load();
        NoGrad _ = NoGrad.on()) {
      Lora lora = model.adapt(LoraConfig.DEFAULT, 1);
      float[] plain = logits(fixture, model);
      lora.parameters()
          .forEach(p -> {
            if (p.parts().getFirst().name().endsWith("lora_B.weight")) {
              p.tensor().fill_(0.01);
            }
          });
      float[] with = logits(fixture, model);
      int[] greedy = greedy(model);
      model.mergeAdapters();
      float[] merged = logits(fixture, model);
      assertThat(merged).containsExactly(with, within(2e-3f));
      assertThat(Tensor.of(with).sub(Tensor.of(plain)).norm().item()).isGreaterThan(1);
      assertThat(greedy(model)).isEqualTo(greedy);
    }
  }

  private static int[] greedy(CausalLm model) {
    List<GenerationRequest> one = List.of(greedy(new int[] {7, 8, 9}, 6));
    return GenerationEngine.generate(model, one, 1).getFirst().tokens();
  }

  private static GenerationRequest greedy(int[] prompt, int newTokens) {
    Limits limits = new Limits(newTokens, Set.of());
    return new GenerationRequest(prompt, 1, Sampling.GREEDY, limits, new RandomKey(1, 0));
  }

  @Test
  void theScaleIsPeftsAndMayBeRankStabilised() {
    assertThat(new LoraConfig(16, 8, 0, List.of("q_proj"), false).scale()).isEqualTo(0.5);
    assertThat(new LoraConfig(16, 8, 0, List.of("q_proj"), true).scale()).isEqualTo(2);
  }

  /// Saves an adapter for a base, to be broken.
  private Path adapter(ModelFixture base) {
    Path saved = folder.resolve("adapter");
    try (CausalLm model = base.load()) {
      Lora lora = model.adapt(new LoraConfig(4, 8, 0, List.of("q_proj", "v_proj"), false), 1);
      AdapterDirectory.save(lora, base.directory(), saved);
    }
    return saved;
  }

  private void refused(String from, String to, String message) throws IOException {
    ModelFixture base = ModelFixture.at(Fixtures.require("models/qwen2"));
    Path adapter = adapter(base);
    Path file = adapter.resolve("adapter_config.json");
    String config = Files.readString(file);
    assertThat(config).contains(from);
    Files.writeString(file, config.replace(from, to));
    try (CausalLm model = base.load()) {
      assertThatThrownBy(() -> AdapterDirectory.load(model, adapter))
          .isInstanceOf(BadInput.class)
          .hasMessageContaining(message);
    }
  }

  @Test
  void anotherKindOfAdapterIsRefused() throws IOException {
    refused(
        "\"use_rslora\"",
        "\"use_dora\" : true, \"use_rslora\"",
        "field 'use_dora' is not known to Tesuji");
  }

  @Test
  void aStartThatChangesTheBaseIsRefused() throws IOException {
    for (String start : List.of("pissa", "pissa_niter_4", "olora", "corda", "loftq", "lora_ga")) {
      refused(
          "\"use_rslora\"",
          "\"init_lora_weights\" : \"" + start + "\", \"use_rslora\"",
          "field 'init_lora_weights' is '" + start + "', which changes the base's weights");
    }
  }

  @Test
  void everyFieldThatIsNotKnownIsRefusedByName() throws IOException {
    for (String field :
        List.of(
            "alora_invocation_tokens",
            "layer_replication",
            "use_bdlora",
            "trainable_token_indices",
            "a_field_of_tomorrow")) {
      refused(
          "\"use_rslora\"",
          "\"" + field + "\" : [1], \"use_rslora\"",
          "field '" + field + "' is not known to Tesuji");
    }
  }

  @Test
  void patternsChooseTargetsLayersRanksAndAlphas() throws IOException {
    ModelFixture base = ModelFixture.at(Fixtures.require("models/qwen2"));
    Path file = folder.resolve("adapter_config.json");
    Files.writeString(
        file,
        """
        {"peft_type": "LORA", "r": 4, "lora_alpha": 8, "target_modules": ".*\\\\.(q|v)_proj",
         "exclude_modules": ["layers.0.self_attn.v_proj"],
         "rank_pattern": {"layers.0.self_attn.q_proj": 2}, "alpha_pattern": {"v_proj": 4}}\
        """);
    try (CausalLm model = base.load()) {
      Lora lora = AdapterDirectory.adapt(model, folder);
      assertThat(lora.names())
          .contains("model.layers.0.self_attn.q_proj", "model.layers.1.self_attn.v_proj")
          .doesNotContain("model.layers.0.self_attn.v_proj", "model.layers.0.self_attn.k_proj");
      assertThat(lora.sizes().get("model.layers.0.self_attn.q_proj"))
          .isEqualTo(new Lora.Size(2, 4));
      assertThat(lora.sizes().get("model.layers.1.self_attn.q_proj"))
          .isEqualTo(new Lora.Size(4, 2));
      assertThat(lora.sizes().get("model.layers.1.self_attn.v_proj"))
          .isEqualTo(new Lora.Size(4, 1));
      Path saved = folder.resolve("saved");
      AdapterDirectory.save(lora, base.directory(), saved);
      try (CausalLm again = base.load()) {
        AdapterDirectory.load(again, saved);
        assertThat(requireNonNull(again.lora()).sizes()).isEqualTo(lora.sizes());
      }
    }
    Files.writeString(
        file,
        """
        {"r": 4, "lora_alpha": 8, "target_modules": ["q_proj"], "layers_to_transform": [1]}\
        """);
    try (CausalLm model = base.load()) {
      assertThat(AdapterDirectory.adapt(model, folder).names())
          .containsExactly("model.layers.1.self_attn.q_proj");
    }
  }

  @Test
  void modulesThatAreTrainedWholeAreSavedAndReadAndSilencedWithTheAdapters() {
    ModelFixture base = ModelFixture.at(Fixtures.require("models/llama"));
    Path saved = folder.resolve("adapter");
    LoraConfig config =
        new LoraConfig(4, 8, 0, List.of("q_proj"), false, List.of("embed_tokens", "norm"));
    try (CausalLm model = base.load()) {
      float[] plain = logits(base, model);
      Lora lora = model.adapt(config, 1);
      assertThat(model.trained()).containsAll(lora.whole());
      try (NoGrad _ = NoGrad.on()) {
        lora.whole().forEach(p -> p.tensor().detach().mul_(1.5));
      }
      float[] trained = logits(base, model);
      try (Lora.Silence _ = model.withoutAdapters()) {
        assertThat(logits(base, model)).containsExactly(plain);
      }
      assertThat(logits(base, model)).containsExactly(trained);
      AdapterDirectory.save(lora, base.directory(), saved);
      try (LoadedModel again = LoadedModel.load(saved, Dtype.FLOAT32, Device.CPU)) {
        assertThat(logits(base, again.decoder())).containsExactly(trained);
        assertThat(requireNonNull(again.decoder().lora()).config().modulesToSave())
            .contains("embed_tokens", "norm");
      }
    }
  }

  @Test
  void aModuleThatTheModelLacksCannotBeTrainedWhole() {
    try (CausalLm model = ModelFixture.at(Fixtures.require("models/llama")).load()) {
      LoraConfig config = new LoraConfig(4, 8, 0, List.of("q_proj"), false, List.of("score"));
      assertThatThrownBy(() -> model.adapt(config, 1))
          .hasMessage(
              "modulesToSave must name modules with weights of their own, such as embed_tokens,"
                  + " lm_head or norm, got 'score'");
    }
  }

  @Test
  void anAdapterWithMoreTokensMakesTheEmbeddingLonger() {
    ModelFixture base = ModelFixture.at(Fixtures.require("models/llama"));
    Path saved = folder.resolve("adapter");
    try (CausalLm small = base.load();
        CausalLm model =
            ModelDirectory.refit(
                base.load(), small.config().with(small.config().vocabularySize() + 3, false))) {
      Lora lora =
          model.adapt(
              new LoraConfig(4, 8, 0, List.of("q_proj"), false, List.of("embed_tokens", "lm_head")),
              1);
      AdapterDirectory.save(lora, base.directory(), saved);
      try (LoadedModel again = LoadedModel.load(saved, Dtype.FLOAT32, Device.CPU)) {
        assertThat(again.decoder().config().vocabularySize())
            .isEqualTo(small.config().vocabularySize() + 3);
      }
      Path merged = folder.resolve("merged");
      ModelConverter.convert(saved, merged, null, ModelDirectory.SHARD_BYTES);
      try (LoadedModel whole = LoadedModel.load(merged, Dtype.FLOAT32, Device.CPU)) {
        assertThat(whole.decoder().config().vocabularySize())
            .isEqualTo(small.config().vocabularySize() + 3);
      }
    }
  }

  @Test
  void aTiedEmbeddingThatIsTrainedIsSavedAsTheOutputToo() {
    Path base = tied();
    Path saved = folder.resolve("adapter");
    LoraConfig config =
        new LoraConfig(4, 8, 0, List.of("q_proj"), false, List.of("embed_tokens", "lm_head"));
    try (LoadedModel model = LoadedModel.load(base, Dtype.FLOAT32, Device.CPU)) {
      Lora lora = model.decoder().adapt(config, 1);
      assertThat(lora.config().modulesToSave()).containsExactly("embed_tokens");
      AdapterDirectory.save(lora, base, saved);
    }
    ObjectNode json = Json.readObject(saved.resolve("adapter_config.json"));
    assertThat(json.path("ensure_weight_tying").asBoolean(false)).isTrue();
    assertThat(json.path("modules_to_save").valueStream().map(JsonNode::stringValue))
        .containsExactly("embed_tokens", "lm_head");
    try (Safetensors file = Safetensors.open(saved.resolve("adapter_model.safetensors"));
        LoadedModel again = LoadedModel.load(saved, Dtype.FLOAT32, Device.CPU)) {
      String prefix = "base_model.model.";
      assertThat(file.read(prefix + "lm_head.weight").toFloats())
          .isEqualTo(file.read(prefix + "model.embed_tokens.weight").toFloats());
      assertThat(again.decoder().config().tiedEmbeddings()).isTrue();
    }
  }

  /// Makes a small model whose output projection is its embedding.
  private Path tied() {
    Path directory = folder.resolve("tied");
    ObjectNode config = Json.readObject(Fixtures.require("models/llama/config.json"));
    config.put("tie_word_embeddings", true).put("num_hidden_layers", 1);
    try (CausalLm model =
        Decoders.create(ConfigReader.parse(directory, config), Dtype.FLOAT32, Device.CPU)) {
      model.initialise(1);
      ModelDirectory.save(model, new ModelFiles(config, Map.of()), directory);
    }
    return directory;
  }

  /// Where an embedding is resized and trained whole, PEFT 0.21 saves the wrapper's two besides.
  @Test
  void whatPeftSavesTwiceIsReadOnce() {
    ModelFixture base = ModelFixture.at(Fixtures.require("models/llama"));
    Path saved = folder.resolve("adapter");
    float[] trained;
    try (CausalLm model = base.load()) {
      Lora lora =
          model.adapt(
              new LoraConfig(4, 8, 0, List.of("q_proj"), false, List.of("embed_tokens")), 1);
      try (NoGrad _ = NoGrad.on()) {
        lora.whole().forEach(p -> p.tensor().detach().mul_(1.5));
      }
      trained = logits(base, model);
      AdapterDirectory.save(lora, base.directory(), saved);
    }
    Path weights = saved.resolve("adapter_model.safetensors");
    Map<String, Tensor> all = new LinkedHashMap<>();
    try (Safetensors file = Safetensors.open(weights)) {
      file.names().forEach(name -> all.put(name, file.read(name)));
    }
    String embedding = "base_model.model.model.embed_tokens.";
    Tensor own = requireNonNull(all.get(embedding + "weight"));
    all.put(embedding + "modules_to_save.weight", own);
    all.put(embedding + "original_module.weight", own.mul(0));
    Safetensors.write(weights, all);
    try (LoadedModel again = LoadedModel.load(saved, Dtype.FLOAT32, Device.CPU)) {
      assertThat(logits(base, again.decoder())).containsExactly(trained);
    }
  }

  @Test
  void aFolderWithTheWeightsOfBothIsRefused() throws IOException {
    Path adapter = adapter(ModelFixture.at(Fixtures.require("models/llama")));
    Files.createFile(adapter.resolve("config.json"));
    assertThat(ModelParts.isAdapter(adapter)).isTrue();
    Files.createFile(adapter.resolve("model.safetensors"));
    assertThatThrownBy(() -> ModelParts.of(adapter))
        .hasMessageStartingWith(
            adapter + ": holds the weights of a whole model and those of an adapter");
  }

  @Test
  void mutatedSettingsOfAnAdapterAreReadOrRefused() throws IOException {
    ModelFixture base = ModelFixture.at(Fixtures.require("models/llama"));
    Path adapter = adapter(base);
    Path file = adapter.resolve("adapter_config.json");
    ObjectNode whole = Json.readObject(file);
    int cases = Integer.getInteger("tesuji.fuzz.cases", 300);
    for (int i = 0; i < cases; i++) {
      Files.write(file, new Mutations(20_261_128L * 1_000_003 + i).jsonFile(whole));
      try (LoadedModel planned = LoadedModel.planned(adapter, Dtype.FLOAT32, Device.CPU);
          LoadedModel model = LoadedModel.load(adapter, Dtype.FLOAT32, Device.CPU)) {
        assertThat(planned.decoder().lora()).isNotNull();
        assertThat(logits(base, model.decoder())).as("case %d", i).isNotEmpty();
      } catch (BadInput e) {
        assertThat(e.getMessage()).as("case %d", i).contains(adapter.toString());
      }
    }
  }

  @Test
  void anAdapterWhoseTargetsHaveNoneOfItsProjectionsIsRefused() throws IOException {
    refused("\"v_proj\"", "\"w_proj\"", "belongs to another model or configuration: ");
  }

  @Test
  void anAdapterOfOtherProjectionsIsRefused() throws IOException {
    Path base = Fixtures.require("models/qwen2").resolve("config.json");
    int missing = 2 * Json.readObject(base).path("num_hidden_layers").intValue(); // A and B
    refused(
        "\"v_proj\"",
        "\"k_proj\"",
        "belongs to another model or configuration: "
            + missing
            + " missing"
            + " (base_model.model.model.layers.0.self_attn.k_proj.lora_A.weight, ");
  }

  @Test
  void anAdapterOfAnotherModelIsRefused() {
    Path adapter = adapter(ModelFixture.at(Fixtures.require("models/qwen2")));
    try (CausalLm model = ModelFixture.at(Fixtures.require("models/llama")).load()) {
      assertThatThrownBy(() -> AdapterDirectory.load(model, adapter))
          .isInstanceOf(BadInput.class)
          .hasMessageStartingWith(adapter.resolve("adapter_model.safetensors").toString());
    }
  }
}
