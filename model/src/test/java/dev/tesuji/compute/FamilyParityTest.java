package dev.tesuji.compute;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.LoraConfig;
import dev.tesuji.nn.ModelFixture;
import dev.tesuji.nn.Parameter;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.weights.AdapterDirectory;
import dev.tesuji.weights.ModelDirectory;
import dev.tesuji.weights.ModelFiles;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Holds the families to transformers beyond what every model is held to.
@ExtendWith(LeakCheck.class)
class FamilyParityTest {
  private static Tensor logits(ModelFixture fixture, CausalLm model) {
    ModelFixture.Batch batch = fixture.batch("right");
    return model.logits(model.hidden(TokenBatch.of(batch.sequences(), model.device())));
  }

  @ParameterizedTest
  @MethodSource("dev.tesuji.nn.ModelFixture#families")
  void bfloat16CostsNoMoreThanItCostsTransformers(ModelFixture fixture) {
    try (CausalLm model = ModelDirectory.load(fixture.directory(), Dtype.BFLOAT16, Device.CPU);
        NoGrad _ = NoGrad.on()) {
      Tensor got = logits(fixture, model);
      Tensor exact =
          Tensor.of(fixture.real("logits_right", fixture.batch("right"))).view(got.shape().sizes());
      double error = got.sub(exact).abs().mean().item();
      double allowed = fixture.reference().at("/all_bf16_vs_float32/mean_abs").doubleValue();
      assertThat(error).isGreaterThan(0).isLessThan(1.1 * allowed);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tesuji.nn.ModelFixture#families")
  void aSavedModelIsTheSame(ModelFixture fixture, @TempDir Path folder) {
    try (NoGrad _ = NoGrad.on();
        CausalLm model = ModelDirectory.load(fixture.directory(), Dtype.BFLOAT16, Device.CPU)) {
      ModelDirectory.save(model, ModelFiles.read(fixture.directory()), folder);
      float[] before = logits(fixture, model).toFloats();
      try (CausalLm again = ModelDirectory.load(folder, Dtype.BFLOAT16, Device.CPU)) {
        assertThat(logits(fixture, again).toFloats()).isEqualTo(before);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tesuji.nn.ModelFixture#families")
  void adaptersOnAllProjectionsTrainAndAreSavedAndMerged(
      ModelFixture fixture, @TempDir Path folder) {
    try (CausalLm model = fixture.load()) {
      model.adapt(new LoraConfig(2, 4, 0, List.of("all-linear"), false), 1);
      TokenBatch batch = TokenBatch.of(fixture.batch("right").sequences(), model.device());
      model.trained().forEach(p -> p.tensor().requiresGrad(true));
      step(model, batch, "lora_B");
      step(model, batch, "lora_A");
      model.trained().forEach(p -> p.tensor().requiresGrad(false));
      AdapterDirectory.save(requireNonNull(model.lora()), fixture.directory(), folder);
      try (NoGrad _ = NoGrad.on();
          CausalLm again = fixture.load()) {
        float[] adapted = logits(fixture, model).toFloats();
        float[] base = logits(fixture, again).toFloats();
        assertThat(adapted).isNotEqualTo(base);
        AdapterDirectory.load(again, folder);
        assertThat(logits(fixture, again).toFloats()).isEqualTo(adapted);
        again.mergeAdapters();
        assertThat(logits(fixture, again).toFloats()).containsExactly(adapted, within(2e-3f));
      }
    }
  }

  /// Moves the adapters whose names end so against their gradient, which all that were used have.
  private static void step(CausalLm model, TokenBatch batch, String which) {
    try (TrainingPass pass = model.trainingPass(batch, new TrainingPass.Settings(false, 0, 0))) {
      Tensor hidden = pass.hidden();
      pass.backward(hidden.mul(1.0 / hidden.elements()));
    }
    try (NoGrad _ = NoGrad.on()) {
      int moved = 0;
      for (Parameter p : model.trained()) {
        if (p.parts().getFirst().name().contains(which) && p.tensor().hasGrad()) {
          Tensor gradient = p.tensor().grad();
          double norm = gradient.norm().item();
          if (norm > 0) {
            p.tensor().add_(gradient, -0.1 / norm);
            moved++;
          }
        }
        p.tensor().clearGrad();
      }
      assertThat(moved).isGreaterThan(model.config().layers() * 5);
    }
  }

  private static Stream<ModelFixture> routed() {
    return ModelFixture.families().filter(f -> f.reference().has("router_loss"));
  }

  @ParameterizedTest
  @MethodSource("routed")
  void theRoutersLossHasTransformersGradient(ModelFixture fixture) {
    Map<Boolean, Map<String, Double>> norms = new LinkedHashMap<>();
    for (boolean recompute : List.of(false, true)) {
      try (CausalLm model = fixture.load()) {
        model.trained().forEach(p -> p.tensor().requiresGrad(true));
        TokenBatch batch = TokenBatch.of(fixture.batch("right").sequences(), model.device());
        // The weight is for the sum over the sequences, transformers' loss for their mean.
        double weight = 1.0 / batch.sequences();
        try (TrainingPass pass =
            model.trainingPass(batch, new TrainingPass.Settings(recompute, weight, 0))) {
          pass.backward(pass.hidden().mul(0));
        }
        Map<String, Double> found = norms.computeIfAbsent(recompute, _ -> new LinkedHashMap<>());
        for (Parameter p : model.trained()) {
          String name = p.parts().getFirst().name();
          if (name.endsWith("mlp.gate.weight")) {
            found.put(name, p.tensor().grad().norm().item());
          }
        }
      }
    }
    for (Map<String, Double> found : norms.values()) {
      assertThat(found).hasSize(fixture.reference().at("/router_loss/grad_l2").size());
      found.forEach((name, norm) ->
          assertThat(norm)
              .describedAs(name)
              .isCloseTo(
                  fixture.reference().at("/router_loss/grad_l2").path(name).doubleValue(),
                  within(1e-5)));
    }
  }
}
