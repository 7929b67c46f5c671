package dev.tesuji.compute.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.compute.Compute;
import dev.tesuji.compute.ComputeMemory.TrainingLoad;
import dev.tesuji.compute.Decoding;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.compute.TokenBatch;
import dev.tesuji.compute.TrainingPass;
import dev.tesuji.compute.cpu.CpuCompute;
import dev.tesuji.compute.torch.TorchCompute;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.Lora;
import dev.tesuji.nn.LoraConfig;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.nn.Parameter;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Holds that a model gets the fastest arithmetic that knows it, and that all of them agree.
@ExtendWith(LeakCheck.class)
class DecodersTest {
  private static final List<int[]> TEXTS =
      List.of(new int[] {1, 2, 3, 4, 5}, new int[] {6, 7}, new int[] {8, 9, 10});

  private static CausalLm made(ModelConfig config) {
    CausalLm model = Decoders.create(config, Dtype.FLOAT32, Device.CPU);
    model.initialise(7);
    return model;
  }

  private static void requireKernels() {
    Assumptions.assumeTrue(Kernels.available(), "SKIPPED: this machine has no kernels");
  }

  private static void requireNarrow() {
    Assumptions.assumeTrue(
        Kernels.available(Dtype.BFLOAT16), "SKIPPED: this machine has no bfloat16 kernels");
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "qwen3", "smollm3", "phi3"})
  void aDenseModelOnACpuIsComputedByKernels(String type) {
    requireKernels();
    try (CausalLm model = made(TinyConfig.dense(type, 64))) {
      assertThat(model.compute()).isInstanceOf(CpuCompute.class);
      assertThat(model.compute().productTypes()).contains(Dtype.FLOAT32);
      assertThat(model.compute().scoringTokens(100)).isEqualTo(100);
    }
  }

  @Test
  void whatKernelsDoNotKnowIsComputedByLibtorch() {
    try (CausalLm odd = made(TinyConfig.dense("llama", 24));
        CausalLm normedBehind = made(TinyConfig.dense("olmo2", 64));
        CausalLm capped = made(TinyConfig.dense("gemma2", 64))) {
      for (CausalLm model : List.of(odd, normedBehind, capped)) {
        assertThat(model.compute()).isInstanceOf(TorchCompute.class);
        assertThat(model.compute().productTypes()).containsExactly(Dtype.FLOAT32);
        assertThat(model.compute().scoringTokens(100)).isEqualTo(1);
        assertThatThrownBy(() -> model.compute().multiplyIn(Dtype.BFLOAT16))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("type must be that of the weights, float32, got bfloat16");
      }
    }
  }

  @Test
  void expertsAreComputedByLibtorchWhichMayMultiplyThemInBfloat16() {
    requireNarrow();
    try (CausalLm experts = made(TinyConfig.experts())) {
      assertThat(experts.compute()).isInstanceOf(TorchCompute.class);
      assertThat(experts.compute().productTypes())
          .containsExactlyInAnyOrder(Dtype.FLOAT32, Dtype.BFLOAT16);
      assertThat(experts.compute().scoringTokens(100)).isEqualTo(1);
      experts.compute().multiplyIn(Dtype.BFLOAT16);
      assertThat(experts.compute().product()).isEqualTo(Dtype.BFLOAT16);
      assertThatThrownBy(() -> experts.compute().multiplyIn(Dtype.FLOAT16))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aWindowIsLeftToLibtorchOnlyWhereItHidesSomething() {
    requireKernels();
    try (CausalLm model = made(TinyConfig.windowed(4))) {
      TokenBatch inside = model.batch(List.of(new int[] {1, 2, 3, 4}), new int[1]);
      TokenBatch beyond = model.batch(List.of(new int[] {1, 2, 3, 4, 5}), new int[1]);
      Compute compute = model.compute();
      TrainingLoad small = new TrainingLoad(8, 4, 2, false);
      TrainingLoad large = new TrainingLoad(8, 5, 2, false);
      try (CausalLm full = made(TinyConfig.dense("llama", 64))) {
        assertThat(compute.memory().activations(small))
            .isEqualTo(full.compute().memory().activations(small));
      }
      assertThat(compute.memory().activations(large))
          .isEqualTo(new TorchCompute(model).memory().activations(large));
      try (NoGrad _ = NoGrad.on()) {
        assertThat(model.hidden(inside).toFloats())
            .containsExactly(new TorchCompute(model).hidden(inside).toFloats(), within(1e-4f));
        assertThat(model.hidden(beyond).toFloats())
            .isEqualTo(new TorchCompute(model).hidden(beyond).toFloats());
      }
    }
  }

  @Test
  void aModelThatIsPlannedForAGpuNeedsNone() {
    Device gpu = new Device(Device.Kind.CUDA, 3);
    try (CausalLm model = Decoders.planned(TinyConfig.dense("llama", 64), Dtype.BFLOAT16, gpu)) {
      assertThat(model.compute()).isInstanceOf(TorchCompute.class);
      assertThat(model.device()).isEqualTo(gpu);
    }
  }

  @Test
  void adaptersAreComputedByWhoKnowsThem() {
    requireKernels();
    try (CausalLm model = made(TinyConfig.dense("llama", 64))) {
      Compute plain = model.compute();
      model.adapt(LoraConfig.DEFAULT, 1);
      assertThat(model.compute()).isNotSameAs(plain);
      assertThat(model.compute().scoringTokens(100)).as("past adapters by libtorch").isEqualTo(1);
      try (Lora.Silence _ = model.withoutAdapters()) {
        assertThat(model.compute()).isSameAs(plain);
      }
      model.mergeAdapters();
      assertThat(model.compute()).isSameAs(plain);
    }
  }

  @Test
  void aTypeOfProductsThatIsChosenHoldsForAdaptersToo() {
    requireNarrow();
    try (CausalLm model = made(TinyConfig.dense("llama", 64))) {
      assertThat(model.product()).isEqualTo(Dtype.FLOAT32);
      model.compute().multiplyIn(Dtype.BFLOAT16);
      model.adapt(LoraConfig.DEFAULT, 1);
      assertThat(model.product()).isEqualTo(Dtype.BFLOAT16);
    }
  }

  private static ModelConfig config(String type) {
    return type.endsWith("_moe") ? TinyConfig.mixture(type) : TinyConfig.dense(type, 64);
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2_moe", "qwen3_moe"})
  void aModelOfSoftmaxExpertsOnACpuIsComputedByKernels(String type) {
    requireKernels();
    try (CausalLm model = made(TinyConfig.mixture(type))) {
      assertThat(model.compute()).isInstanceOf(CpuCompute.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2_moe", "qwen3_moe"})
  void allArithmeticCountsTheLoadsOfExperts(String type) {
    requireKernels();
    try (CausalLm model = made(TinyConfig.mixture(type));
        NoGrad _ = NoGrad.on()) {
      List<long[]> counts = new ArrayList<>();
      for (Compute compute : List.of(model.compute(), new TorchCompute(model))) {
        model.loads().reset();
        try (Scope _ = Scope.open()) {
          compute.hidden(compute.batch(TEXTS, new int[TEXTS.size()]));
        }
        counts.add(model.loads().loads().getFirst().counts());
      }
      assertThat(counts.getFirst()).isEqualTo(counts.getLast());
      assertThat(Arrays.stream(counts.getFirst()).sum()).isEqualTo(2 * 10);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "qwen3", "qwen2_moe", "qwen3_moe"})
  void allArithmeticAgreesOnHiddenStatesLogitsAndGradients(String type) {
    requireKernels();
    try (CausalLm model = made(config(type))) {
      model.trained().forEach(p -> p.tensor().requiresGrad(true));
      List<float[]> kernels = trained(model, model.compute());
      List<float[]> libtorch = trained(model, new TorchCompute(model));
      assertThat(kernels).hasSameSizeAs(libtorch).hasSize(2 + model.trained().size());
      for (int i = 0; i < kernels.size(); i++) {
        assertThat(kernels.get(i))
            .as("number " + i)
            .containsExactly(libtorch.get(i), within(1e-4f));
      }
      model.trained().forEach(p -> p.tensor().requiresGrad(false));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen3", "qwen3_moe"})
  void narrowWeightsAreWidenedOnTheirWayWhereNothingElseIsMultiplied(String type) {
    requireKernels();
    Assumptions.assumeFalse(
        Kernels.available(Dtype.BFLOAT16), "SKIPPED: this machine multiplies bfloat16");
    try (CausalLm wide = made(config(type));
        CausalLm narrow = Decoders.create(config(type), Dtype.BFLOAT16, Device.CPU)) {
      narrow.initialise(7);
      assertThat(narrow.compute()).isInstanceOf(CpuCompute.class);
      assertThat(narrow.product()).isEqualTo(Dtype.FLOAT32);
      try (NoGrad _ = NoGrad.on();
          Scope _ = Scope.open()) {
        for (int i = 0; i < wide.trained().size(); i++) {
          wide.trained().get(i).tensor().copy_(narrow.trained().get(i).tensor().to(Dtype.FLOAT32));
        }
      }
      assertThat(next(narrow.compute())).containsExactly(next(wide.compute()));
      List<float[]> rounded = trainedWithGradients(narrow);
      List<float[]> exact = trainedWithGradients(wide);
      for (int i = 0; i < rounded.size(); i++) {
        float[] expected = i < 2 ? exact.get(i) : rounded(exact.get(i));
        assertThat(rounded.get(i)).as("number " + i).containsExactly(expected);
      }
    }
  }

  private static List<float[]> trainedWithGradients(CausalLm model) {
    model.trained().forEach(p -> p.tensor().requiresGrad(true));
    List<float[]> numbers = trained(model, model.compute());
    model.trained().forEach(p -> p.tensor().requiresGrad(false));
    return numbers;
  }

  private static float[] rounded(float[] numbers) {
    try (Scope _ = Scope.open()) {
      return Tensor.of(numbers).to(Dtype.BFLOAT16).toFloats();
    }
  }

  /// Returns hidden states, logits, and the gradients of all weights.
  private static List<float[]> trained(CausalLm model, Compute compute) {
    List<float[]> numbers = new ArrayList<>();
    try (Scope _ = Scope.open()) {
      TokenBatch batch = compute.batch(TEXTS, new int[TEXTS.size()]);
      TrainingPass.Settings settings = new TrainingPass.Settings(false, 0.5, 0);
      try (TrainingPass pass = compute.trainingPass(batch, settings)) {
        Tensor logits;
        Tensor gradient;
        try (NoGrad _ = NoGrad.on()) {
          logits = compute.logits(pass.hidden());
          gradient = compute.logitsBackward(logits.mul(0.1), pass.hidden());
        }
        numbers.add(pass.hidden().toFloats());
        numbers.add(logits.toFloats());
        pass.backward(gradient);
      }
      for (Parameter p : model.trained()) {
        numbers.add(p.tensor().grad().toFloats());
        p.tensor().clearGrad();
      }
    }
    return numbers;
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "qwen3", "qwen2_moe", "qwen3_moe"})
  void allArithmeticAgreesOnWhatComesNext(String type) {
    requireKernels();
    try (CausalLm model = made(config(type))) {
      float[] kernels = next(model.compute());
      assertThat(kernels).containsExactly(next(new TorchCompute(model)), within(1e-4f));
    }
  }

  /// Returns the logits behind two prompts for three rows, and behind one token more each.
  private static float[] next(Compute compute) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on();
        Decoding decoding = compute.decoding(new DecodingCapacity(3, 5, 4))) {
      Tensor first = decoding.prefill(TEXTS.subList(0, 2), new int[] {0, 1, 1}, 0);
      Tensor second = decoding.decode(new int[] {11, 12, 13}, new int[] {5, 2, 2});
      return Tensor.cat(List.of(first, second), 0).toFloats();
    }
  }

  @Test
  void withProductsInBfloat16ATokenIsWorthWhatItIsWorthToWhoScoresIt() {
    requireNarrow();
    int[] text = new int[150];
    Arrays.setAll(text, t -> 1 + 7 * t % 30);
    int prompt = 67;
    try (CausalLm model = made(TinyConfig.dense("qwen3", 64))) {
      float[] exact = scored(model.compute(), text);
      model.compute().multiplyIn(Dtype.BFLOAT16);
      float[] whole = scored(model.compute(), text);
      int v = whole.length / text.length;
      double drawn = 0;
      double rounding = 0;
      try (Scope _ = Scope.open();
          NoGrad _ = NoGrad.on();
          Decoding decoding = model.decoding(new DecodingCapacity(1, prompt, 100))) {
        decoding.prefill(List.of(Arrays.copyOf(text, prompt)), new int[] {0}, 0);
        for (int t = prompt; t < text.length; t++) {
          float[] logits = decoding.decode(new int[] {text[t]}, new int[] {t}).toFloats();
          for (int i = 0; i < v; i++) {
            drawn = Math.max(drawn, Math.abs(logits[i] - whole[t * v + i]));
            rounding = Math.max(rounding, Math.abs(exact[t * v + i] - whole[t * v + i]));
          }
        }
      }
      assertThat(drawn).isLessThan(rounding);
    }
  }

  private static float[] scored(Compute compute, int[] text) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      TokenBatch batch = compute.batch(List.of(text), new int[1]);
      return compute.logits(compute.hidden(batch)).toFloats();
    }
  }

  @Test
  void aPlanTellsTheMemoryOfCaches() {
    Device gpu = new Device(Device.Kind.CUDA, 0);
    try (CausalLm model = Decoders.planned(TinyConfig.dense("llama", 64), Dtype.BFLOAT16, gpu)) {
      // Two layers, keys and values of two heads of 16 in float32, for 3 rows of 10 + 5 tokens.
      long bytes = model.compute().memory().decoding(new DecodingCapacity(3, 10, 5), 2);
      assertThat(bytes).isEqualTo(2 * 2 * 2 * 16 * 4 * 3 * 15);
    }
  }

  @Test
  void cachesOfLayersWithWindowsHoldNoMoreThanTheirWindows() {
    Device gpu = new Device(Device.Kind.CUDA, 0);
    try (CausalLm model = Decoders.planned(TinyConfig.windowed(4), Dtype.BFLOAT16, gpu)) {
      // As above, with 4 of the 15 tokens of each row.
      long bytes = model.compute().memory().decoding(new DecodingCapacity(3, 10, 5), 2);
      assertThat(bytes).isEqualTo(2 * 2 * 2 * 16 * 4 * 3 * 4);
    }
  }

  /// Rows of several lengths, some beyond the window before they are read on, some after, and one
  /// that takes another's place.
  @Test
  void cachesThatForgetWhatNoWindowSeesGiveTheSameLogits() {
    int[] text = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
    try (CausalLm model = made(TinyConfig.windowed(4));
        NoGrad _ = NoGrad.on();
        Scope _ = Scope.open()) {
      Compute compute = new TorchCompute(model);
      int[] prompts = {9, 2, 5};
      Decoding decoding = compute.decoding(new DecodingCapacity(3, 9, 5));
      decoding.prefill(
          Arrays.stream(prompts).mapToObj(n -> Arrays.copyOf(text, n)).toList(),
          new int[] {0, 1, 2},
          0);
      for (int step = 0; step < 5; step++) {
        int[] at = Arrays.stream(prompts).map(n -> n).toArray();
        int[] ids = Arrays.stream(at).map(p -> text[p]).toArray();
        Tensor logits = decoding.decode(ids, at);
        for (int r = 0; r < at.length; r++) {
          int[] whole = Arrays.copyOf(text, at[r] + 1);
          Tensor hidden = compute.hidden(compute.batch(List.of(whole), new int[1]));
          Tensor want = compute.logits(hidden).select(0, at[r]);
          assertThat(logits.select(0, r).toFloats())
              .containsExactly(want.toFloats(), within(1e-4f));
          prompts[r]++;
        }
        if (step == 2) {
          decoding.replace(0, 2, prompts[2]);
          prompts = new int[] {prompts[2], prompts[1]};
        }
      }
      decoding.close();
    }
  }

  @Test
  void onlyKernelsHoldPackedWeightsWhileTheyGenerate() {
    requireKernels();
    try (CausalLm model =
        Decoders.planned(TinyConfig.dense("llama", 64), Dtype.FLOAT32, Device.CPU)) {
      // One row and 16 tokens: keys and values of two heads of 16 in float32, and the same for each
      // of two prompts; all weights but the embedding are packed, in multiples of 16 as they are.
      long cache = 2 * 2 * 2 * 16 * 4 * 16;
      long packed = 4 * (model.parameterCount() - 40L * 64);
      long bytes = model.compute().memory().decoding(new DecodingCapacity(1, 16, 16), 2);
      assertThat(bytes).isEqualTo(3 * cache + packed);
    }
  }

  @Test
  void aPlanCountsCappedScoresByWhatLayersSee() {
    Device gpu = new Device(Device.Kind.CUDA, 0);
    try (CausalLm capped = Decoders.planned(TinyConfig.capped(100, 5.0), Dtype.FLOAT32, gpu);
        CausalLm free = Decoders.planned(TinyConfig.capped(100, null), Dtype.FLOAT32, gpu)) {
      TrainingLoad load = new TrainingLoad(2000, 1000, 2, false);
      long more =
          capped.compute().memory().activations(load) - free.compute().memory().activations(load);
      // A layer with a window of 100 compares blocks of 512 queries with 612 keys, the other all
      // 1000; four heads in float32. Two matrices of each are kept, four more of the largest live.
      assertThat(more).isEqualTo(2000L * 4 * 4 * (2 * (612 + 1000) + 4 * 1000));
    }
  }

  @Test
  void recomputingManyLayersTakesLessMemory() {
    for (ModelConfig config : List.of(TinyConfig.dense("llama", 64), TinyConfig.experts())) {
      try (CausalLm model = Decoders.planned(config, Dtype.FLOAT32, Device.CPU)) {
        long kept = model.compute().memory().activations(new TrainingLoad(64, 32, 12, false));
        long again = model.compute().memory().activations(new TrainingLoad(64, 32, 12, true));
        assertThat(again).isPositive().isLessThan(kept);
      }
    }
  }
}
