package dev.tesuji.weights;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.check.BadInput;
import dev.tesuji.compute.TokenBatch;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.FamilyFixture;
import dev.tesuji.nn.Lora;
import dev.tesuji.nn.LoraConfig;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/// Holds adapters of models of experts to the numbers of PEFT, which keeps those of all experts of
/// a layer as one pair of matrices (`adapters/generate.py` among the test resources).
@ExtendWith(LeakCheck.class)
class ExpertAdaptersTest {
  private static final Path ADAPTERS =
      Fixtures.checkout().resolve("model/src/test/resources/adapters");

  @TempDir private Path folder = Path.of("");

  private static CausalLm base(Path adapter) {
    ObjectNode config = Json.readObject(adapter.resolve("adapter_config.json"));
    Path base = Path.of(config.path(AdapterConfig.BASE).asString("")).getFileName();
    return ModelDirectory.load(
        ADAPTERS.resolveSibling("families").resolve(requireNonNull(base)),
        Dtype.FLOAT32,
        Device.CPU);
  }

  private static float[] logits(CausalLm model, int[] ids) {
    return model.logits(model.hidden(TokenBatch.of(List.of(ids), model.device()))).toFloats();
  }

  private static void check(CausalLm model, Path adapter) {
    try (Safetensors file = Safetensors.open(adapter.resolve("reference.safetensors"));
        NoGrad _ = NoGrad.on()) {
      float[] got = logits(model, file.read("ids").toInts());
      FamilyFixture.LOGITS.check("logits", got, file.read("logits").toFloats());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"qwen3_moe_names", "qwen3_moe_sizes", "qwen2_moe_down", "glm4_moe_lite_gate_up"})
  void logitsEqualThoseOfPeft(String name) {
    Path adapter = ADAPTERS.resolve(name);
    try (CausalLm model = base(adapter)) {
      AdapterDirectory.load(model, adapter);
      check(model, adapter);
      model.mergeAdapters();
      check(model, adapter);
    }
  }

  @Test
  void whatIsSavedHasEachExpertsOwnMatricesAndLoadsAgain() {
    Path adapter = ADAPTERS.resolve("qwen3_moe_sizes");
    try (CausalLm model = base(adapter);
        CausalLm again = base(adapter)) {
      AdapterDirectory.load(model, adapter);
      AdapterDirectory.save(requireNonNull(model.lora()), adapter, folder);
      try (Safetensors file = Safetensors.open(folder.resolve("adapter_model.safetensors"))) {
        assertThat(file.names())
            .contains("base_model.model.model.layers.0.mlp.experts.3.up_proj.lora_B.weight");
      }
      AdapterDirectory.load(again, folder);
      check(again, adapter);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void projectionsOfExpertsAreNamedAsTheParametersOfTransformers(boolean stabilised) {
    Path adapter = ADAPTERS.resolve("qwen2_moe_down");
    try (CausalLm model = base(adapter);
        CausalLm again = base(adapter)) {
      Lora lora =
          model.adapt(new LoraConfig(3, 6, 0, List.of("all-linear"), stabilised, List.of()), 1);
      AdapterDirectory.save(lora, adapter, folder);
      ObjectNode json = Json.readObject(folder.resolve("adapter_config.json"));
      assertThat(texts(json, "target_modules"))
          .containsExactly("k_proj", "o_proj", "q_proj", "shared_expert_gate", "v_proj");
      assertThat(texts(json, "target_parameters"))
          .contains(
              "model.layers.0.mlp.up_proj.weight",
              "model.layers.1.mlp.shared_expert.down_proj.weight",
              "model.layers.1.mlp.experts.gate_up_proj",
              "model.layers.1.mlp.experts.down_proj")
          .noneMatch(name -> name.contains("self_attn"));
      String stack = "^model\\.layers\\.1\\.mlp\\.experts\\.gate_up_proj";
      assertThat(json.path("rank_pattern").path(stack).asInt(0)).isEqualTo(6);
      assertThat(json.path("alpha_pattern").path(stack).asDouble(0))
          .isCloseTo(stabilised ? 6 * Math.sqrt(2) : 12, within(1e-9));
      AdapterDirectory.load(again, folder);
      Lora read = requireNonNull(again.lora());
      assertThat(read.names()).isEqualTo(lora.names());
      read.sizes()
          .forEach((name, size) -> {
            assertThat(size.rank()).as(name).isEqualTo(3);
            assertThat(size.scale())
                .as(name)
                .isCloseTo(stabilised ? 6 / Math.sqrt(3) : 2, within(1e-12));
          });
    }
  }

  private static List<String> texts(ObjectNode json, String field) {
    return json.path(field).valueStream().map(each -> each.asString("")).toList();
  }

  @Test
  void anAdapterOfTheRouterIsRefusedByItsName() {
    Path adapter = ADAPTERS.resolve("qwen3_moe_router");
    try (CausalLm model = base(adapter)) {
      assertThatThrownBy(() -> AdapterDirectory.load(model, adapter))
          .isInstanceOf(BadInput.class)
          .hasMessage(
              adapter.resolve("adapter_model.safetensors")
                  + ": has adapters for modules that get none in Tesuji: model.layers.0.mlp.gate,"
                  + " model.layers.1.mlp.gate; merge the adapter into its base (PEFT:"
                  + " merge_and_unload, save_pretrained)");
    }
  }

  @Test
  void aStackOfAnotherNumberOfExpertsIsRefused() throws IOException {
    Path adapter = ADAPTERS.resolve("qwen2_moe_down");
    Path config = folder.resolve("adapter_config.json");
    Files.copy(adapter.resolve("adapter_config.json"), config);
    String name = "base_model.model.model.layers.1.mlp.experts.lora_A.weight";
    Map<String, Tensor> all = new TreeMap<>();
    try (CausalLm model = base(adapter);
        Safetensors file = Safetensors.open(adapter.resolve("adapter_model.safetensors"))) {
      file.names().forEach(each -> all.put(each, file.read(each)));
      Tensor a = requireNonNull(all.get(name));
      all.put(name, a.narrow(0, 0, a.size(0) - 2).copy());
      Safetensors.write(folder.resolve("adapter_model.safetensors"), all);
      assertThatThrownBy(() -> AdapterDirectory.load(model, folder))
          .isInstanceOf(BadInput.class)
          .hasMessageContaining("tensor '" + name + "' must have shape [8, 8], as");
    }
  }

  @Test
  void parametersThatAreNoListAreRefused() throws IOException {
    Path adapter = ADAPTERS.resolve("qwen2_moe_down");
    Path config = folder.resolve("adapter_config.json");
    ObjectNode json = Json.readObject(adapter.resolve("adapter_config.json"));
    Files.writeString(config, Json.pretty(json.put("target_parameters", "down_proj")));
    Files.copy(
        adapter.resolve("adapter_model.safetensors"), folder.resolve("adapter_model.safetensors"));
    try (CausalLm model = base(adapter)) {
      assertThatThrownBy(() -> AdapterDirectory.load(model, folder))
          .hasMessage(
              config
                  + ": field 'target_parameters' must be a list of names such as"
                  + " mlp.experts.down_proj, got \"down_proj\"");
    }
  }
}
