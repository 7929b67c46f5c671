package dev.tesuji.compute.torch;

import static java.util.Objects.requireNonNull;

import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ModelConfig.RopeConfig;
import dev.tesuji.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The angles of the tokens of a pass, for every kind of layer.
///
/// @param main those of layers that do not say otherwise
/// @param all those of all kinds of layers
record LayerAngles(RotaryAngles main, Map<RopeConfig, RotaryAngles> all) {
  /// Computes the angles of `[N]` positions.
  ///
  /// @param lengths of the sequences that the tokens are in
  static LayerAngles of(CausalLm model, int[] positions, int[] lengths) {
    Map<RopeConfig, RotaryAngles> all = new LinkedHashMap<>();
    model
        .rotaries()
        .forEach((rope, rotary) ->
            all.put(rope, RotaryAngles.of(rotary, positions, lengths, model.device())));
    return new LayerAngles(requireNonNull(all.get(model.config().rope())), all);
  }

  /// Turns queries and keys `[N, H, D]` of a layer in float32.
  ///
  /// @param rope its own; null where positions turn nothing
  Tensor turn(@Nullable RopeConfig rope, Tensor x) {
    return rope == null ? x : requireNonNull(all.get(rope)).turn(x);
  }
}
