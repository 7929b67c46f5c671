package dev.tesuji.bench;

import dev.tesuji.check.BadInput;
import dev.tesuji.check.Require;
import dev.tesuji.json.JsonLines;
import dev.tesuji.random.Rng;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// The lengths of samples, in tokens.
final class SampleLengths {
  private static final long DRAWS = 0x4C65_6E67; // the stream of lengths
  private static final int HALVINGS = 60;

  private SampleLengths() {}

  /// Draws lengths from a log-normal distribution that is cut off at a limit, as the length limit
  /// cuts samples.
  ///
  /// @param count how many
  /// @param mean of the lengths, the cut-off ones too
  /// @param spread the standard deviation of the logarithm; 0 for lengths that are all alike
  /// @param longest the limit
  static int[] logNormal(int count, double mean, double spread, int longest, long seed) {
    Require.that(
        mean >= 1 && mean <= longest, "tokens", "from 1 to longest (" + longest + ")", mean);
    Require.that(spread >= 0, "spread", "at least 0", spread);
    float[] normal = new float[count];
    Rng.fillNormal(normal, 1, seed, DRAWS);
    double low = Math.log(mean) - spread * spread - 1;
    double high = Math.log(longest) + 3 * spread + 1; // where nearly all are cut off
    for (int i = 0; i < HALVINGS && spread > 0; i++) {
      double middle = (low + high) / 2;
      if (mean(normal, middle, spread, longest) < mean) {
        low = middle;
      } else {
        high = middle;
      }
    }
    int[] lengths = new int[count];
    for (int i = 0; i < count; i++) {
      lengths[i] = spread == 0 ? (int) Math.round(mean) : length(normal[i], high, spread, longest);
    }
    return lengths;
  }

  private static int length(float normal, double location, double spread, int longest) {
    return (int) Math.clamp(Math.round(Math.exp(location + spread * normal)), 1L, longest);
  }

  private static double mean(float[] normal, double location, double spread, int longest) {
    double sum = 0;
    for (float x : normal) {
      sum += length(x, location, spread, longest);
    }
    return sum / normal.length;
  }

  /// Draws lengths from those that were measured: the field `tokens` of the lines of a file of
  /// rollouts or of samples.
  ///
  /// @throws BadInput when the file has none
  static int[] like(Path file, int count, long seed) {
    List<Integer> measured = new ArrayList<>();
    JsonLines.forEach(
        file,
        row -> {
          JsonNode tokens = row.fields().path("tokens");
          if (!tokens.isIntegralNumber() || tokens.intValue() < 1) {
            throw BadInput.in(
                file, "field 'tokens' of every line must be a whole number of at least 1");
          }
          measured.add(tokens.intValue());
        });
    if (measured.isEmpty()) {
      throw BadInput.in(file, "must have a line with 'tokens' for each sample, and is empty");
    }
    int[] lengths = new int[count];
    for (int i = 0; i < count; i++) {
      lengths[i] = measured.get(Rng.below(measured.size(), seed, DRAWS, i, 0));
    }
    return lengths;
  }
}
