package dev.tesuji.compute.choice;

import static dev.tesuji.json.FixtureJson.ints;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.compute.Compute;
import dev.tesuji.compute.Decoding;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.compute.TokenBatch;
import dev.tesuji.compute.TrainingPass;
import dev.tesuji.compute.torch.TorchCompute;
import dev.tesuji.generate.Completion;
import dev.tesuji.generate.GenerationEngine;
import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.RandomKey;
import dev.tesuji.generate.Sampling;
import dev.tesuji.json.Json;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.nn.FamilyFixture;
import dev.tesuji.nn.LoraConfig;
import dev.tesuji.nn.Parameter;
import dev.tesuji.nn.Parameter.Part;
import dev.tesuji.nn.Tolerance;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.weights.Checkpoint;
import dev.tesuji.weights.ModelDirectory;
import dev.tesuji.weights.ModelFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Holds the families of dense models to the numbers of transformers, setting by setting.
@ExtendWith(LeakCheck.class)
class FamilyParityTest {
  private static final String ALL = "dev.tesuji.nn.FamilyFixture#all";

  /// Returns those who can compute a model: who was chosen, and libtorch.
  private static List<Compute> computes(CausalLm model) {
    return List.of(model.compute(), new TorchCompute(model));
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void logitsEqualThoseOfTransformers(FamilyFixture fixture) {
    try (CausalLm model = fixture.load(Dtype.FLOAT32)) {
      for (Compute compute : computes(model)) {
        FamilyFixture.LOGITS.check("logits", logits(compute, fixture), fixture.logits());
      }
    }
  }

  private static float[] logits(Compute compute, FamilyFixture fixture) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      List<int[]> texts = fixture.sequences();
      TokenBatch batch = compute.batch(texts, new int[texts.size()]);
      return compute.logits(compute.hidden(batch)).toFloats();
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void theOlderLayoutOfTheConfigurationMeansTheSame(FamilyFixture fixture) {
    Path old = fixture.directory().resolve("config.legacy.json");
    assertThat(ConfigReader.parse(old, Json.readObject(old)))
        .isEqualTo(ConfigReader.read(fixture.directory()));
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void greedyTextsEqualThoseOfTransformersBeyondWindows(FamilyFixture fixture) {
    List<GenerationRequest> prompts = new ArrayList<>();
    for (JsonNode row : fixture.reference().path("greedy")) {
      Limits limits = new Limits(row.path("continuation").size(), Set.of());
      int[] prompt = ints(row.path("prompt"));
      prompts.add(new GenerationRequest(prompt, 1, Sampling.GREEDY, limits, new RandomKey(1, 0)));
    }
    try (CausalLm model = fixture.load(Dtype.FLOAT32)) {
      for (int rows : new int[] {1, 2, 3}) {
        List<Completion> all = GenerationEngine.generate(model, prompts, rows);
        for (int i = 0; i < all.size(); i++) {
          JsonNode row = fixture.reference().path("greedy").get(i);
          int safe = row.path("safe_steps").asInt();
          assertThat(Arrays.copyOf(all.get(i).tokens(), safe))
              .as("prompt %d of %d rows", i, rows)
              .isEqualTo(Arrays.copyOf(ints(row.path("continuation")), safe));
        }
      }
    }
  }

  /// Every token's logits are those of the whole text, whoever reads it and beside whatever else.
  @ParameterizedTest
  @MethodSource(ALL)
  void tokenByTokenAndAtOnceAreTheSame(FamilyFixture fixture) {
    try (CausalLm model = fixture.load(Dtype.FLOAT32);
        NoGrad _ = NoGrad.on()) {
      int reach = model.rotary().reach();
      List<int[]> texts = fixture.sequences().stream().filter(t -> t.length <= reach).toList();
      for (Compute compute : computes(model)) {
        float[] want;
        try (Scope _ = Scope.open()) {
          TokenBatch batch = compute.batch(texts, new int[texts.size()]);
          want = compute.logits(compute.hidden(batch)).toFloats();
        }
        FamilyFixture.LOGITS.check("logits", decoded(compute, texts), want);
      }
    }
  }

  /// Returns the logits of all texts, end to end, of which the first token is the prompt.
  private static float[] decoded(Compute compute, List<int[]> texts) {
    int longest = texts.stream().mapToInt(t -> t.length).max().orElseThrow();
    List<List<Tensor>> logits = new ArrayList<>();
    texts.forEach(_ -> logits.add(new ArrayList<>()));
    try (Scope _ = Scope.open();
        Decoding decoding = compute.decoding(new DecodingCapacity(texts.size(), 1, longest))) {
      List<int[]> prompts = texts.stream().map(t -> Arrays.copyOf(t, 1)).toList();
      int[] rows = new int[texts.size()];
      Arrays.setAll(rows, r -> r);
      Tensor next = decoding.prefill(prompts, rows, 0);
      for (int t = 1; t <= longest; t++) {
        int[] ids = new int[rows.length];
        int[] positions = new int[rows.length];
        for (int r = 0; r < rows.length; r++) {
          int[] text = texts.get(r);
          if (t <= text.length) {
            logits.get(r).add(next.select(0, r));
          }
          ids[r] = text[Math.min(t, text.length - 1)];
          positions[r] = t;
        }
        next = decoding.decode(ids, positions);
      }
      return Tensor.cat(logits.stream().flatMap(List::stream).toList(), 0).toFloats();
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void theGradientOfEveryWeightEqualsThatOfTransformers(FamilyFixture fixture) {
    try (CausalLm model = fixture.load(Dtype.FLOAT32)) {
      model.trained().forEach(p -> p.tensor().requiresGrad(true));
      for (Compute compute : computes(model)) {
        for (boolean recompute : new boolean[] {false, true}) {
          double loss = backward(compute, fixture.sequences(), recompute);
          new Tolerance(1e-5, 1e-5).check("nll", loss, fixture.reference().path("nll").asDouble());
          Map<String, Double> got = norms(model);
          JsonNode want = fixture.reference().path("grad_l2");
          assertThat(got.keySet()).isEqualTo(Set.copyOf(want.propertyNames()));
          got.forEach((name, norm) ->
              new Tolerance(1e-3, 1e-5).check(name, norm, want.path(name).asDouble()));
        }
      }
      model.trained().forEach(p -> p.tensor().requiresGrad(false));
    }
  }

  /// Takes the gradient of the mean negative log-likelihood back, and returns that.
  private static double backward(Compute compute, List<int[]> texts, boolean recompute) {
    try (Scope _ = Scope.open()) {
      TokenBatch batch = compute.batch(texts, new int[texts.size()]);
      int counted = batch.tokens() - texts.size();
      float[] targets = new float[batch.tokens()];
      float[] weights = new float[batch.tokens()];
      for (int i = 0; i < texts.size(); i++) {
        for (int t = 0; t + 1 < texts.get(i).length; t++) {
          targets[batch.row(i, t)] = texts.get(i)[t + 1];
          weights[batch.row(i, t)] = 1f / counted;
        }
      }
      TrainingPass.Settings settings = new TrainingPass.Settings(recompute, 0, 0);
      try (TrainingPass pass = compute.trainingPass(batch, settings)) {
        Tensor gradient;
        double loss;
        try (NoGrad _ = NoGrad.on()) {
          Tensor logs = compute.logits(pass.hidden()).to(Dtype.FLOAT32).logSoftmax(1);
          Tensor which = Tensor.of(targets).to(Dtype.INT64).unsqueeze(1);
          Tensor weight = Tensor.of(weights).unsqueeze(1);
          loss = -logs.gather(1, which).mul(weight).sum().item();
          Tensor atLogits = logs.exp().mul(weight).scatterAdd_(1, which, weight.neg());
          gradient = compute.logitsBackward(atLogits, pass.hidden());
        }
        pass.backward(gradient);
        return loss;
      }
    }
  }

  private static Map<String, Double> norms(CausalLm model) {
    Map<String, Double> norms = new TreeMap<>();
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      for (Parameter p : model.trained()) {
        for (Part part : p.parts()) {
          norms.put(part.name(), part.of(p.tensor().grad()).norm().item());
        }
        p.tensor().clearGrad();
      }
    }
    return norms;
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void bfloat16StaysWithinItsOwnError(FamilyFixture fixture) {
    try (CausalLm model = fixture.load(Dtype.BFLOAT16)) {
      float[] want = fixture.logits();
      for (Compute compute : computes(model)) {
        float[] got = logits(compute, fixture);
        double error = 0;
        for (int i = 0; i < got.length; i++) {
          error += Math.abs(got[i] - want[i]) / got.length;
        }
        double allowed = fixture.reference().path("bf16_mean_abs").asDouble();
        assertThat(error).isGreaterThan(0).isLessThan(1.25 * allowed);
      }
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void allWeightsLearn(FamilyFixture fixture) {
    try (CausalLm model = fixture.load(Dtype.FLOAT32)) {
      assertThat(lossesFall(model, fixture)).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void adaptersLearnAndAreTheSameMerged(FamilyFixture fixture) {
    try (CausalLm model = fixture.load(Dtype.FLOAT32)) {
      model.adapt(LoraConfig.DEFAULT, 1);
      assertThat(lossesFall(model, fixture)).isTrue();
      float[] beside = logits(model.compute(), fixture);
      model.mergeAdapters();
      FamilyFixture.LOGITS.check("merged", logits(model.compute(), fixture), beside);
    }
  }

  private static boolean lossesFall(CausalLm model, FamilyFixture fixture) {
    List<Parameter> trained = model.trained();
    trained.forEach(p -> p.tensor().requiresGrad(true));
    double first = backward(model.compute(), fixture.sequences(), false);
    double last = first;
    for (int step = 0; step < 8; step++) {
      try (Scope _ = Scope.open();
          NoGrad _ = NoGrad.on()) {
        double length = 0;
        for (Parameter p : trained) {
          length += p.tensor().grad().square().sum().item();
        }
        for (Parameter p : trained) {
          p.tensor().add_(p.tensor().grad(), -0.1 / Math.sqrt(length));
          p.tensor().clearGrad();
        }
      }
      last = backward(model.compute(), fixture.sequences(), true);
    }
    trained.forEach(p -> p.tensor().clearGrad());
    trained.forEach(p -> p.tensor().requiresGrad(false));
    return last < first - 0.01;
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void aSavedModelHasTheHubsNamesAndTheSameWeights(FamilyFixture fixture, @TempDir Path folder) {
    ModelFiles files = ModelFiles.read(fixture.directory());
    Map<String, float[]> saved = new LinkedHashMap<>();
    try (CausalLm model = fixture.load(Dtype.BFLOAT16)) {
      ModelDirectory.save(model, files, folder);
      ModelDirectory.weights(model).forEach((name, tensor) -> saved.put(name, tensor.toFloats()));
    }
    try (Checkpoint hub = Checkpoint.open(fixture.directory());
        Checkpoint own = Checkpoint.open(folder)) {
      assertThat(own.names()).isEqualTo(hub.names());
    }
    try (CausalLm again = ModelDirectory.load(folder, Dtype.BFLOAT16, Device.CPU)) {
      ModelDirectory.weights(again)
          .forEach(
              (name, tensor) -> assertThat(tensor.toFloats()).as(name).isEqualTo(saved.get(name)));
    }
    assertThat(Json.readObject(folder.resolve("config.json")))
        .isEqualTo(Json.readObject(fixture.directory().resolve("config.json")));
  }
}
