package dev.tesuji.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.check.BadInput;
import dev.tesuji.compute.choice.Decoders;
import dev.tesuji.generate.GenerationEngine;
import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.RandomKey;
import dev.tesuji.generate.Sampling;
import dev.tesuji.json.Json;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.optim.OptimizerConfig.Moments;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.policy.MatmulPrecision;
import dev.tesuji.policy.Policy;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NativeMemory;
import dev.tesuji.tokenized.TokenSequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/// Holds what is planned to what the C library then hands out.
class MemoryPlanTest {
  private static final int LENGTH = 128;
  private static final int LAYERS = 6;

  /// What the compilers of the JVM take beside a run in which they happen to work, in bytes: the
  /// same load took 32.92 MB in two processes and 33.71 in another.
  private static final long COMPILERS = 2_000_000;

  private static CausalLm model(Dtype dtype, Dtype product) {
    return made(dtype, product, Json.MAPPER.createObjectNode().put("model_type", "llama"));
  }

  private static CausalLm experts(Dtype dtype, Dtype product) {
    ObjectNode json = Json.MAPPER.createObjectNode().put("model_type", "qwen3_moe");
    json.put("num_experts", 16).put("num_experts_per_tok", 4).put("moe_intermediate_size", 128);
    return made(dtype, product, json);
  }

  /// Makes a model, whose family and experts are given.
  private static CausalLm made(Dtype dtype, Dtype product, ObjectNode json) {
    Assumptions.assumeTrue(
        Kernels.available(product) && NativeMemory.isKnown(),
        "SKIPPED: this machine has no kernels for " + product + ", or another C library");
    json.put("vocab_size", 512).put("hidden_size", 192);
    json.put("intermediate_size", 512).put("num_hidden_layers", LAYERS);
    json.put("num_attention_heads", 6).put("num_key_value_heads", 2);
    json.put("max_position_embeddings", 512).put("tie_word_embeddings", false);
    CausalLm model =
        Decoders.create(ConfigReader.parse(Path.of("config.json"), json), dtype, Device.CPU);
    model.compute().multiplyIn(product);
    model.initialise(1);
    return model;
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32, FLOAT32, false", "FLOAT32, BFLOAT16, true", "BFLOAT16, BFLOAT16, false"})
  void aModelOfExpertsTakesNoMoreThanIsPlanned(Dtype dtype, Dtype product, boolean recompute) {
    try (CausalLm model = experts(dtype, product)) {
      model.trained().forEach(p -> p.tensor().requiresGrad(true));
      ComputeConfig compute = new ComputeConfig(8192, recompute, 0, 0, MatmulPrecision.AUTO);
      for (int texts : new int[] {4, 16}) {
        long taken = training(model, compute, texts);
        MemoryPlan.Load load =
            new MemoryPlan.Load(texts * LENGTH, LENGTH, null, false, false, true);
        MemoryPlan plan = MemoryPlan.training(model, load, compute, Moments.FLOAT32);
        double planned = plan.phases().getOrDefault("training", 0L);
        assertThat(planned).isBetween((double) taken - COMPILERS, 1.6 * taken);
      }
    }
  }

  private static int[] text(int number, int length) {
    int[] ids = new int[length];
    for (int t = 0; t < length; t++) {
      ids[t] = (31 * t + 7 * number) % 512;
    }
    return ids;
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32, FLOAT32, false", "BFLOAT16, BFLOAT16, true"})
  void aTokenInTrainingTakesWhatIsPlanned(Dtype dtype, Dtype product, boolean recompute) {
    requireTokensAsPlanned(dtype, product, recompute);
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT32, FLOAT32, true",
    "FLOAT32, BFLOAT16, false",
    "FLOAT32, BFLOAT16, true",
    "BFLOAT16, BFLOAT16, false"
  })
  @EnabledIfSystemProperty(named = "tesuji.slow", matches = "true")
  void soItDoesInOtherTypes(Dtype dtype, Dtype product, boolean recompute) {
    requireTokensAsPlanned(dtype, product, recompute);
  }

  private static void requireTokensAsPlanned(Dtype dtype, Dtype product, boolean recompute) {
    try (CausalLm model = model(dtype, product)) {
      model.trained().forEach(p -> p.tensor().requiresGrad(true));
      ComputeConfig compute = new ComputeConfig(8192, recompute, 0, 0, MatmulPrecision.AUTO);
      long few = training(model, compute, 4);
      long many = training(model, compute, 32);
      long planned =
          MemoryPlan.activations(model, compute, 32 * LENGTH, LENGTH, LAYERS)
              - MemoryPlan.activations(model, compute, 4 * LENGTH, LENGTH, LAYERS);
      assertThat((double) planned / (many - few)).isCloseTo(1, within(0.1));
    }
  }

  @ParameterizedTest
  @CsvSource({"2, true", "2, false", "16, true", "16, false"})
  void gradientsComeAsActivationsGoWhereThereIsOnePass(int texts, boolean once) {
    try (CausalLm model = model(Dtype.FLOAT32, Dtype.BFLOAT16)) {
      model.trained().forEach(p -> p.tensor().requiresGrad(true));
      ComputeConfig compute = new ComputeConfig(texts * LENGTH, false, 0, 0, MatmulPrecision.AUTO);
      MemoryPlan.Load load = new MemoryPlan.Load(texts * LENGTH, LENGTH, null, false, false, once);
      MemoryPlan plan = MemoryPlan.training(model, load, compute, Moments.FLOAT32);
      long taken = training(model, compute, texts, once ? 1 : 3);
      assertThat((double) plan.phases().getOrDefault("training", 0L) / taken)
          .isCloseTo(1, within(0.1));
    }
  }

  private static long training(CausalLm model, ComputeConfig compute, int texts) {
    return training(model, compute, texts, 1);
  }

  private static long training(CausalLm model, ComputeConfig compute, int texts, int passes) {
    List<TokenSequence> batch = new ArrayList<>();
    for (int i = 0; i < texts; i++) {
      batch.add(TokenSequence.whole(text(i, LENGTH)));
    }
    return NativeMemory.most(() -> {
      Policy policy = new Policy(model, 1, compute);
      for (int i = 0; i < passes; i++) {
        policy.backward(Policy.Micro.whole(batch), t -> t.logProbs().sum());
      }
      model.trained().forEach(p -> p.tensor().clearGrad());
    });
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32, FLOAT32", "FLOAT32, BFLOAT16", "BFLOAT16, BFLOAT16"})
  void aCompletionTakesWhatIsPlanned(Dtype dtype, Dtype product) {
    try (CausalLm model = model(dtype, product)) {
      long few = generation(model, 64);
      long many = generation(model, 256);
      long planned = planned(model, 256) - planned(model, 64);
      assertThat((double) planned / (many - few)).isCloseTo(1, within(0.1));
    }
  }

  private static long planned(CausalLm model, int rows) {
    return MemoryPlan.generation(model, new MemoryPlan.Drawing(rows, rows, 32, 64)).total();
  }

  private static long generation(CausalLm model, int rows) {
    Limits limits = new Limits(64, Set.of());
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      requests.add(
          new GenerationRequest(text(i, 32), 1, Sampling.DEFAULT, limits, new RandomKey(1, i)));
    }
    return NativeMemory.most(() -> GenerationEngine.generate(model, requests, rows));
  }

  @Test
  void onlyTheLargestPhaseCounts() {
    MemoryPlan plan =
        new MemoryPlan(
            Map.of("weights", 1_000_000_000L),
            Map.of("generation", 500_000_000L, "training", 2_000_000_000L));
    assertThat(plan.total()).isEqualTo(3_000_000_000L);
    assertThat(plan.toString())
        .contains("weights 1.00 GB; at a time ", "generation 0.50 GB", "training 2.00 GB");
  }

  @Test
  void aPlanThatDoesNotFitIsRefused() {
    MemoryPlan plan = new MemoryPlan(Map.of("weights", 1L << 50), Map.of());
    assertThatThrownBy(() -> plan.requireFits("rl"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("stage 'rl' needs about 1125899.91 GB");
  }
}
