package dev.tesuji.compute.cpu;

import static dev.tesuji.kernel.Kernels.address;

import dev.tesuji.kernel.ExpertRows.Sending;
import dev.tesuji.kernel.KernelThreadPool;
import dev.tesuji.kernel.MatrixProduct;
import dev.tesuji.kernel.Panels;
import dev.tesuji.nn.ModelConfig.ExpertsConfig;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.Arrays;

/// The choice of experts for N tokens, k each:
///
/// ```
/// s = softmax(W x)      chosen: the highest s      g = s of the chosen (/ their sum)
/// ```
///
/// and the way of a gradient q = g dg back to the outputs l of W:
///
/// ```
/// Q = Σ q over the chosen of a token
/// divided by their sum:  dl = q - g Q     not:  dl = q - s Q      (q is 0 for who is not chosen)
/// ```
///
/// All of it is float32 whatever products are computed in: a choice that hangs on the rounding of
/// bfloat16 would differ between two passes over the same tokens.
///
/// @param config how many experts there are and how they are chosen
/// @param scores s, float32 `[N, E]`
/// @param sending where tokens go
record CpuRouting(ExpertsConfig config, Tensor scores, Sending sending) {
  private static final int GRAIN = 64; // tokens

  /// Routes tokens.
  ///
  /// @param normed x, float32 `[N, C]`
  /// @param weight W, float32 `[E, C]`
  static CpuRouting of(ExpertsConfig config, long normed, int tokens, Tensor weight) {
    Tensor scores = scores(normed, tokens, weight);
    float[] s = scores.toFloats();
    int k = config.perToken();
    int[] chosen = new int[tokens * k];
    float[] weights = new float[tokens * k];
    KernelThreadPool.ranges(
        tokens,
        GRAIN,
        (from, to) -> {
          for (int t = from; t < to; t++) {
            choose(s, t, config, chosen, weights);
          }
        });
    return new CpuRouting(config, scores, sorted(chosen, weights, config));
  }

  private static Tensor scores(long normed, int tokens, Tensor weight) {
    try (Scope scope = Scope.open()) {
      Tensor logits = Tensor.empty(Dtype.FLOAT32, tokens, weight.size(0));
      Panels panels = Panels.transposed(weight, Dtype.FLOAT32);
      MatrixProduct.run(normed, tokens, panels, address(logits), false);
      return scope.keep(logits.softmax(1));
    }
  }

  /// Chooses the experts of a token, of equal ones the first.
  private static void choose(
      float[] scores, int token, ExpertsConfig config, int[] chosen, float[] weights) {
    int experts = config.routed();
    int k = config.perToken();
    int first = token * k;
    int taken = 0;
    for (int e = 0; e < experts; e++) {
      float score = scores[token * experts + e];
      int place = taken;
      while (place > 0 && score > weights[first + place - 1]) {
        place--;
      }
      if (place < k) {
        int moved = Math.min(taken, k - 1) - place;
        System.arraycopy(chosen, first + place, chosen, first + place + 1, moved);
        System.arraycopy(weights, first + place, weights, first + place + 1, moved);
        chosen[first + place] = e;
        weights[first + place] = score;
        taken = Math.min(taken + 1, k);
      }
    }
    if (config.normalised()) {
      float sum = 0;
      for (int i = first; i < first + k; i++) {
        sum += weights[i];
      }
      for (int i = first; i < first + k; i++) {
        weights[i] /= sum;
      }
    }
  }

  private static Sending sorted(int[] chosen, float[] weights, ExpertsConfig config) {
    int k = config.perToken();
    int[] ends = new int[config.routed()];
    for (int e : chosen) {
      ends[e]++;
    }
    Arrays.parallelPrefix(ends, Integer::sum);
    int[] next = new int[ends.length];
    System.arraycopy(ends, 0, next, 1, ends.length - 1);
    int[] tokens = new int[chosen.length];
    int[] pairs = new int[chosen.length];
    float[] counted = new float[chosen.length];
    for (int slot = 0; slot < chosen.length; slot++) {
      int pair = next[chosen[slot]]++;
      tokens[pair] = slot / k;
      counted[pair] = weights[slot];
      pairs[slot] = pair;
    }
    return new Sending(tokens, counted, ends, pairs, k);
  }

  /// Returns how many tokens each expert reads.
  int[] counts() {
    int[] ends = sending.ends();
    int[] counts = ends.clone();
    for (int e = 1; e < counts.length; e++) {
      counts[e] -= ends[e - 1];
    }
    return counts;
  }

  /// Returns the gradient at W x, float32 `[N, E]`.
  ///
  /// @param q for each pair, its weight times the gradient there
  /// @param balance for each expert, the gradient of the balance loss at each of its scores
  Tensor back(float[] q, float[] balance) {
    int experts = config.routed();
    int tokens = Math.toIntExact(scores.size(0));
    float[] s = scores.toFloats();
    float[] at = new float[s.length];
    int[] expert = experts();
    KernelThreadPool.ranges(
        tokens,
        GRAIN,
        (from, to) -> {
          for (int t = from; t < to; t++) {
            back(t, q, expert, s, at);
            balance(t * experts, balance, s, at);
          }
        });
    return Tensor.of(at, tokens, experts);
  }

  private void back(int token, float[] q, int[] expert, float[] s, float[] at) {
    int first = token * config.routed();
    int k = config.perToken();
    float sum = 0;
    for (int i = token * k; i < (token + 1) * k; i++) {
      sum += q[sending.pairs()[i]];
    }
    for (int e = first; e < first + config.routed() && !config.normalised(); e++) {
      at[e] = -s[e] * sum;
    }
    for (int i = token * k; i < (token + 1) * k; i++) {
      int pair = sending.pairs()[i];
      float share = config.normalised() ? sending.weights()[pair] * sum : 0;
      at[first + expert[pair]] += q[pair] - share;
    }
  }

  /// Adds the gradient of a loss that is linear in the scores.
  private static void balance(int first, float[] slope, float[] s, float[] at) {
    float mean = 0;
    for (int e = 0; e < slope.length; e++) {
      mean += s[first + e] * slope[e];
    }
    for (int e = 0; e < slope.length; e++) {
      at[first + e] += s[first + e] * (slope[e] - mean);
    }
  }

  /// Returns the expert of each pair.
  private int[] experts() {
    int[] expert = new int[sending.tokens().length];
    int first = 0;
    for (int e = 0; e < config.routed(); e++) {
      Arrays.fill(expert, first, sending.ends()[e], e);
      first = sending.ends()[e];
    }
    return expert;
  }
}
