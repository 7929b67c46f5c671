package dev.tesuji.compute.torch;

import dev.tesuji.compute.TokenBatch;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// The positions and lengths of one pass through the decoder, which attention needs.
sealed interface Pass {
  /// Returns the rotary angles of the tokens in the run.
  RotaryAngles angles();

  /// Whole sequences, each token seeing those before it.
  ///
  /// @param batch the sequences
  /// @param angles the angles of their tokens
  /// @param balance collects the balance loss of experts; null where it is not asked for
  record Whole(TokenBatch batch, RotaryAngles angles, @Nullable RouterLoss balance)
      implements Pass {}

  /// Whole prompts whose keys and values go into a cache for the samples that will follow them.
  ///
  /// @param batch the prompts
  /// @param angles the angles of their tokens
  /// @param cache where the keys and values go
  /// @param firstRow the first row to fill
  /// @param prompts int64 `[R]`: which prompt each of the rows continues
  record Prefill(TokenBatch batch, RotaryAngles angles, KvCache cache, int firstRow, Tensor prompts)
      implements Pass {}

  /// One token per row, seeing what the cache holds of its row and itself.
  ///
  /// @param angles the angles of the tokens
  /// @param cache the keys and values so far; those of the tokens are added
  /// @param rows R, how many rows are in use
  /// @param length S, the length of the longest row with its new token
  /// @param place int64 `[R]`: where each new token's keys go (row · capacity + position)
  /// @param mask float32 `[R, 1, 1, S]`: 0 where a row has a token, -infinity elsewhere
  record Decode(RotaryAngles angles, KvCache cache, int rows, int length, Tensor place, Tensor mask)
      implements Pass {
    /// Prepares the run for rows whose new tokens stand at these positions.
    static Decode at(int[] positions, KvCache cache, RotaryAngles angles, Device device) {
      int rows = positions.length;
      int length = 0;
      long[] place = new long[rows];
      for (int r = 0; r < rows; r++) {
        place[r] = (long) r * cache.capacity() + positions[r];
        length = Math.max(length, positions[r] + 1);
      }
      float[] mask = new float[rows * length];
      for (int r = 0; r < rows; r++) {
        for (int s = positions[r] + 1; s < length; s++) {
          mask[r * length + s] = Float.NEGATIVE_INFINITY;
        }
      }
      return new Decode(
          angles,
          cache,
          rows,
          length,
          Tensor.of(place).to(device),
          Tensor.of(mask, rows, 1, 1, length).to(device));
    }
  }
}
