package dev.tesuji.gguf;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Shape;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The factors of `rope_freqs.weight`, by which a file keeps Llama 3's stretching of positions: the
/// frequency of pair i is divided by the i-th.
///
/// With f the frequency and n = 8192 f / 2 pi the turns in the original context, the factor is 1
/// where n > high, F where n < low, and 1 / ((1 - s) / F + s) with s = (n - low) / (high - low) in
/// between. The files do not keep F, the context, low and high, so they are found from the factors
/// again: with low = 1 and high = 4, as all known models have them; else for a context of 8192,
/// since only its ratio to low and high matters.
public final class RopeFactors {
  private static final int CONTEXT = 8192;
  private static final double TOLERANCE = 1e-4;

  private RopeFactors() {}

  /// The stretching of positions.
  ///
  /// @param factor F, for the long wavelengths
  /// @param low turns per original context below which a wavelength counts as long
  /// @param high turns per original context above which it counts as short
  /// @param context the original context
  public record Stretch(double factor, double low, double high, int context) {}

  private static double turns(double theta, int turned, int pair, int context) {
    return context * Math.pow(theta, -2.0 * pair / turned) / (2 * Math.PI);
  }

  /// Returns the factors of a stretching.
  ///
  /// @param turned how many dimensions of a head positions turn
  public static float[] factors(double theta, int turned, Stretch stretch) {
    float[] factors = new float[turned / 2];
    for (int i = 0; i < factors.length; i++) {
      double turns = turns(theta, turned, i, stretch.context());
      double part = (turns - stretch.low()) / (stretch.high() - stretch.low());
      part = Math.clamp(part, 0, 1);
      factors[i] = (float) (1 / ((1 - part) / stretch.factor() + part));
    }
    return factors;
  }

  /// Finds the `rope_scaling` that has the factors of a file.
  ///
  /// @throws BadInput when none of type llama3 has
  static ObjectNode recover(GgufFile file, GgufTensor tensor, double theta, int turned) {
    if (!tensor.shape().equals(new Shape(turned / 2))) {
      throw unknown(file, "must have shape " + new Shape(turned / 2) + ", got " + tensor.shape());
    }
    float[] factors;
    try (Scope _ = Scope.open()) {
      factors = file.rows(tensor, 0, 1).toFloats();
    }
    double largest = 1;
    for (float factor : factors) {
      largest = Math.max(largest, factor);
    }
    for (Stretch each :
        List.of(
            new Stretch(largest, 1, 4, CONTEXT),
            new Stretch(largest, 1, 4, context(factors, theta, largest)),
            fit(factors, theta, largest))) {
      if (isNear(factors, factors(theta, turned, each))) {
        ObjectNode json = Json.MAPPER.createObjectNode().put("rope_type", "llama3");
        json.put("factor", each.factor());
        json.put("low_freq_factor", each.low()).put("high_freq_factor", each.high());
        return json.put("original_max_position_embeddings", each.context());
      }
    }
    throw unknown(file, "must hold factors of rope type llama3, got others");
  }

  private static BadInput unknown(GgufFile file, String problem) {
    return BadInput.in(file.path(), "tensor '" + TensorNames.ROPE_FACTORS + "' " + problem);
  }

  /// Returns how far a factor is from `largest`, 0, to 1, 1: s.
  private static double part(float factor, double largest) {
    return (1 / (double) factor - 1 / largest) / (1 - 1 / largest);
  }

  private static boolean isBlended(double part) {
    return part > TOLERANCE && part < 1 - TOLERANCE;
  }

  /// Finds the original context for low = 1 and high = 4, which all known models have.
  private static int context(float[] factors, double theta, double largest) {
    double sum = 0;
    int blended = 0;
    double least = 1; // where no pair is blended, any context that puts all in their place
    for (int i = 0; i < factors.length; i++) {
      double part = part(factors[i], largest);
      double turns = turns(theta, 2 * factors.length, i, 1); // in a context of one
      if (isBlended(part)) {
        sum += (1 + 3 * part) / turns;
        blended++;
      } else if (part > 0.5) {
        least = Math.max(least, Math.ceil(4 / turns));
      }
    }
    double context = blended == 0 ? least : Math.rint(sum / blended);
    return (int) Math.clamp(context, 1, Integer.MAX_VALUE);
  }

  /// Fits a line through the blended pairs: s = a n + b by least squares.
  private static Stretch fit(float[] factors, double theta, double largest) {
    double count = 0;
    double sumN = 0;
    double sumS = 0;
    double sumNn = 0;
    double sumNs = 0;
    for (int i = 0; i < factors.length; i++) {
      double part = part(factors[i], largest);
      if (isBlended(part)) {
        double turns = turns(theta, 2 * factors.length, i, CONTEXT);
        count++;
        sumN += turns;
        sumS += part;
        sumNn += turns * turns;
        sumNs += turns * part;
      }
    }
    double slope = (count * sumNs - sumN * sumS) / (count * sumNn - sumN * sumN);
    double low = (sumN * slope - sumS) / count / slope;
    double high = low + 1 / slope;
    boolean sound = count >= 2 && Double.isFinite(low) && low > 0 && high > low;
    return new Stretch(largest, sound ? low : 1, sound ? high : 4, CONTEXT);
  }

  private static boolean isNear(float[] a, float[] b) {
    for (int i = 0; i < a.length; i++) {
      if (!(Math.abs(a[i] - b[i]) <= TOLERANCE * Math.abs(b[i]))) {
        return false;
      }
    }
    return true;
  }
}
