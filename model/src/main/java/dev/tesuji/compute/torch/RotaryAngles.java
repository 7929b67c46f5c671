package dev.tesuji.compute.torch;

import dev.tesuji.nn.Rotary;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Tensor;
import java.util.List;

/// The cosines and sines of the angles of some positions.
///
/// @param cos float32 `[N, 1, D/2]`, with D the dimensions of a head that turn
/// @param sin float32 `[N, 1, D/2]`
/// @param interleaved whether pairs lie side by side
record RotaryAngles(Tensor cos, Tensor sin, boolean interleaved) {
  /// Computes the angles of `[N]` positions.
  ///
  /// @param lengths of the sequences that the tokens are in
  static RotaryAngles of(Rotary rotary, int[] positions, int[] lengths, Device device) {
    Tensor table = rotary.table(positions, lengths).to(device); // [N, D]
    long half = table.size(1) / 2;
    return new RotaryAngles(
        table.narrow(1, 0, half).unsqueeze(1),
        table.narrow(1, half, half).unsqueeze(1),
        rotary.interleaved());
  }

  /// Turns `[N, H, D]` in float32. First and second halves of the pairs come out in two blocks,
  /// also where they went in side by side: for queries and keys alike, so that their products stay
  /// what they are. Dimensions beyond those that have angles stay as they are.
  Tensor turn(Tensor x) {
    long turned = 2 * cos.size(2);
    if (turned < x.size(2)) {
      Tensor rest = x.narrow(2, turned, x.size(2) - turned);
      return Tensor.cat(List.of(turn(x.narrow(2, 0, turned)), rest), 2);
    }
    long half = x.size(2) / 2;
    Tensor pairs = interleaved ? x.reshape(x.size(0), x.size(1), half, 2) : x;
    Tensor a = interleaved ? pairs.select(3, 0) : x.narrow(2, 0, half);
    Tensor b = interleaved ? pairs.select(3, 1) : x.narrow(2, half, half);
    return Tensor.cat(List.of(a.mul(cos).sub(b.mul(sin)), b.mul(cos).add(a.mul(sin))), 2);
  }
}
