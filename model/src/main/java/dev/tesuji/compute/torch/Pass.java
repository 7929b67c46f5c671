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
  /// @param promptOf which prompt each of the R rows continues
  record Prefill(TokenBatch batch, LayerAngles angles, KvCache cache, int firstRow, int[] promptOf)
      implements Pass {
    /// Writes what a layer stores of the prompts into the cache.
    ///
    /// @param k keys of the prompts `[P, T, K, D]`
    /// @param v values; null where none are stored
    void store(int layer, Tensor k, @Nullable Tensor v) {
      Tensor which = Tensor.of(promptOf).to(k.device());
      int[] lengths = Arrays.stream(promptOf).map(batch::length).toArray();
      Tensor values = v == null ? null : v.indexSelect(0, which);
      cache.writePrompts(layer, firstRow, lengths, k.indexSelect(0, which), values);
    }
  }

  /// One token per row, seeing what the cache holds of its row and itself.
  ///
  /// @param angles the angles of the tokens
  /// @param cache the keys and values so far; those of the tokens are added
  /// @param rows R, how many rows are in use
  /// @param views what layers see, by their windows
  record Decode(LayerAngles angles, KvCache cache, int rows, Map<Integer, View> views)
      implements Pass {
    /// Prepares the run for rows whose new tokens stand at these positions.
    ///
    /// @param windows those of all layers, 0 among them
    static Decode at(
        int[] positions, KvCache cache, LayerAngles angles, Set<Integer> windows, Device device) {
      Map<Integer, View> views = new HashMap<>();
      for (int window : windows) {
        views.put(window, View.of(positions, cache.places(window), device));
      }
      return new Decode(angles, cache, positions.length, views);
    }

    /// Returns what layers with a window see; 0 for those that see all.
    View view(int window) {
      return requireNonNull(views.get(window));
    }
  }

  /// The view that new tokens have of layers with a window.
  ///
  /// @param length S, how many places of a row are looked at
  /// @param place int64 `[R]`: where each new token's keys go
  /// @param mask float32 `[R, 1, 1, S]`: 0 where a row has a token that the new one sees, -infinity
  ///   elsewhere
  record View(int length, Tensor place, Tensor mask) {
    private static View of(int[] positions, int places, Device device) {
      int rows = positions.length;
      int length = 0;
      long[] place = new long[rows];
      for (int r = 0; r < rows; r++) {
        place[r] = (long) r * places + positions[r] % places;
        length = Math.max(length, Math.min(places, positions[r] + 1));
      }
      float[] mask = new float[rows * length];
      for (int r = 0; r < rows; r++) {
        int filled = Math.min(length, positions[r] + 1);
        Arrays.fill(mask, r * length + filled, (r + 1) * length, Float.NEGATIVE_INFINITY);
      }
      Tensor added = Tensor.of(mask, rows, 1, 1, length).to(device);
      return new View(length, Tensor.of(place).to(device), added);
    }
  }
}
