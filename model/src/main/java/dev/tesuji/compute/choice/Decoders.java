package dev.tesuji.compute.choice;

import dev.tesuji.check.Require;
import dev.tesuji.compute.Compute;
import dev.tesuji.compute.cpu.CpuCompute;
import dev.tesuji.compute.torch.TorchCompute;
import dev.tesuji.nn.BlockStorage;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.nn.Parameters;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Makes decoders, each with the fastest arithmetic that knows all of its layers.
public final class Decoders {
  /// Arithmetic that knows some models on some devices, the fastest first; libtorch knows all.
  private static final List<Function<CausalLm, Optional<Compute>>> SPECIAL =
      List.of(CpuCompute::of);

  private Decoders() {}

  /// Makes a decoder whose weights are undefined until they are read or initialised.
  ///
  /// @param dtype the type that the weights have and the model computes in
  public static CausalLm create(ModelConfig config, Dtype dtype, Device device) {
    return new CausalLm(config, Parameters.on(device, dtype), Decoders::compute);
  }

  /// Makes a decoder that has no weights and takes no memory, to plan with before there are any:
  /// its parameters have shapes, and its memory is that of one with weights. It cannot compute.
  ///
  /// @param dtype the type that it would compute in
  /// @param device where it would compute; need not exist
  public static CausalLm planned(ModelConfig config, Dtype dtype, Device device) {
    return new CausalLm(config, Parameters.planned(device, dtype), Decoders::compute);
  }

  /// Returns whether a model's matrices may stay in blocks here: whether who would compute with
  /// them in float32 on the CPU multiplies them so, in every layer and for texts of any length.
  public static boolean takesBlocks(ModelConfig config) {
    try (CausalLm plan = planned(config, Dtype.FLOAT32, Device.CPU)) {
      return CpuCompute.takesBlocks(plan);
    }
  }

  /// Makes a decoder in float32 on the CPU with matrices that stay in blocks, to compute with and
  /// not to train; the others are undefined until they are read.
  ///
  /// @param storage reads those that do
  /// @throws IllegalArgumentException when they may not ([#takesBlocks])
  public static CausalLm inBlocks(ModelConfig config, BlockStorage storage) {
    Require.that(takesBlocks(config), "config", "of a model that is multiplied in blocks", config);
    return new CausalLm(config, Parameters.inBlocks(storage), Decoders::compute);
  }

  private static Compute compute(CausalLm model) {
    return SPECIAL.stream()
        .flatMap(special -> special.apply(model).stream())
        .findFirst()
        .orElseGet(() -> new TorchCompute(model));
  }
}
