package dev.tesuji.compute.cpu;

/// The balance loss of softmax routers over all tokens and layers of a pass, as
/// `compute.torch.PooledBalanceLoss` states it:
///
/// ```
/// L = α E Σ_i f_i P_i      f_i = 1/M Σ [token is sent to expert i]      P_i = 1/M Σ s_i
/// ```
///
/// It is linear in the scores s, so that its gradient at each is α E f_i / M, once all layers have
/// run. A beginning that several sequences share is read once and counts once.
final class CpuBalance {
  private final double weight;
  private long[] sent = new long[0]; // tokens of each expert over all layers
  private long rows; // M

  /// @param weight α, times what the sequences are averaged over
  CpuBalance(double weight) {
    this.weight = weight;
  }

  /// Counts a layer that has run.
  void add(CpuLayers.SavedActivations layer) {
    CpuExperts.Kept experts = layer.experts();
    if (experts != null) {
      add(experts.routing());
    }
  }

  private void add(CpuRouting routing) {
    int[] counts = routing.counts();
    sent = sent.length == 0 ? new long[counts.length] : sent;
    for (int e = 0; e < counts.length; e++) {
      sent[e] += counts[e];
    }
    rows += routing.scores().size(0);
  }

  /// Returns the gradient at the scores of each expert.
  float[] slope() {
    float[] slope = new float[sent.length];
    for (int e = 0; e < slope.length; e++) {
      slope[e] = (float) (weight * slope.length * sent[e] / ((double) rows * rows));
    }
    return slope;
  }
}
