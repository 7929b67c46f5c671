package dev.tesuji.compute.choice;

import dev.tesuji.compute.Compute;
import dev.tesuji.compute.cpu.CpuCompute;
import dev.tesuji.compute.torch.TorchCompute;
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

  private static Compute compute(CausalLm model) {
    return SPECIAL.stream()
        .flatMap(special -> special.apply(model).stream())
        .findFirst()
        .orElseGet(() -> new TorchCompute(model));
  }
}
