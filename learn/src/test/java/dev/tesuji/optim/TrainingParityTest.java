package dev.tesuji.optim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.json.FixtureJson;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ModelFixture;
import dev.tesuji.nn.Parameter;
import dev.tesuji.nn.Parameter.Part;
import dev.tesuji.policy.Policy;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.weights.Safetensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Holds gradients and three AdamW steps to the numbers of torch.
@ExtendWith(LeakCheck.class)
class TrainingParityTest {
  @ParameterizedTest
  @MethodSource("dev.tesuji.nn.ModelFixture#trained")
  void gradientsAndStepsEqualThoseOfTorch(ModelFixture fixture) {
    JsonNode reference = fixture.reference();
    JsonNode o = reference.path("optimizer");
    OptimizerConfig config =
        OptimizerConfig.DEFAULT
            .change()
            .learningRate(o.path("lr").doubleValue())
            .beta1(o.path("betas").get(0).doubleValue())
            .beta2(o.path("betas").get(1).doubleValue())
            .epsilon(o.path("eps").doubleValue())
            .weightDecay(o.path("weight_decay").doubleValue())
            .clipNorm(o.path("clip").doubleValue())
            .build();
    List<TokenSequence> batch = batch(fixture);
    double tokens = batch.stream().mapToInt(TokenSequence::scored).sum();
    try (CausalLm model = fixture.load();
        AdamW optimizer = new AdamW(model.trained(), config)) {
      Policy policy = new Policy(model, 1);
      Policy.TokenLoss nll = t -> t.logProbs().neg().sum().div(tokens);
      for (int step = 0; step < o.path("steps").intValue(); step++) {
        double loss = policy.backward(Policy.Micro.whole(batch), nll).loss();
        fixture
            .tolerance("train_loss")
            .check("loss " + step, loss, reference.path("train_losses").get(step).doubleValue());
        if (step == 0) {
          fixture.tolerance("nll").check("nll", loss, reference.path("nll").doubleValue());
          checkGradients(fixture, model);
        }
        fixture
            .tolerance("grad_l2")
            .check(
                "norm " + step,
                optimizer.clip(),
                reference.path("train_grad_norms_before_clip").get(step).doubleValue());
        optimizer.update(config.rate(step, 3));
      }
      double last = -Arrays.stream(toDoubles(policy.score(batch).logProbs())).sum() / tokens;
      fixture
          .tolerance("train_loss")
          .check("last loss", last, reference.path("train_losses").get(3).doubleValue());
      checkWeights(fixture, model);
    }
  }

  private static void checkGradients(ModelFixture fixture, CausalLm model) {
    for (Parameter p : model.trained()) {
      for (Part part : p.parts()) {
        JsonNode want = fixture.reference().path("grad").path(fixture.nameOf(part.name()));
        if (!p.tensor().hasGrad()) { // an expert that read nothing
          assertThat(want.path("l2").doubleValue()).isZero();
          continue;
        }
        Tensor got = part.of(p.tensor().grad()).contiguous();
        fixture
            .tolerance("grad_l2")
            .check(part.name(), got.norm().item(), want.path("l2").doubleValue());
        fixture
            .tolerance("grad_first")
            .check(part.name(), first(got), FixtureJson.floats(want.path("first")));
      }
    }
  }

  private static void checkWeights(ModelFixture fixture, CausalLm model) {
    Map<String, Tensor> weights = new HashMap<>();
    for (Parameter p : model.trained()) {
      for (Part part : p.parts()) {
        weights.put(fixture.nameOf(part.name()), part.of(p.tensor().detach()));
      }
    }
    for (var e : fixture.reference().path("after_steps").properties()) {
      Tensor got = weights.get(e.getKey());
      if (got == null) {
        throw new AssertionError("no weight " + e.getKey());
      }
      fixture
          .tolerance("after_l2")
          .check(e.getKey(), got.norm().item(), e.getValue().path("l2").doubleValue());
      fixture
          .tolerance("after_first")
          .check(e.getKey(), first(got), FixtureJson.floats(e.getValue().path("first")));
    }
  }

  private static float[] first(Tensor t) {
    return Arrays.copyOf(t.toFloats(), (int) Math.min(8, t.elements()));
  }

  /// Reads the batch; its completion masks end with their rows, so that a length says all.
  private static List<TokenSequence> batch(ModelFixture fixture) {
    ModelFixture.Batch rows = fixture.batch("right");
    List<TokenSequence> batch = new ArrayList<>();
    try (Safetensors file =
        Safetensors.open(fixture.directory().resolve("reference.safetensors"))) {
      Tensor mask = file.read("completion_mask_right");
      for (int r = 0; r < rows.sequences().size(); r++) {
        int[] ids = rows.sequences().get(r);
        int[] scored = Arrays.copyOf(mask.select(0, r).toInts(), ids.length);
        int from = 0;
        while (scored[from] == 0) {
          from++;
        }
        if (Arrays.stream(scored).sum() != ids.length - from) {
          throw new AssertionError("the mask of row " + r + " is not a suffix");
        }
        batch.add(TokenSequence.from(ids, from));
      }
    }
    return batch;
  }

  private static double[] toDoubles(float[] values) {
    double[] out = new double[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = values[i];
    }
    return out;
  }
}
