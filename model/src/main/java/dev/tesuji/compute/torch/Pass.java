package dev.tesuji.compute.torch;

import static java.util.Objects.requireNonNull;

import dev.tesuji.compute.TokenBatch;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The positions and lengths of one pass through the decoder, which attention needs.
sealed interface Pass {
  /// Returns the rotary angles of the tokens in the run.
  LayerAngles angles();

  /// Whole sequences, each token seeing those before it.
  ///
  /// @param batch the sequences
  /// @param angles the angles of their tokens
  /// @param balance collects the balance loss of experts; null where it is not asked for
  record Whole(TokenBatch batch, LayerAngles angles, @Nullable RouterLoss balance)
      implements Pass {}

  /// Whole prompts whose keys and values go into a cache for the samples that will follow them.
  ///
  /// @param batch the prompts
  /// @param angles the angles of their tokens
  /// @param cache where the keys and values go
  /// @param firstRow the first row to fill
  /// @param prompts int64 `[R]`: which prompt each of the rows continues
  record Prefill(TokenBatch batch, LayerAngles angles, KvCache cache, int firstRow, Tensor prompts)
      implements Pass {}

  /// One token per row, seeing what the cache holds of its row and itself.
  ///
  /// @param angles the angles of the tokens
  /// @param cache the keys and values so far; those of the tokens are added
  /// @param rows R, how many rows are in use
  /// @param length S, the length of the longest row with its new token
  /// @param place int64 `[R]`: where each new token's keys go (row · capacity + position)
  /// @param masks by windows, float32 `[R, 1, 1, S]`: 0 where a row has a token that the new one
  ///   sees, -infinity elsewhere
  record Decode(
      LayerAngles angles,
      KvCache cache,
      int rows,
      int length,
      Tensor place,
      Map<Integer, Tensor> masks)
      implements Pass {
    /// Prepares the run for rows whose new tokens stand at these positions.
    ///
    /// @param windows those of all layers, 0 among them
    static Decode at(
        int[] positions, KvCache cache, LayerAngles angles, Set<Integer> windows, Device device) {
      int rows = positions.length;
      int length = 0;
      long[] place = new long[rows];
      for (int r = 0; r < rows; r++) {
        place[r] = (long) r * cache.capacity() + positions[r];
        length = Math.max(length, positions[r] + 1);
      }
      Map<Integer, Tensor> masks = new HashMap<>();
      for (int window : windows) {
        masks.put(window, mask(positions, length, window).to(device));
      }
      return new Decode(angles, cache, rows, length, Tensor.of(place).to(device), masks);
    }

    private static Tensor mask(int[] positions, int length, int window) {
      float[] mask = new float[positions.length * length];
      for (int r = 0; r < positions.length; r++) {
        int first = window == 0 ? 0 : Math.max(0, positions[r] - window + 1);
        Arrays.fill(mask, r * length, r * length + first, Float.NEGATIVE_INFINITY);
        Arrays.fill(mask, r * length + positions[r] + 1, (r + 1) * length, Float.NEGATIVE_INFINITY);
      }
      return Tensor.of(mask, positions.length, 1, 1, length);
    }

    /// Returns the mask of layers with a window; 0 for those that see all.
    Tensor mask(int window) {
      return requireNonNull(masks.get(window));
    }
  }
}
