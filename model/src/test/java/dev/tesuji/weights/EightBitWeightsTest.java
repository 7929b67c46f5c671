package dev.tesuji.weights;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.check.BadInput;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Shape;
import dev.tesuji.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/// Reads weights of 8-bit floats, by numbers that are worked out by hand.
@ExtendWith(LeakCheck.class)
class EightBitWeightsTest {
  private static final String BLOCKS = "\"quant_method\":\"fp8\",\"weight_block_size\":[2,3]";

  private static final Path EIGHT_BIT =
      Fixtures.checkout().resolve("model/src/test/resources/families/qwen3_moe_eight_bit");

  @TempDir private Path folder = Path.of("");

  /// Writes a matrix of 3 rows of 4, in blocks of 2 rows of 3, two of them cut off at the edge.
  private Checkpoint checkpoint(String quantisation, Map<String, Tensor> more) throws IOException {
    Files.writeString(
        folder.resolve("config.json"), "{\"quantization_config\":{" + quantisation + "}}");
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Tensor stored =
        Tensor.of(new float[] {1, 2, 3, 4, -0.5f, 448, 0.001953125f, 8, 1, 1, -1, 0}, 3, 4);
    tensors.put("w.weight", stored.to(Dtype.FLOAT8));
    tensors.putAll(more);
    Safetensors.write(folder.resolve("model.safetensors"), tensors);
    return Checkpoint.open(folder);
  }

  private static Map<String, Tensor> scales() {
    return Map.of("w.weight_scale_inv", Tensor.of(new float[] {2, 10, 0.5f, 100}, 2, 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT32", "BFLOAT16"})
  void eachBlockIsMultipliedByItsScale(Dtype dtype) throws IOException {
    try (Checkpoint checkpoint = checkpoint(BLOCKS, scales())) {
      checkpoint.requireWeight("w.weight", new Shape(3, 4));
      Tensor wide = Tensor.zeros(dtype, 5, 4);
      checkpoint.readInto("w.weight", wide.narrow(0, 1, 3));
      assertThat(wide.toFloats())
          .containsExactly(
              0,
              0,
              0,
              0, //
              2,
              4,
              6,
              40, //
              -1,
              896,
              0.00390625f,
              80, //
              0.5f,
              0.5f,
              -0.5f,
              0, //
              0,
              0,
              0,
              0);
      assertThat(checkpoint.isScale("w.weight_scale_inv")).isTrue();
      assertThat(checkpoint.isScale("w.weight")).isFalse();
    }
  }

  @Test
  void scalesMayBeBfloat16AndBlocksHave128RowsUnlessTheFileSaysOtherwise() throws IOException {
    Tensor one = Tensor.of(new float[] {3}, 1, 1).to(Dtype.BFLOAT16);
    try (Checkpoint checkpoint =
        checkpoint("\"quant_method\":\"fp8\"", Map.of("w.weight_scale_inv", one))) {
      Tensor wide = Tensor.zeros(Dtype.FLOAT32, 3, 4);
      checkpoint.readInto("w.weight", wide);
      assertThat(wide.select(0, 0).toFloats()).containsExactly(3, 6, 9, 12);
    }
  }

  @Test
  void scalesThatAreMissingOrDoNotFitAreNamed() throws IOException {
    try (Checkpoint none = checkpoint(BLOCKS, Map.of())) {
      refused(none, "has no tensor 'w.weight_scale_inv'");
    }
    Tensor turned = Tensor.of(new float[] {1, 1}, 1, 2);
    try (Checkpoint few = checkpoint(BLOCKS, Map.of("w.weight_scale_inv", turned))) {
      refused(
          few,
          "tensor 'w.weight_scale_inv' must have shape [2, 2], as config.json says, got [1, 2]");
    }
    try (Checkpoint fits = checkpoint(BLOCKS, scales())) {
      assertThatExceptionOfType(BadInput.class)
          .isThrownBy(() -> fits.requireWeight("w.weight", new Shape(4, 4)))
          .withMessageContaining("must have shape [4, 4], as config.json says, got [3, 4]");
    }
  }

  @Test
  void eightBitFloatsWithoutAConfigurationOrOutsideAModelSayNothing() throws IOException {
    try (Checkpoint unsaid = checkpoint("", scales())) {
      refused(unsaid, "is of type F8_E4M3, and no quantization_config in config.json says");
    }
    try (Safetensors file = Safetensors.open(folder.resolve("model.safetensors"))) {
      assertThatExceptionOfType(BadInput.class)
          .isThrownBy(() -> file.readInto("w.weight", Tensor.zeros(Dtype.FLOAT32, 3, 4)))
          .withMessageContaining("says nothing without the scales of a quantised model");
    }
  }

  private static void refused(Checkpoint checkpoint, String message) {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> checkpoint.requireWeight("w.weight", new Shape(3, 4)))
        .withMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"quant_method\":\"fp8\",\"activation_scheme\":\"static\"",
        "\"quant_method\":\"fp8\",\"fmt\":\"e5m2\"",
        "\"quant_method\":\"fp8\",\"weight_block_size\":null",
        "\"quant_method\":\"fp8\",\"weight_block_size\":[128]",
        "\"quant_method\":\"fp8\",\"weight_block_size\":[128,0]",
        "\"quant_method\":\"gptq\",\"bits\":4"
      })
  void otherWaysToQuantiseAreRefusedByName(String quantisation) throws IOException {
    try (Checkpoint checkpoint = checkpoint(quantisation, scales())) {
      refused(checkpoint, "field 'quantization_config");
    }
  }

  @Test
  void theTypeToReadThemAsMustBeChosen() {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> LoadedModel.computeType(Dtype.FLOAT8))
        .withMessageContainingAll("quantised (fp8", "--dtype bfloat16");
  }

  @Test
  void aModelOfThemIsConvertedWithoutAWordAboutTypes() {
    Path out = folder.resolve("out");
    ModelConverter.convert(EIGHT_BIT, out, null, ModelDirectory.SHARD_BYTES);
    ObjectNode config = Json.readObject(out.resolve("config.json"));
    assertThat(config.has("quantization_config")).isFalse();
    assertThat(WeightsBeyond.notes(out)).isEmpty();
    try (CausalLm read = ModelDirectory.load(EIGHT_BIT, Dtype.BFLOAT16, Device.CPU);
        CausalLm again = ModelDirectory.load(out, Dtype.BFLOAT16, Device.CPU);
        Checkpoint written = Checkpoint.open(out)) {
      Map<String, Tensor> weights = ModelDirectory.weights(again);
      ModelDirectory.weights(read)
          .forEach((name, tensor) -> {
            assertThat(written.entry(name).dtype()).as(name).isNotEqualTo(Dtype.FLOAT8);
            assertThat(requireNonNull(weights.get(name)).toFloats())
                .as(name)
                .isEqualTo(tensor.toFloats());
          });
    }
  }

  @Test
  void whatIsWrittenSaysNoMoreThatItIsQuantised() {
    ObjectNode config = Json.MAPPER.createObjectNode();
    config.put("torch_dtype", "bfloat16");
    config.putObject("quantization_config").put("quant_method", "fp8");
    new ModelFiles(config, Map.of()).write(folder, Dtype.BFLOAT16);
    ObjectNode written = Json.readObject(folder.resolve("config.json"));
    assertThat(written.has("quantization_config")).isFalse();
    assertThat(written.path("torch_dtype").asString("")).isEqualTo("bfloat16");
  }
}
