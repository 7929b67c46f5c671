package dev.tesuji.compute.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.compute.TokenBatch;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ExpertLoads;
import dev.tesuji.nn.ModelFixture;
import dev.tesuji.nn.Parameters;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Balances experts by hand-computed numbers.
@ExtendWith(LeakCheck.class)
class ExpertsTest {
  @Test
  void theBalanceLossEqualsTheEquations() {
    TokenBatch batch = TokenBatch.of(List.of(new int[] {1, 2}, new int[] {3}), Device.CPU);
    Tensor scores = Tensor.of(new float[] {0.5f, 0.5f, 0.2f, 0.6f, 0.9f, 0.1f}, 3, 2);
    Tensor chosen = Tensor.of(new long[] {0, 1, 0}, 3, 1);
    // E = 2, k = 1. First sequence: each expert read half: f = (1, 1),
    // P = ((0.5 + 0.25) / 2, (0.5 + 0.75) / 2), f · P = 1.
    // Second: f = (2, 0), P = (0.9, 0.1), f · P = 1.8.
    try (BalanceLoss loss = new BalanceLoss(0.1)) {
      loss.add(batch, scores, chosen);
      Tensor sum = loss.sum();
      assertThat(sum == null ? Double.NaN : sum.item()).isCloseTo(0.1 * 2.8, within(1e-6));
      loss.forget();
      assertThat(loss.sum()).isNull();
    }
  }

  @Test
  void biasesMoveAgainstTheLoad() {
    try (Parameters parameters = Parameters.on(Device.CPU, Dtype.FLOAT32);
        NoGrad _ = NoGrad.on()) {
      Tensor bias = parameters.buffer("bias", 4);
      bias.copy_(Tensor.of(new float[] {1, 1, 1, 1}));
      ExpertLoads.Layer layer = parameters.loads().layer(3, 4, bias);
      layer.add(new int[] {6, 2, 0, 0});
      layer.add(new int[] {2, 2, 2, 2});
      ExpertLoads.Load load = parameters.loads().loads().getFirst();
      assertThat(load.layer()).isEqualTo(3);
      assertThat(load.counts()).containsExactly(8, 4, 2, 2);
      assertThat(load.imbalance()).isEqualTo(2);
      parameters.loads().evenOut(0.25);
      assertThat(bias.toFloats()).containsExactly(0.75f, 1, 1.25f, 1.25f);
      parameters.loads().reset();
      assertThat(parameters.loads().loads().getFirst().imbalance()).isEqualTo(1);
    }
  }

  @Test
  void everyTokenIsReadByItsShareOfExperts() {
    ModelFixture fixture = ModelFixture.at(Fixtures.require("models/deepseek_v3"));
    try (CausalLm model = fixture.load();
        NoGrad _ = NoGrad.on()) {
      TokenBatch batch = TokenBatch.of(fixture.batch("right").sequences(), Device.CPU);
      model.hidden(batch);
      int perToken = fixture.config().path("num_experts_per_tok").asInt();
      for (ExpertLoads.Load load : model.loads().loads()) {
        assertThat(Arrays.stream(load.counts()).sum()).isEqualTo((long) perToken * batch.tokens());
      }
      int dense = fixture.config().path("first_k_dense_replace").asInt();
      assertThat(model.loads().loads()).hasSize(model.config().layers() - dense);
    }
  }
}
